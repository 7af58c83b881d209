"""Parts of lists: where the last one ended, as an opaque text.

A cursor says where to go on among what its reader may see anyhow, so it is checked for its form and not signed.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from signalbox.domain.errors import Malformed, Reason
from signalbox.wire.admin.base import Listing

_LATEST_MS = 253_402_300_799_999  # of the last instant there is, in the year 9999

type Position = Sequence[str | int]
"""Where an item stands in its list: what sorts it, in the order of what counts most."""


def write_cursor(position: Position) -> str:
    """Write where a part ended."""
    text = json.dumps(list(position), ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, *kinds: type[str | int]) -> Position | None:
    """Read what `write_cursor` wrote, of parts of these kinds; raises Malformed."""
    if cursor is None:
        return None
    try:
        position = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if isinstance(position, list) and _is_of(position, kinds):
            return position
    except (binascii.Error, ValueError, RecursionError):
        pass
    raise Malformed([Reason("/cursor", "expected `next` of an answer as it came")])


def _is_of(position: list[Any], kinds: Sequence[type[str | int]]) -> bool:
    instants = [each for each in position if isinstance(each, int)]
    return [type(each) for each in position] == list(kinds) and all(0 <= each <= _LATEST_MS for each in instants)


def part_of[Thing](
    things: Iterable[Thing], asked: Listing, name_of: Callable[[Thing], str]
) -> tuple[list[Thing], str | None]:
    """Give the part of a list, sorted by name, that is asked for, and the cursor of the next."""
    after = read_cursor(asked.cursor, str)
    rest = things if after is None else (each for each in things if name_of(each) > str(after[0]))
    part = list(islice(rest, asked.limit + 1))
    if len(part) <= asked.limit:
        return part, None
    return part[:-1], write_cursor([name_of(part[-2])])
