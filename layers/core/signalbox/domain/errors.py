"""Every error the product raises, and who is to do what about it.

SignalboxError
├── Rejected          the input is wrong: tell the caller, do not retry
│   ├── Unauthorized  unknown partner or wrong secret, indistinguishable
│   ├── Forbidden     good credentials, not allowed here
│   ├── Missing       what it names is not there
│   ├── TooLarge      over a limit on its size
│   ├── Gone          whoever is addressed wants or can have no more, ever: remember it
│   └── Invalid       it breaks a rule; carries one reason for each field
│       ├── NotJson   the body of a request is not a JSON object at all
│       └── Malformed what a person asked is not of the shape that is asked for there
├── Conflict          somebody was first: usually success
├── Transient         try again: 503 to a caller, back to the queue otherwise
│   ├── Throttled     the same, and the other side asked for fewer requests
│   └── NotTried      the same, and it does not count as an attempt
├── Ambiguous         it may have happened: never repeat it blindly
└── Misconfigured     a person must act: alarm, no loop
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one field was refused: its JSON pointer and what was expected, never its value (values are personal)."""

    path: str
    reason: str


class SignalboxError(Exception):
    """Anything the product raises on purpose."""

    told: str = ""
    """What the other side said, where it is kept: for a decision's trace, never for a log (it may be personal)."""


class Rejected(SignalboxError):
    """The input is wrong; repeating it cannot help."""


class Unauthorized(Rejected):
    """The partner is unknown or the secret is wrong; nobody outside can tell which."""


class Forbidden(Rejected):
    """The credentials are good, but this partner may not do this here."""


class Missing(Rejected):
    """What it names is not there, or not for whoever asks."""


class TooLarge(Rejected):
    """It is over a limit on its size."""


class Gone(Rejected):
    """Whoever is addressed wants or can have no more: a standing fact, to be remembered before the next message."""


class Invalid(Rejected):
    """The input breaks rules of its schema; `reasons` holds at least one."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__("; ".join(f"{each.path}: {each.reason}" for each in reasons))
        self.reasons = tuple(reasons)


class NotJson(Invalid):
    """The body of a request is not a JSON object that the store could hold."""

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__([Reason(path, reason)])


class Malformed(Invalid):
    """A member is missing, unknown or of another type than expected; what it says was not looked at."""


class Conflict(SignalboxError):
    """A conditional write lost: somebody was first."""


class Transient(SignalboxError):
    """It did not happen, or may happen twice without harm, and may work later."""

    retry_after: timedelta | None = None
    """How long the other side asked to be left alone; None when it did not say."""


class Throttled(Transient):
    """It did not happen: the other side asked for fewer requests."""


class NotTried(Transient):
    """It was not tried, since what it is for gave no answer a moment ago; this is no attempt of its own."""


class Ambiguous(SignalboxError):
    """No answer came back, so it may have happened; whoever repeats it must be able to bear two."""


class Misconfigured(SignalboxError):
    """A setting, permission or resource is missing; only a person can mend it."""
