"""What a query's rows become: one match for each event they name, or a failure that names the row's fault."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from signalbox.domain.decisions import Match
from signalbox.domain.events import Event, from_ms, to_ms
from signalbox.domain.flows import LiveFlow, Trigger
from signalbox.domain.identities import identity_of
from signalbox.domain.queries import Cell, QueryAnswer, QueryFailure, QueryFault, QueryRows

MAX_KEY_LENGTH = 320
"""The longest event_id or identity a query may return: that of an e-mail address (RFC 3696, errata 1690)."""


def usable(answer: QueryAnswer) -> QueryAnswer:
    """Refuse an answer with a row that no decision could be kept under."""
    if isinstance(answer, QueryFailure):
        return answer
    for row in answer.rows:
        if row["event_id"] is None:
            return QueryFailure(answer.key, QueryFault.UNUSABLE_ROW, "a row has no event_id")
        for column in ("event_id", "identity"):
            if len(str(row[column])) > MAX_KEY_LENGTH:
                words = f"a row's {column} has over {MAX_KEY_LENGTH} characters"
                return QueryFailure(answer.key, QueryFault.UNUSABLE_ROW, words)
    return answer


def matches_of(flow: LiveFlow, trigger: Trigger, answer: QueryRows, matched_at: datetime) -> list[Match]:
    """Make one match of each event a query named; of several rows for one event the first counts."""
    matches: dict[str, Match] = {}
    for row in answer.rows:
        event_id = str(row["event_id"])
        if event_id not in matches:
            found = _match(flow, trigger, row, event_id, answer.received_ms.get(event_id))
            matches[event_id] = replace(found, matched_at=matched_at)
    return list(matches.values())


def unmatched(flow: LiveFlow, trigger: Trigger, event: Event) -> Match:
    """Stand in for the match of an event that the trigger does not return, for whoever wants to see its message."""
    row: dict[str, Cell] = {"identity": event.identity, "event_id": event.event_id}
    found = _match(flow, trigger, row, event.event_id, to_ms(event.received_at))
    return replace(found, matched_at=event.received_at)


def _match(flow: LiveFlow, trigger: Trigger, row: Mapping[str, Cell], event_id: str, received_ms: int | None) -> Match:
    """Leave out `event_raw` where the stored event has it: the largest column need not travel."""
    identity = identity_of(str(row["identity"])) if row["identity"] is not None else ""
    return Match(
        partner_id=flow.partner_id,
        flow_id=flow.flow_id,
        trigger_id=trigger.trigger_id,
        trigger_version=trigger.version,
        event_id=event_id,
        identity=identity or None,
        received_at=None if received_ms is None else from_ms(received_ms),
        max_event_age=trigger.max_event_age,
        row={name: cell for name, cell in row.items() if received_ms is None or name != "event_raw"},
    )
