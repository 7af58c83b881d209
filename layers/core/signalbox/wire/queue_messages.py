"""The messages of our own queues. They are read as strictly as a stranger's: a queue can be redriven years later.

evaluations   {"partner_id": …, "scheduled_at": …}
sends         {"matches": [match, …]}, all of one partner; see `domain.decisions.Match`
"""

from collections.abc import Sequence
from datetime import datetime

from pydantic import AwareDatetime, ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from signalbox.domain.decisions import Match
from signalbox.domain.errors import Misconfigured


@dataclass(frozen=True, slots=True, config=ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True))
class EvaluationRequest:
    """One partner to evaluate, and the minute that asked for it."""

    partner_id: str
    scheduled_at: AwareDatetime


@dataclass(frozen=True, slots=True, config=ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True))
class Matches:
    """Some matches of one partner to decide about."""

    matches: Sequence[Match]


_REQUEST = TypeAdapter(EvaluationRequest)
_MATCHES = TypeAdapter(Matches)
_MATCH = TypeAdapter(Match)


def write_request(partner_id: str, scheduled_at: datetime) -> str:
    """Write one message of the evaluations queue."""
    return _REQUEST.dump_json(EvaluationRequest(partner_id, scheduled_at), ensure_ascii=True).decode()


def write_match(match: Match) -> str:
    """Write one match, a member of `matches`, in ASCII, so that its length is its size."""
    return _MATCH.dump_json(match, ensure_ascii=True).decode()


def read_request(text: str) -> EvaluationRequest:
    """Read a message of the evaluations queue; raises Misconfigured when it is not one."""
    return _read(_REQUEST, text)


def read_matches(text: str) -> Sequence[Match]:
    """Read a message of the sends queue; raises Misconfigured when it is not one."""
    return _read(_MATCHES, text).matches


def _read[T](adapter: TypeAdapter[T], text: str) -> T:
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        paths = sorted({"/".join(map(str, fault["loc"])) for fault in error.errors(include_input=False)})
        raise Misconfigured(f"a queue message is not one of ours, see {', '.join(paths)[:200]}") from None
