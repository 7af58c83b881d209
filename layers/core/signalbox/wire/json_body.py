"""Bytes of a request to a JSON object and back, exactly: numbers keep their digits, nothing is guessed.

What a caller sends ends in a value, `NotJson` or `TooLarge`, whatever it is: deep nesting, giant numbers,
compressed bombs and half characters included.
"""

import json
import zlib
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import simplejson

from signalbox.domain.errors import NotJson, Reason, TooLarge

MAX_BODY_BYTES = 102_400  # spec: collect-api, section 1
MAX_NESTING = 32  # what DynamoDB can nest (Amazon DynamoDB, "Service, account, and table quotas")
MAX_DIGITS = 38  # and the numbers it can hold
MAX_EXPONENT = 125
MIN_EXPONENT = -130
MAX_REASONS = 20  # so that an answer and a quarantined item stay small, whatever was sent
MAX_PATH = 200

_CONTAINERS = (dict, list)
_NUMBERS = (int, Decimal)
_SAFE_INTEGER = 10**MAX_DIGITS
_GZIP_MAGIC = b"\x1f\x8b"  # no JSON text starts with it, so the header need not be believed
_GZIP_WINDOW = 31  # zlib's number for "gzip, largest window"
_LONGEST_INT_TEXT = (
    64  # longer ones never become an int: Python's conversion is quadratic and refuses over 4,300 digits
)

UNSTORABLE = (
    f"expected a number of at most {MAX_DIGITS} significant digits between 1e{MIN_EXPONENT} and 1e{MAX_EXPONENT}"
)

type Link = tuple[Link, str | int] | None
"""The way to a value inside the body, innermost step first; made into a pointer only when somebody has to read it."""


def read_object(body: bytes) -> dict[str, Any]:
    """Parse a body, inflating it when it is gzip.

    Decimal for numbers with a point or an exponent, int for the others. Raises NotJson and TooLarge.
    """
    return parsed_object(_decoded(_inflated(body)))


def parsed_object(text: str) -> dict[str, Any]:
    """Parse the text of a body, however long; as `read_object`, but for TooLarge."""
    value = _parsed(text)
    if not isinstance(value, dict):
        raise NotJson("expected a JSON object")
    if "\\u" in text:  # an escape is the only way for half of a surrogate pair to get past UTF-8
        _refuse_lone_surrogates(value)
    return value


def read_parts(body: bytes, max_bytes: int) -> dict[str, Any]:
    """Parse a body whose parts are judged one by one, as `read_object`.

    Half characters, numbers that are none and nesting up to what Python bears stay in it, for the part they are in.
    """
    value = read_part(_decoded(_inflated(body, max_bytes)))
    if not isinstance(value, dict):
        raise NotJson("expected a JSON object")
    return value


def read_part(text: str) -> Any:
    """Parse the text of one part, which may be no object."""
    return _parsed(text, _PARTS_DECODER)


def unstorable_numbers(body: dict[str, Any]) -> Sequence[Reason]:
    """Name the numbers the store cannot hold; raises NotJson when the body nests too deeply."""
    return [Reason(pointer(_steps(link)), UNSTORABLE) for link, _ in zip(_unstorable(body), range(MAX_REASONS))]  # noqa: B905 - the shorter one ends it


def to_text(value: Any) -> str:
    """Write compact JSON, members in their order, every number as it was."""
    return _written(value, _PLAIN, _EXACT)


def canonical(value: Any) -> bytes:
    """Write the one form in which equal bodies are equal bytes: members sorted by name."""
    return _written(value, _SORTED, _EXACT_SORTED).encode()


def pointer(steps: Sequence[str | int]) -> str:
    """Write a JSON pointer (RFC 6901), cut where a caller's member names make it endless."""
    path = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
    return path if len(path) <= MAX_PATH else path[: MAX_PATH - 1] + "…"


def _written(value: Any, fast: json.JSONEncoder, exact: simplejson.JSONEncoder) -> str:
    try:
        return fast.encode(value)
    except TypeError:  # there is a number with a point or an exponent in it, which Python's own would not write
        return str(exact.encode(value))


