"""What a directory last saw of each server: by it a change that somebody else made is told from one of the directory's.

One small file for each server and partner, in `.signalbox` inside of the directory. It may be committed; where it is
missing, nothing that stands on the server counts as seen.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from signalbox_cli.code.definitions import Definition
from signalbox_cli.code.kinds import Kind
from signalbox_cli.errors import Stop
from signalbox_cli.text_files import text_of


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one thing."""

    fingerprint: str
    status: str | None


class Memory:
    """What was seen of one server's partner."""

    def __init__(self, folder: Path, url: str, partner_id: str) -> None:
        self._path = folder / ".signalbox" / f"{httpx.URL(url).netloc.decode().replace(':', '-')}-{partner_id}.json"
        self._seen: dict[str, dict[str, Any]] = self._read()

    def of(self, kind: Kind, name: str) -> Seen | None:
        """Give what was seen of a thing, None where it never was."""
        found = self._seen.get(kind.value, {}).get(name)
        return None if found is None else Seen(found["saw"], found.get("status"))

    def remember(self, definition: Definition, status: str | None) -> None:
        """Keep that the server has this, at once."""
        seen = {"saw": definition.fingerprint} | ({} if status is None else {"status": status})
        if self._seen.get(definition.kind.value, {}).get(definition.name) == seen:
            return
        self._seen.setdefault(definition.kind.value, {})[definition.name] = seen
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(
            json.dumps(self._seen, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
        )

    def _read(self) -> dict[str, dict[str, Any]]:
        if not self._path.exists():
            return {}
        try:
            read: dict[str, dict[str, Any]] = json.loads(text_of(self._path))
        except ValueError:
            raise Stop(
                f"{self._path} is damaged; remove it, and look at what plan says is changed by others."
            ) from None
        return read
