"""Text in files: read as it is, and kept with a line end that editors want and the text does not have."""

from pathlib import Path

from signalbox_cli.errors import Stop


def text_of(path: Path) -> str:
    """Read a text file as it is, line ends and all; raises Stop where that cannot be done."""
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise Stop(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Stop(f"{path} is not UTF-8 text; save it as that.") from error


def write(path: Path, text: str) -> None:
    """Write a text as it is over what the file had; raises Stop where that cannot be done."""
    try:
        path.write_bytes(text.encode())
    except OSError as error:
        raise Stop(f"{path} cannot be written: {error.strerror}.") from error


def kept(text: str) -> str:
    """Write a text as a file keeps it: with one line end after it."""
    return f"{text}\n"


def kept_in(path: Path) -> str:
    """Read a text that a file keeps, with or without that line end."""
    return text_of(path).removesuffix("\n")
