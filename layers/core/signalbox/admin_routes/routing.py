"""What a route of the admin API is, and finding the one that a request asks for.

A route says all of itself in one place: its path, the role it needs, the shapes it takes and gives, whether it changes
something. The dispatch, the OpenAPI document and the tests of who may do what read the same table.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from signalbox.domain.access import Role, User
from signalbox.domain.errors import Conflict, Malformed, Missing, Reason
from signalbox.domain.partners import Partner
from signalbox.wire.admin.base import Nothing, Wire

PREFIX = "/admin/v1"
PARTNER = "/partners/{partnerId}"

_FREE_TEXT = frozenset({"identity", "eventId", "clientId"})
"""The parameters that partners and people name; the others are ids that were issued here, or plain names."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, read and allowed: by whom, about which partner, and with what."""

    user: User | None
    found: Partner | None
    params: Mapping[str, str]
    query: Any
    body: Any
    expected: int | None = None
    """The version that the caller has seen, of a route that is conditional."""

    @property
    def partner(self) -> Partner:
        """Give the partner that the path names."""
        if self.found is None:
            raise LookupError("a route outside of a partner has none")
        return self.found

    @property
    def partner_id(self) -> str:
        """Give the partner's id."""
        return self.partner.partner_id

    @property
    def who(self) -> User:
        """Give who asks."""
        if self.user is None:
            raise LookupError("a route that is open to anybody has no user")
        return self.user

    def seen(self, version: int) -> None:
        """Raise Conflict unless the caller has seen this version, the one that stands."""
        if version != self.expected:
            raise Conflict("it was changed since you read it: read it again")


@dataclass(frozen=True, slots=True)
class Change:
    """What a route changed: the thing's id where only the making has named it, and its versions before and after."""

    before: int | None = None
    after: int | None = None
    thing_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a route answers: a body or none, the version that it shows, and where what was made lies."""

    body: Any = None
    version: int | None = None
    location: str | None = None
    change: Change = field(default_factory=Change)


@dataclass(frozen=True, slots=True)
class Route:
    """One operation; `name` is its operationId and what the audit log calls it.

    `role` is None where anybody may ask, signed in or not. `changes` names the kind of thing that it changes, None
    where it changes nothing; `thing` is the path's parameter that says which. A conditional route needs If-Match.
    """

    method: str
    path: str
    name: str
    summary: str
    role: Role | None
    handle: Callable[[Call], Reply]
    gives: type[Wire] | None = None
    takes: type[Wire] = Nothing
    asks: type[Wire] = Nothing
    status: int = 200
    changes: str | None = None
    thing: str | None = None
    is_conditional: bool = False
    makes: bool = False
    """Whether a conditional route also makes what is not there yet, which needs no If-Match."""
    takes_text: bool = False
    """Whether its body is text and not JSON, given to it as it is."""

    @property
    def parameters(self) -> Sequence[str]:
        """Name the parameters of its path."""
        return re.findall(r"{(\w+)}", self.path)


def text_of(call: Call) -> str:
    """Read the body of a route that takes text; raises Malformed."""
    try:
        return bytes(call.body).decode()
    except UnicodeDecodeError:
        raise Malformed([Reason("", "expected text in UTF-8")]) from None


class Table:
    """Routes by method and path; of two that fit the one listed first is taken."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(routes)
        self._patterns = [(re.compile(_pattern(route.path)), route) for route in self.routes]

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]]:
        """Give the route and its parameters; raises Missing. HTTP APIs leave `%25` alone in a path they decode."""
        for pattern, route in self._patterns:
            if route.method == method and (found := pattern.fullmatch(path)):
                return route, {name: value.replace("%25", "%") for name, value in found.groupdict().items()}
        raise Missing("no such route: see /admin/v1/openapi.json")


def _pattern(path: str) -> str:
    pieces = re.split(r"{(\w+)}", PREFIX + path)
    literals, names = map(re.escape, pieces[::2]), pieces[1::2]
    groups = [f"(?P<{name}>{'.+' if name in _FREE_TEXT else '[A-Za-z0-9_.~-]+'})" for name in names]
    return "".join(literal + group for literal, group in zip(literals, [*groups, ""], strict=True))
