"""Events out of a file: JSON lines as `POST /v1/batch` takes them, or CSV whose header says what each column is.

A row without `messageId` is named by its content, so that it has the same name in every run, also of a file that was
mended elsewhere. `sentAt` is left out: clocks are corrected by it, and it is we who send, now.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from signalbox.domain.errors import NotJson
from signalbox.wire.json_body import canonical, parsed_object, read_part, to_text
from signalbox.wire.segment_event import MAX_EVENT_BYTES
from signalbox_cli.errors import Stop
from signalbox_cli.imports.carrying import Row
from signalbox_cli.imports.tables import rows_of

_PLAIN = ("type", "event", "name", "userId", "anonymousId", "messageId", "timestamp")
_OPEN = ("properties", "traits", "context")
_PATHS: Mapping[str, tuple[str, ...]] = {"email": ("traits", "email"), **{name: (name,) for name in _PLAIN}}
_MARK = "import:"
"""What the names that are made here begin with."""

type _Column = tuple[tuple[str, ...], Callable[[str], Any]]


def events_in(path: Path) -> Iterator[Row]:
    """Give the events with their lines, each as the text that is sent, or with what is wrong with it."""
    for line, event in _rows_of(path):
        yield Row(line, fault=event) if isinstance(event, str) else _row(line, _dated(event))


def undated_in(path: Path) -> int:
    """Count the events that do not say when they happened, and so count as of now."""
    return sum(isinstance(event, dict) and "timestamp" not in _dated(event) for _, event in _rows_of(path))


def _rows_of(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    return _of_table(path) if path.suffix.casefold() == ".csv" else _of_lines(path)


def _dated(event: Mapping[str, Any]) -> dict[str, Any]:
    """Say in `timestamp` when it happened, as far as the event says so anywhere, and nowhere when it was sent."""
    said = (event.get(name) for name in ("timestamp", "originalTimestamp", "sentAt"))
    happened_at = next((each for each in said if each is not None), None)
    kept = {name: value for name, value in event.items() if name not in {"timestamp", "sentAt"}}
    return kept | ({} if happened_at is None else {"timestamp": happened_at})


def _row(line: int, event: dict[str, Any]) -> Row:
    if event.get("messageId") is None:
        event.pop("messageId", None)
        event["messageId"] = _MARK + hashlib.sha256(canonical(event)).hexdigest()
    text = to_text(event)
    if len(text.encode()) > MAX_EVENT_BYTES:
        return Row(line, fault=f"expected at most {MAX_EVENT_BYTES} bytes")
    return Row(line, text)


def _of_lines(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    try:
        with path.open("rb") as file:
            for line, text in enumerate(file, start=1):
                if text.strip():
                    yield line, _parsed(text)
    except OSError as error:
        raise Stop(f"{path} cannot be read: {error.strerror}.") from error


def _parsed(text: bytes) -> dict[str, Any] | str:
    try:
        return parsed_object(text.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return "expected UTF-8"
    except NotJson as fault:
        return fault.reasons[0].reason


def _of_table(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    rows = rows_of(path)
    _, titles = next(rows, (1, []))
    columns = [_column(path, title) for title in titles]
    for line, cells in rows:
        yield line, _event_of(columns, cells)


def _column(path: Path, title: str) -> _Column:
    """Read a title such as `email`, `properties.price:number`, `traits.address.city`."""
    name, _, kind = title.partition(":")
    root, *steps = name.split(".")
    if kind in _READERS and (name in _PATHS or (root in _OPEN and steps and all(steps))):
        return _PATHS.get(name) or (root, *steps), _READERS[kind]
    known = ", ".join((*_PATHS, *(f"{each}.…" for each in _OPEN)))
    raise Stop(f"{path} has a column '{title}'; columns are {known}, and end in :number, :boolean or :json if need be.")


def _event_of(columns: Sequence[_Column], cells: Sequence[str]) -> dict[str, Any] | str:
    event: dict[str, Any] = {"type": "track"}
    if len(cells) > len(columns):
        return f"expected at most {len(columns)} cells"
    for (path, read), cell in zip(columns, cells, strict=False):
        if cell:
            try:
                _put(event, path, read(cell))
            except (NotJson, ValueError, LookupError, TypeError):
                return f"{'.'.join(path)}: expected what its column's title says"
    return event


def _put(event: dict[str, Any], path: Sequence[str], value: Any) -> None:
    *steps, last = path
    for step in steps:
        event = event.setdefault(step, {})
    event[last] = value


def _json_of(cell: str) -> Any:
    return read_part(cell)


def _number_of(cell: str) -> Any:
    value = _json_of(cell)
    if isinstance(value, bool | str | dict | list) or value is None:
        raise ValueError
    return value


def _boolean_of(cell: str) -> bool:
    return {"true": True, "false": False}[cell.casefold()]


_READERS: Mapping[str, Callable[[str], Any]] = {
    "": str,
    "number": _number_of,
    "boolean": _boolean_of,
    "json": _json_of,
}
