"""Rows on their way out of the child, as lines of JSON.

The imports here are also DuckDB's own: it needs these modules for its values when no file can be opened any more.
"""

import json
import math
import uuid
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
_AS_TEXT = (uuid.UUID, timedelta)
_INSTANTS = (date, time)  # a datetime is a date
_PLAIN = frozenset({str, int, bool, type(None)})


def lines_of(rows: Sequence[tuple[Any, ...]], longest: int) -> Iterator[bytes]:
    """Write rows a column after the other, as few lines of JSON as may be; what is longer than that is one row."""
    line = f"{_encode([_plain_column(column) for column in zip(*rows, strict=True)])}\n".encode()
    if len(line) <= longest or len(rows) == 1:
        yield line
    else:
        half = len(rows) // 2
        yield from lines_of(rows[:half], longest)
        yield from lines_of(rows[half:], longest)


def _plain_column(cells: Sequence[Any]) -> Sequence[Any]:
    return cells if _PLAIN.issuperset(map(type, cells)) else [plain_of(cell) for cell in cells]


def plain_of(cell: Any) -> Any:
    """Give a value the form JSON has for it: exact text for a decimal, None for a float that is no number."""
    plain = cell
    if isinstance(cell, float):
        plain = cell if math.isfinite(cell) else None
    elif isinstance(cell, Decimal):
        plain = format(cell, "f")
    elif isinstance(cell, _INSTANTS):
        plain = cell.isoformat()
    elif isinstance(cell, list | tuple):
        plain = [plain_of(each) for each in cell]
    elif isinstance(cell, dict):
        plain = {str(plain_of(key)): plain_of(value) for key, value in cell.items()}
    elif isinstance(cell, bytes):
        plain = cell.hex()
    elif isinstance(cell, _AS_TEXT):
        plain = str(cell)
    return plain
