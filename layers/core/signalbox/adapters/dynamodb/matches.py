"""A match inside other items: what it holds beside the names that every item about a (flow, event) has."""

import json
from datetime import timedelta

from signalbox.adapters.dynamodb.values import Stored, Values, text_of
from signalbox.domain.decisions import Match
from signalbox.domain.events import from_ms, to_ms

ROW = "row"
"""The attribute that may be long: whoever writes it may compress it."""


def values_of(match: Match) -> Values:
    """Give what is the match's own. The row is text, so that no digit of it changes."""
    return {
        "matched_at": None if match.matched_at is None else to_ms(match.matched_at),
        "max_event_age_s": int(match.max_event_age.total_seconds()),
        ROW: json.dumps(match.row, ensure_ascii=False, separators=(",", ":")),
    }


def match_from(stored: Stored, partner_id: str) -> Match:
    """Make the match again of an item that names its flow, trigger and event."""
    return Match(
        partner_id=partner_id,
        flow_id=stored["flow_id"],
        trigger_id=stored["trigger_id"],
        trigger_version=int(stored["trigger_version"]),
        event_id=stored["event_id"],
        identity=stored.get("identity"),
        received_at=from_ms(int(stored["received_at"])) if "received_at" in stored else None,
        max_event_age=timedelta(seconds=int(stored["max_event_age_s"])),
        row=json.loads(text_of(stored[ROW])),
        matched_at=from_ms(int(stored["matched_at"])) if "matched_at" in stored else None,
    )
