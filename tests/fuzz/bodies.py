"""Bodies that a careless or hostile sender might send, as JSON text and as bytes, and headers that lie about them."""

import gzip
import json
import zlib
from typing import Any

from hypothesis import strategies as st

from signalbox.domain.events import PREDEFINED_TYPES
from tests.fakes.door import KNOWN_CLIENT, LENIENT_ID
from tests.unit import makers
from tests.unit.wire.cases.types import TYPES

STRICT = {"partnerId": makers.PARTNER_ID, "partnerSecret": makers.SECRET}
LENIENT = {**STRICT, "partnerId": LENIENT_ID}

_NUMBERS = st.sampled_from(["0", "-0", "0.0", "1.0", "1e0", "1E+2", "-1", "3", "19.90", "1524776691259"])
_LARGE_NUMBERS = st.sampled_from(
    ["9007199254740993", "9223372036854775808", "1" * 38, "1" * 39, "9" * 5_000, "0." + "3" * 60]
) | st.sampled_from(["1e125", "1e126", "1e-130", "1e-131", "1e400", "1e999999", "1e99999999999999999999"])
_NO_NUMBERS = st.sampled_from(["NaN", "Infinity", "-Infinity", "01", "1.", ".5", "+1", "0x10"])
_STRINGS = (
    st.text(max_size=6).map(json.dumps)
    | st.text(max_size=6).map(lambda text: json.dumps(text, ensure_ascii=False))
    | st.sampled_from([
        r'"\ud800"', r'"\udc00\ud800"', r'"\ud83d\ude00"', r'"\u0000"', '"\x00"', '"\n"', '"ana@example.org"', '"3"',
        '"true"', '""', f'"{"x" * 200}"', '"a/b/c/d/e/f"', f'"{KNOWN_CLIENT}"', '"track"', '"identify"', '"custom"',
    ])
)  # fmt: skip
_SCALARS = st.sampled_from(["null", "true", "false"]) | _NUMBERS | _LARGE_NUMBERS | _STRINGS | _STRINGS | _NO_NUMBERS
_NAMES = _STRINGS | st.sampled_from(['"a"', '"a"', '"b"', '"email"', '"properties"', '"eventName"', '"debug"'])


def _array(items: list[str]) -> str:
    return f"[{','.join(items)}]"


def _object(members: list[tuple[str, str]]) -> str:
    return "{" + ",".join(f"{name}:{value}" for name, value in members) + "}"


def _nested(levels: int, *, closed: bool) -> str:
    return "[" * levels + ("]" * levels if closed else "")


VALUES = st.recursive(
    _SCALARS | st.builds(_nested, st.integers(1, 60) | st.integers(1, 60) | st.just(45_000), closed=st.booleans()),
    lambda inner: st.lists(inner, max_size=3).map(_array) | st.lists(st.tuples(_NAMES, inner), max_size=3).map(_object),
    max_leaves=5,
)
"""JSON text of any value, sometimes none, with names that repeat and numbers of every size."""


def _based(event: str, partner: dict[str, str]) -> dict[str, str]:
    body: dict[str, Any] = {
        **partner,
        "clientId": "client-1",
        "sentAt": 1524776691259,
        "type": "identify" if event == "identify" else "track",
        "context": {},
        "userId": "user-1",
        "traits": {"email": "ana@example.org"},
    }
    if event != "identify":
        body |= {"event": event, "properties": {name: kind.taken[0] for name, kind in TYPES[event].required.items()}}
    return {name: json.dumps(value) for name, value in body.items()}


def _changed(base: dict[str, str], changes: dict[str, str], repeated: str | None, properties: str | None) -> str:
    members = [(json.dumps(name), value) for name, value in {**base, **changes}.items()]
    if properties is not None and base.get("properties", "{}") != "{}":
        members.append(('"properties"', properties))
        members = [member for member in members if member[0] != '"properties"' or member[1] == properties]
    if repeated is not None:
        members.append((json.dumps(repeated), "1"))
    return _object(members)


