"""How it was known whom a stored event is about, as far as what is stored tells (spec: collect-api, section 5)."""

import json
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any

from signalbox.domain.events import Event
from signalbox.domain.identities import Mapping, identity_of

_NAMES_OF_CLIENT = ("clientId", "anonymousId")


class IdentitySource(StrEnum):
    """Where an event's identity came from."""

    OWN = "own"
    """The event named it: in its traits, its context's, as its userId, or as the address somebody registered with."""
    MAPPING = "mapping"
    """An identify of its clientId in the seven days before named it."""
    RELEASED = "released"
    """Nobody was known when it came; an identify of its clientId came later, within seven days."""
    NOBODY = "nobody"
    """It needs none, and has none."""


def source_of(event: Event) -> IdentitySource:
    """Tell it of one event."""
    if event.identity is None:
        return IdentitySource.NOBODY
    if event.held_since is not None:
        return IdentitySource.RELEASED
    own = any(identity_of(address) == event.identity for address in _addresses(event))
    return IdentitySource.OWN if own else IdentitySource.MAPPING


def client_ids_of(event: Event) -> Sequence[str]:
    """Give what the event's client goes by, what decides first."""
    return clients_in(event.client_id, event.body)


def clients_in(client_id: str, body: str) -> Sequence[str]:
    """Give them of an event that was read as a row."""
    said = _object(json.loads(body))
    others = (said.get(name) for name in _NAMES_OF_CLIENT)
    return list(dict.fromkeys([client_id, *(each for each in others if isinstance(each, str) and each)]))


def names_person_of(mapping: Mapping, event: Event) -> bool:
    """Tell whether a mapping that stands now names the event's person: it may be the one that named it then.

    It tells when it was made or renewed last, not when it was made first.
    """
    return identity_of(mapping.email) == event.identity


def _addresses(event: Event) -> Iterator[str]:
    body = _object(json.loads(event.body))
    traits, context = _object(body.get("traits")), _object(body.get("context"))
    said = (traits, _object(context.get("traits")), _object(body.get("properties")))
    for value in (*(each.get("email") for each in said), event.user_id):
        if isinstance(value, str):
            yield value


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
