"""The Contacts table: one partition an identity, with its profile and one small item for each standing fact."""

import json
from collections.abc import Iterable, Mapping
from itertools import batched

from signalbox.adapters.dynamodb import keys
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import UNTAKEN, Table
from signalbox.adapters.dynamodb.values import Stored, Values, compressed, text_of
from signalbox.domain.contacts import Contact, ContactView, Trait
from signalbox.domain.errors import Conflict
from signalbox.domain.events import from_ms, to_ms

_BATCH = 100  # AWS: "BatchGetItem", the most keys of one call


class DynamoContacts:
    """The `Contacts` port."""

    def __init__(self, client: Client, table_name: str) -> None:
        self._table = Table(client, table_name)

    def find(self, partner_id: str, identity: str) -> Contact | None:
        """Give the profile alone."""
        stored = self._table.get(_profile_key(partner_id, identity))
        return None if stored is None else _from_stored(stored, partner_id, identity)

    def save(self, contact: Contact) -> None:
        """Write the profile where the stored one is at the contact's version."""
        values = _values(contact)
        if contact.version == 0:
            standing = self._table.put_if(UNTAKEN, values)
        else:
            standing = self._table.put_if("version = :version", values, {":version": contact.version})
        if standing is not None:
            raise Conflict("the contact was changed by another")

    def remove(self, partner_id: str, identity: str) -> None:
        """Delete its item."""
        self._table.delete(_profile_key(partner_id, identity))

    def view(self, partner_id: str, identity: str) -> ContactView:
        """Read the whole partition with one query."""
        from signalbox.adapters.dynamodb import touches  # noqa: PLC0415 - collect, which never views, starts without

        contact, places = Contact(partner_id, identity), None
        names: dict[str, set[str]] = {keys.SEGMENT: set(), keys.SUPPRESSION: set()}
        for stored in self._table.query("pk = :pk", {":pk": keys.contact(partner_id, identity)}):
            kind, name = keys.facet_of(stored["sk"])
            if kind == keys.PROFILE:
                contact = _from_stored(stored, partner_id, identity)
            elif kind == keys.TOUCHES:
                places = touches.from_stored(stored, partner_id, identity)
            elif kind in names:
                names[kind].add(name)
        return ContactView(contact, frozenset(names[keys.SEGMENT]), frozenset(names[keys.SUPPRESSION]), places)

    def traits_of(self, partner_id: str, identities: Iterable[str]) -> Mapping[str, str]:
        """Read the profiles a hundred at a time."""
        identity_by_pk = {keys.contact(partner_id, identity): identity for identity in identities}
        traits_by_identity = {}
        for pks in batched(identity_by_pk, _BATCH, strict=False):
            for stored in self._table.get_many([{"pk": pk, "sk": keys.PROFILE} for pk in pks]):
                identity = identity_by_pk[stored["pk"]]
                traits_by_identity[identity] = _as_object(_from_stored(stored, partner_id, identity).traits)
        return traits_by_identity


def _profile_key(partner_id: str, identity: str) -> keys.Key:
    return {"pk": keys.contact(partner_id, identity), "sk": keys.PROFILE}


def _values(contact: Contact) -> Values:
    """Keep the traits as one text: their names are the partner's, and DynamoDB refuses some (the empty one).

    A profile has no expiry: it is kept until the contact is deleted.
    """
    traits = {name: [trait.value, to_ms(trait.occurred_at)] for name, trait in contact.traits.items()}
    values: Values = {
        **_profile_key(contact.partner_id, contact.identity),
        "version": contact.version + 1,
        "traits": json.dumps(traits, ensure_ascii=False, separators=(",", ":")),
    }
    return compressed(values, "traits")


def _from_stored(stored: Stored, partner_id: str, identity: str) -> Contact:
    traits = json.loads(text_of(stored["traits"]))
    return Contact(
        partner_id=partner_id,
        identity=identity,
        traits={name: Trait(value, from_ms(occurred_ms)) for name, (value, occurred_ms) in traits.items()},
        version=int(stored["version"]),
    )


def _as_object(traits: Mapping[str, Trait]) -> str:
    """Join the traits' JSON texts into one object without reading them, so that every digit stays."""
    return "{" + ",".join(f"{json.dumps(name)}:{trait.value}" for name, trait in traits.items()) + "}"