def _inflated(body: bytes, max_bytes: int = MAX_BODY_BYTES) -> bytes:
    if not body.startswith(_GZIP_MAGIC):
        plain = body
    else:
        stream = zlib.decompressobj(_GZIP_WINDOW)
        try:
            plain = stream.decompress(body, max_bytes + 1)
        except zlib.error as error:
            raise NotJson("expected an intact gzip stream") from error
        if len(plain) <= max_bytes and (not stream.eof or stream.unused_data):
            raise NotJson("expected exactly one whole gzip stream")
    if len(plain) > max_bytes:
        raise TooLarge
    return plain


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotJson("expected UTF-8") from error


def _parsed(text: str, decoder: simplejson.JSONDecoder | None = None) -> Any:
    try:
        return (decoder or _DECODER).decode(text)
    except simplejson.JSONDecodeError as error:
        raise NotJson(f"expected JSON, which it stops being at character {error.pos}") from error
    except RecursionError as error:
        raise NotJson(f"expected at most {MAX_NESTING} levels of nesting") from error


def _refuse_lone_surrogates(value: dict[str, Any]) -> None:
    try:
        to_text(value).encode()
    except UnicodeEncodeError as error:
        raise NotJson("expected whole characters, not half of a surrogate pair") from error
    except RecursionError as error:
        raise NotJson(f"expected at most {MAX_NESTING} levels of nesting") from error


def _unstorable(body: dict[str, Any]) -> Iterator[Link]:
    pending: list[tuple[Link, Any, int]] = [(None, body, 1)]
    while pending:
        link, container, level = pending.pop()
        if level > MAX_NESTING:
            raise NotJson(f"expected at most {MAX_NESTING} levels of nesting")
        members = container.items() if isinstance(container, dict) else enumerate(container)
        for step, value in members:
            if isinstance(value, str):
                continue
            if isinstance(value, _CONTAINERS):
                pending.append(((link, step), value, level + 1))
            elif not _is_storable(value):
                yield (link, step)


def _is_storable(scalar: Any) -> bool:
    """Judge a number, true, false or null as DynamoDB would."""
    if scalar is None or (isinstance(scalar, int) and -_SAFE_INTEGER < scalar < _SAFE_INTEGER):
        return True
    if not isinstance(scalar, _NUMBERS):
        return False
    number = Decimal(scalar)
    if number == 0:
        return True
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    return len(digits) <= MAX_DIGITS and MIN_EXPONENT <= number.adjusted() <= MAX_EXPONENT


def _steps(link: Link) -> list[str | int]:
    steps: list[str | int] = []
    while link is not None:
        link, step = link
        steps.append(step)
    return steps[::-1]


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotJson("expected each member name once in an object")
    return members


def _whole_number(text: str) -> int | Decimal:
    return int(text) if len(text) <= _LONGEST_INT_TEXT else Decimal(text)


def _real_number(text: str) -> Decimal | simplejson.RawJSON:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent of over eighteen digits; kept as it is, for quarantine
        return simplejson.RawJSON(text)


def _no_constant(name: str) -> None:
    raise NotJson(f"expected JSON, which has no {name}")


_DECODER = simplejson.JSONDecoder(
    parse_int=_whole_number,
    parse_float=_real_number,
    parse_constant=_no_constant,
    object_pairs_hook=_unique_members,
)
_PARTS_DECODER = simplejson.JSONDecoder(
    parse_int=_whole_number,
    parse_float=_real_number,
    parse_constant=simplejson.RawJSON,  # no number that the store could hold, so a fault of the part it is in
    object_pairs_hook=_unique_members,
)
_COMPACT: Any = {"ensure_ascii": False, "check_circular": False, "separators": (",", ":")}
_PLAIN = json.JSONEncoder(**_COMPACT)
_SORTED = json.JSONEncoder(**_COMPACT, sort_keys=True)
_EXACT = simplejson.JSONEncoder(**_COMPACT, use_decimal=True)
_EXACT_SORTED = simplejson.JSONEncoder(**_COMPACT, use_decimal=True, sort_keys=True)
