"""The two placeholders of a trigger's SQL and how they become values.

Source: spec triggers-and-flows, section 1.
"""

import re
from datetime import UTC, datetime

from signalbox.domain.queries import Window

CURSOR_START = "{cursor_start_time}"
CURSOR_END = "{cursor_end_time}"
STAND_INS = {CURSOR_START: "signalbox_cursor_start", CURSOR_END: "signalbox_cursor_end"}
"""Names that every parser reads as a value, in the placeholders' stead while a query is looked at."""

# Text, quoted names and comments are taken whole, so that a brace inside them stays what it is;
# a placeholder with quotes around it alone is one of these tokens and equals a quoted placeholder.
_TOKEN = re.compile(
    r"""
      \b[eE]'(?:[^'\\]|\\.|'')*'
    | '(?:[^']|'')*'
    | "(?:[^"]|"")*"
    | \$(\w*)\$.*?\$\1\$
    | --[^\n]*
    | /\*.*?\*/
    | \{cursor_(?:start|end)_time\}
    """,
    re.VERBOSE | re.DOTALL,
)


def fill_placeholders(sql: str, window: Window) -> str:
    """Put the window's instants in place of `{cursor_start_time}` and `{cursor_end_time}`, quoted or not."""
    values: dict[str, str] = {}
    for placeholder, instant in ((CURSOR_START, window.start), (CURSOR_END, window.end)):
        values |= dict.fromkeys((placeholder, f"'{placeholder}'", f'"{placeholder}"'), _timestamp(instant))
    return _TOKEN.sub(lambda token: values.get(token[0], token[0]), sql)


def _timestamp(instant: datetime) -> str:
    """Write an instant as a naive UTC timestamp, the type of the column `ts`."""
    return f"TIMESTAMP '{instant.astimezone(UTC).replace(tzinfo=None).isoformat(sep=' ')}'"
