"""The Segment-compatible routes: a request as the events in it, and what became of each as the answer.

`POST /v1/batch` carries many events, the other routes one each. What SDKs need of an answer: status 200 exactly, and
of a refusal a JSON object with `code` and `message` (RudderStack's and Customer.io's Python SDKs, which otherwise try
ten times more what cannot succeed).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from signalbox.domain.errors import NotJson, TooLarge
from signalbox.domain.submissions import Acceptance, Submission
from signalbox.wire.credentials import Credentials
from signalbox.wire.json_body import read_part, read_parts, to_text
from signalbox.wire.segment_credentials import segment_credentials_of
from signalbox.wire.segment_event import TOO_LARGE, submission_of

BATCH = "batch"
ROUTES = (BATCH, "track", "identify", "page", "screen", "group", "alias")
"""What follows `/v1/`."""

MAX_BATCH_BYTES = 500 * 1024  # spec: collect-api, section 7
MAX_BATCH_EVENTS = 2_500

_SHARED = ("context", "integrations", "sentAt")
"""What a batch may say once for all its events. Its `timestamp` is no event's: RudderStack sends the flush's."""


def parse_batch(body: bytes, headers: Mapping[str, str], route: str) -> Sequence[Submission]:
    """Read a request to `/v1/<route>`, at least one event; `headers` are named in lower case.

    Raises NotJson (400) and TooLarge (413) for the request as a whole; what is wrong with one event is in its reasons.
    """
    received = read_parts(body, MAX_BATCH_BYTES)
    credentials = segment_credentials_of(received, headers)
    events = _batch(received) if route == BATCH else [{**received, "type": route}]
    submissions = [submission_of(_without_key(event), credentials) for event in events]
    if route != BATCH and TOO_LARGE in submissions[0].reasons:
        raise TooLarge
    return submissions


def read_again(body: str, partner_id: str) -> Submission:
    """Read an event out of quarantine by the rules as they are now."""
    return submission_of(read_part(body), Credentials(partner_id))


def answer_of(submissions: Sequence[Submission], acceptances: Sequence[Acceptance]) -> Mapping[str, Any]:
    """Tell what became of each event, in their order; `messageId` is the sender's own, or the name we gave."""
    return {
        "success": True,
        "results": [_result(each, acceptance) for each, acceptance in zip(submissions, acceptances, strict=True)],
    }


def _result(submission: Submission, acceptance: Acceptance) -> Mapping[str, Any]:
    result: dict[str, Any] = {"messageId": submission.event_id, "status": acceptance.value}
    if acceptance is Acceptance.QUARANTINED:
        result["reasons"] = [{"path": each.path, "reason": each.reason} for each in submission.reasons]
    return result


def _batch(received: Mapping[str, Any]) -> list[Any]:
    events = received.get("batch")
    if not isinstance(events, list) or not events:
        raise NotJson("expected an array of at least one event", "/batch")
    if len(events) > MAX_BATCH_EVENTS:
        raise TooLarge
    shared = {name: received[name] for name in _SHARED if received.get(name) is not None}
    if len(to_text(shared)) * len(events) > MAX_BATCH_BYTES:
        raise TooLarge  # written into every event it would be a batch over the limit
    return [_complete(event, shared) for event in events]


def _complete(event: Any, shared: Mapping[str, Any]) -> Any:
    """Give an event what its batch says for all; what the event says itself stands."""
    if not isinstance(event, dict):
        return event
    completed = dict(event)
    for name, value in shared.items():
        own = event.get(name)
        if own is None:
            completed[name] = value
        elif isinstance(own, dict) and isinstance(value, dict):
            completed[name] = {**value, **own}
    return completed


def _without_key(event: Any) -> Any:
    return {name: value for name, value in event.items() if name != "writeKey"} if isinstance(event, dict) else event
