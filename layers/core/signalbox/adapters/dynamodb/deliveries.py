"""The Deliveries table: the one decision about each (flow, event), with its trace.

An event id that is too long to be sent along with a message stands in the key as its digest, so that the decision is
found by the name that comes back with what the provider tells.
A decision is in the indexes by contact and by flow only when it is not in flight: it has their keys only then.
`told` names once more what the feedback holds: the index by flow carries it instead of the whole.
Decisions have no expiry: one that was deleted could be made a second time.
"""

import secrets

from signalbox.adapters.dynamodb import keys, matches
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import UNTAKEN, Table
from signalbox.adapters.dynamodb.values import Stored, Values, compressed, given
from signalbox.domain.decision_names import bounded
from signalbox.domain.decisions import Decision, Outcome, SkipReason, Step
from signalbox.domain.errors import Conflict
from signalbox.domain.events import from_ms, to_ms
from signalbox.domain.feedback import Feedback, Occurrences, ProviderNews

_STILL_STANDING = "outcome = :outcome AND attempts = :attempts AND "
_NO_FEEDBACK = "attribute_not_exists(feedback_revision)"
_THIS_FEEDBACK = "feedback_revision = :revision"


class DynamoDeliveries:
    """The `Deliveries` port.

    A conditional write whose answer is lost is sent again by the client and then meets itself. Each call therefore
    marks what it writes, and knows its own mark in what stands in the way.
    """

    def __init__(self, client: Client, table_name: str) -> None:
        self._table = Table(client, table_name)

    def find(self, partner_id: str, flow_id: str, event_id: str) -> Decision | None:
        """Give the decision as it stands."""
        stored = self._table.get(_key(partner_id, flow_id, event_id))
        return None if stored is None else from_stored(stored)

    def claim(self, decision: Decision) -> Decision | None:
        """Write the decision where there is none; what stands in the way comes back with the refusal."""
        mark = secrets.token_hex(8)
        standing = self._table.put_if(UNTAKEN, _values(decision, mark))
        return None if standing is None or standing["written_by"] == mark else from_stored(standing)

    def settle(self, standing: Decision, following: Decision) -> None:
        """Write what follows where `standing` still is, feedback included."""
        mark = secrets.token_hex(8)
        operands: Values = {":outcome": standing.outcome.value, ":attempts": standing.attempts}
        condition, revision = _STILL_STANDING + _NO_FEEDBACK, standing.feedback.revision
        if revision:
            condition, operands = _STILL_STANDING + _THIS_FEEDBACK, {**operands, ":revision": revision}
        stored = self._table.put_if(condition, _values(following, mark), operands)
        if stored is not None and stored.get("written_by") != mark:
            raise Conflict("the decision was changed by another")


def _key(partner_id: str, flow_id: str, event_id: str) -> keys.Key:
    return keys.delivery(partner_id, flow_id, bounded(event_id))


def _values(decision: Decision, mark: str) -> Values:
    own: Values = {} if decision.match is None else matches.values_of(decision.match)
    values = given(
        {
            **own,
            **_key(decision.partner_id, decision.flow_id, decision.event_id),
            **_index_keys(decision),
            "decided_at": keys.padded(decision.decided_at),
            "partner_id": decision.partner_id,
            "flow_id": decision.flow_id,
            "flow_version": decision.flow_version,
            "trigger_id": decision.trigger_id,
            "trigger_version": decision.trigger_version,
            "event_id": decision.event_id,
            "identity": decision.identity,
            "outcome": decision.outcome.value,
            "reason": decision.reason.value if decision.reason else None,
            "detail": decision.detail,
            "received_at": to_ms(decision.received_at) if decision.received_at else None,
            "provider_message_id": decision.provider_message_id,
            "attempts": decision.attempts,
            "tries": decision.tries,
            "arm": decision.arm,
            "due_ms": to_ms(decision.due_at) if decision.due_at else None,
            "channel": decision.channel,
            "trace": [{"check": step.check, "verdict": step.verdict} for step in decision.trace],
            "feedback": _feedback_values(decision.feedback),
            "told": sorted(decision.feedback.by_news) or None,
            "feedback_revision": decision.feedback.revision or None,
            "written_by": mark,
        }
    )
    return compressed(values, matches.ROW) if own else values


def _index_keys(decision: Decision) -> Values:
    if decision.outcome is Outcome.IN_FLIGHT:
        return {}
    about = None if decision.identity is None else keys.contact(decision.partner_id, decision.identity)
    return {"flow": keys.deliveries_of_flow(decision.partner_id, decision.flow_id), "contact": about}


def from_stored(stored: Stored) -> Decision:
    """Make the decision again."""
    return Decision(
        partner_id=stored["partner_id"],
        flow_id=stored["flow_id"],
        flow_version=int(stored["flow_version"]),
        trigger_id=stored["trigger_id"],
        trigger_version=int(stored["trigger_version"]),
        event_id=stored["event_id"],
        identity=stored.get("identity"),
        outcome=Outcome(stored["outcome"]),
        decided_at=keys.instant_of(stored["decided_at"]),
        received_at=from_ms(int(stored["received_at"])) if "received_at" in stored else None,
        reason=SkipReason(stored["reason"]) if "reason" in stored else None,
        detail=stored.get("detail"),
        provider_message_id=stored.get("provider_message_id"),
        attempts=int(stored["attempts"]),
        tries=int(stored["tries"]),
        arm=stored.get("arm"),
        due_at=from_ms(int(stored["due_ms"])) if "due_ms" in stored else None,
        channel=stored.get("channel"),
        trace=tuple(Step(each["check"], each["verdict"]) for each in stored["trace"]),
        feedback=_feedback_from(stored),
        match=matches.match_from(stored, stored["partner_id"]) if matches.ROW in stored else None,
    )


def _feedback_values(feedback: Feedback) -> Values | None:
    return {
        news.value: {
            "count": told.count,
            "first_at": to_ms(told.first_at),
            "latest": [to_ms(at) for at in told.latest],
        }
        for news, told in feedback.by_news.items()
    } or None


def _feedback_from(stored: Stored) -> Feedback:
    by_news = {
        ProviderNews(news): Occurrences(
            count=int(told["count"]),
            first_at=from_ms(int(told["first_at"])),
            latest=tuple(from_ms(int(at)) for at in told["latest"]),
        )
        for news, told in stored.get("feedback", {}).items()
    }
    return Feedback(by_news, int(stored.get("feedback_revision", 0)))