_MEMBERS = ["clientId", "sentAt", "context", "userId", "traits", "event", "properties", "type", "messageId", "timezone"]
_CONTEXTS = st.sampled_from(['{"debug":true}', '{"debug":false}', '{"debug":"true"}', '{"url":"u","page":null}'])
EVENTS = st.builds(
    _changed,
    st.builds(_based, st.sampled_from(["identify", "custom", *PREDEFINED_TYPES]), st.sampled_from([STRICT, LENIENT])),
    st.dictionaries(st.sampled_from(_MEMBERS), VALUES, max_size=2)
    | st.dictionaries(st.text(max_size=4), VALUES, max_size=2)
    | st.fixed_dictionaries({"context": _CONTEXTS, "traits": st.just("{}")}),
    st.none() | st.none() | st.sampled_from(["type", "x"]),
    st.none() | st.none() | VALUES,
)
"""JSON text of an event of a known partner, more or less bent."""


def _calls(kind: str, changes: dict[str, str]) -> str:
    base = {"type": f'"{kind}"', "userId": '"u"', "anonymousId": '"a"', "event": '"Product Added"'}
    return _object([(json.dumps(name), value) for name, value in {**base, **changes}.items()])


_KINDS = st.sampled_from(["track", "identify", "page", "screen", "group", "alias"])
_CALL_MEMBERS = ["type", "userId", "anonymousId", "event", "properties", "traits", "context", "messageId", "timestamp"]
CALLS = st.builds(
    _calls, _KINDS, st.dictionaries(st.sampled_from([*_CALL_MEMBERS, "sentAt", "previousId"]), VALUES, max_size=3)
)
"""JSON text of an event in Segment's format."""
BATCHES = st.builds(
    lambda calls, members: _object([('"batch"', _array(calls)), *members.items()]),
    st.lists(CALLS | VALUES, max_size=4),
    st.dictionaries(st.sampled_from(['"sentAt"', '"context"', '"writeKey"', '"timestamp"']), VALUES, max_size=2),
)

RAW = st.binary(max_size=200) | st.text('{}[]":,0123456789eE.+-\\u dDnNItrufalse', max_size=200).map(str.encode)
"""Bytes that are nothing in particular."""

_BOMB = gzip.compress(b'{"a":"' + b"x" * 3_000_000, compresslevel=9)
_ENCODINGS = [
    gzip.compress,
    lambda body: gzip.compress(body)[:-9],
    lambda body: gzip.compress(body) + b"x",
    lambda body: gzip.compress(gzip.compress(body)),
    zlib.compress,
    lambda body: b"\x1f\x8b" + body,
    lambda body: body.decode().encode("utf-16"),
    lambda body: body.decode().encode("utf-32-le"),
    lambda body: body.decode().encode("latin-1", "replace"),
    lambda body: b"\xef\xbb\xbf" + body,
    lambda body: body[: len(body) // 2],
    lambda body: body + b" " * 102_400,
    lambda body: body.replace(b"e", b"\xed\xa0\x80", 1),
    lambda _: _BOMB,
]


def encoded(texts: st.SearchStrategy[str]) -> st.SearchStrategy[bytes]:
    """Write texts as bytes, most of them as they ought to be, the others in every wrong way."""
    plain = texts.map(str.encode)
    return plain | plain | plain | st.builds(lambda encode, body: encode(body), st.sampled_from(_ENCODINGS), plain)


HEADERS = st.dictionaries(
    st.sampled_from(["Content-Type", "Content-Encoding", "Content-Length", "Idempotency-Key", "Authorization", "X"]),
    st.sampled_from(["gzip", "br", "text/plain; charset=utf-16", "application/json", "-1", "mine", "x" * 300, "é", ""])
    | st.sampled_from(["Basic " + "=" * 5, "Basic cDpz", "Bearer a:b", "Bearer \ud800", "Basic é"])
    | st.text(max_size=10),
    max_size=2,
)
