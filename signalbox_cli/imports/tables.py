"""CSV as spreadsheets write it: with their delimiter and byte order mark, a row with the line that it ends on."""

import csv
from collections.abc import Iterator
from pathlib import Path

from signalbox_cli.errors import Stop

DELIMITERS = (",", ";", "\t")
"""What spreadsheets write between cells, by the language they are set to; as the API reads it."""


def rows_of(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Give every row that has something in it, its cells trimmed; raises Stop where it stops being CSV."""
    line = 1
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            first = next((line for line in file if line.strip()), "")
            file.seek(0)
            rows = csv.reader(file, delimiter=max(DELIMITERS, key=first.count), strict=True)
            for row in rows:
                line, cells = rows.line_num, [cell.strip() for cell in row]
                if any(cells):
                    yield line, cells
    except OSError as error:
        raise Stop(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Stop(f"{path} is not UTF-8 text; save it as that.") from error
    except csv.Error as error:
        raise Stop(f"{path} is no CSV, from line {line} on: {error}.") from error
