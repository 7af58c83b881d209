"""The notification on a phone: where it goes and what it says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_APPLICATION = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:app/[A-Z_]+/[A-Za-z0-9_.-]+")
_DEVICE = re.compile(r"[0-9a-f-]{36}")


@dataclass(frozen=True, slots=True)
class PushMessage:
    """A rendered notification.

    `application_arn` is the partner's own platform application in SNS, `endpoint_arn` the contact's device as a trait
    names it. `values` go to the app beside the text that is shown.
    """

    application_arn: str
    endpoint_arn: str
    title: str
    text: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_its_endpoint(self) -> bool:
        """Tell whether the device is one of the application's: a trait may hold other partners' too."""
        if not is_application(self.application_arn):
            return False
        application, _, device = self.endpoint_arn.rpartition("/")
        is_own = application == self.application_arn.replace(":app/", ":endpoint/", 1)
        return is_own and _DEVICE.fullmatch(device) is not None


def is_application(arn: str) -> bool:
    """Tell whether it is the ARN of a platform application in SNS."""
    return _APPLICATION.fullmatch(arn) is not None
