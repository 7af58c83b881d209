"""What a command works with: who is signed in, the API, the partner, and the way to show things."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import typer

from signalbox_cli.api import Api, segment
from signalbox_cli.errors import Stop
from signalbox_cli.patience import patient
from signalbox_cli.profiles import Profile, Profiles
from signalbox_cli.showing import Screen

DEFAULT_PROFILE = "default"
_CONNECTIONS = 2


@dataclass(frozen=True)
class Surroundings:
    """What the machine gives; a test gives its own."""

    transport: httpx.BaseTransport = field(default_factory=lambda: httpx.HTTPTransport(retries=_CONNECTIONS))
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    folder: Path = field(default_factory=lambda: Path(typer.get_app_dir("signalbox")))
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


class Desk:
    """One command's place of work."""

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        profile: str | None = None,
        partner: str | None = None,
        as_json: bool = False,
    ) -> None:
        self.surroundings = surroundings
        self.profile_name = profile or surroundings.environ.get("SIGNALBOX_PROFILE") or DEFAULT_PROFILE
        self.profiles = Profiles(surroundings.folder)
        self.screen = Screen(as_json=as_json)
        self._wanted_partner = partner or surroundings.environ.get("SIGNALBOX_PARTNER")
        self._api: Api | None = None

    @property
    def api(self) -> Api:
        """Give the API, signed in; raises Stop where nobody is."""
        if self._api is None:
            profile = self.profiles.find(self.profile_name)
            if profile is None:
                raise Stop(
                    f"Nobody is signed in under the profile '{self.profile_name}'; sign in first: signalbox login"
                )
            self._api = self.api_of(profile)
        return self._api

    def api_of(self, profile: Profile) -> Api:
        """Give the API as this profile sees it."""
        return Api(
            profile,
            transport=self.surroundings.transport,
            now=self.surroundings.now,
            keep=lambda renewed: self.profiles.save(self.profile_name, renewed),
        )

    @property
    def partner_id(self) -> str:
        """Give the partner that the command is about; raises Stop where none was named or chosen."""
        found = self._wanted_partner or self.api.profile.partner_id
        if found is None:
            raise Stop(
                "Which partner? Name it with --partner, or choose one for good: signalbox partners use PARTNER_ID"
            )
        return found

    def here(self, *steps: str) -> str:
        """Give a path below the partner's; each step may be any text."""
        return "/".join(["/partners", *(segment(each) for each in (self.partner_id, *steps))])

    def choose(self, partner_id: str | None) -> None:
        """Make a partner the profile's own."""
        self.profiles.save(self.profile_name, replace(self.api.profile, partner_id=partner_id))


def opened(
    ctx: typer.Context,
    profile: str | None = None,
    partner: str | None = None,
    as_json: bool = False,  # noqa: FBT001, FBT002 - every command hands on its options in this order
    *,
    patiently: bool = False,
) -> Desk:
    """Give a command its desk; `patiently` where all that it sends may be sent twice, and is, until it is taken."""
    surroundings = ctx.find_object(Surroundings) or Surroundings()
    if patiently:
        surroundings = replace(surroundings, transport=patient(surroundings.transport))
    return Desk(surroundings, profile=profile, partner=partner, as_json=as_json)


def is_terminal() -> bool:
    """Tell whether somebody is there to answer a question."""
    return sys.stdin.isatty()


def secret_of(desk: Desk, variable: str, title: str, *, confirm: bool = False) -> str:
    """Read a secret from the environment, or ask for it without showing it; never from the command line."""
    found = desk.surroundings.environ.get(variable)
    if found:
        return found
    answered: str = typer.prompt(title, hide_input=True, confirmation_prompt=confirm, err=True)
    return answered
