"""Rows on their way out of the child, as lines of JSON.

The imports here are also DuckDB's own: it needs these modules for its values when no file can be opened any more.
"""

import json
import math
import uuid
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_quote = json.encoder.encode_basestring
_AS_TEXT = (uuid.UUID, timedelta)
_INSTANTS = (date, time)  # a datetime is a date


def encode(row: tuple[Any, ...]) -> bytes:
    """Write a row as one line of JSON; most cells are text, and there are many."""
    cells = [_quote(cell) if type(cell) is str else _encode(plain_of(cell)) for cell in row]
    return f"[{','.join(cells)}]\n".encode()


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
