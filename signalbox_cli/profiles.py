"""Who is signed in where, kept between commands in one file that only its owner can read."""

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from signalbox_cli.errors import Stop

_OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Profile:
    """One sign-in: where, as whom, and the tokens; `expires_at` is in seconds since 1970."""

    url: str
    username: str = ""
    access_token: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: float = 0.0
    partner_id: str | None = None


class Profiles:
    """The profiles by their names."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "profiles.json"

    def find(self, name: str) -> Profile | None:
        """Give a profile, None where there is none of that name."""
        return self._all().get(name)

    def save(self, name: str, profile: Profile) -> None:
        """Keep a profile in the place of an earlier one of that name."""
        self._write({**self._all(), name: profile})

    def forget(self, name: str) -> None:
        """Keep a profile no longer; there may be none."""
        self._write({each: profile for each, profile in self._all().items() if each != name})

    def _all(self) -> Mapping[str, Profile]:
        try:
            text = self._path.read_text()
        except FileNotFoundError:
            return {}
        try:
            return {name: Profile(**members) for name, members in json.loads(text).items()}
        except (ValueError, TypeError, AttributeError):
            raise Stop(f"{self._path} is damaged; remove it and sign in again: signalbox login") from None

    def _write(self, profiles: Mapping[str, Profile]) -> None:
        """Write the whole file in the place of the old one: nobody ever reads half of it, or what is not theirs."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = json.dumps({name: asdict(profile) for name, profile in profiles.items()}, indent=2)
        handle, temporary = tempfile.mkstemp(dir=self._path.parent)  # which nobody else may open from the start
        try:
            with os.fdopen(handle, "w") as file:
                file.write(text)
            Path(temporary).chmod(_OWNER_ONLY)
            Path(temporary).replace(self._path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                Path(temporary).unlink()
            raise
