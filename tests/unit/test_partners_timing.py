"""An unknown partner and a wrong secret cost the same work, so that no answer's timing tells whether a partner exists.

Work is counted exactly: digests, comparisons, hashes and questions to the store. `tests/bench/refusals.py` measures
the time.
"""

import sys
from collections import Counter
from types import FrameType
from typing import Any

import pytest

from signalbox.adapters.cached_partners import CachedPartners
from signalbox.domain.errors import Unauthorized
from signalbox.domain.partners import Partner
from signalbox.domain.submissions import Submission
from signalbox.services.ingestion import Ingestion
from tests.fakes.stores import FakePartners
from tests.unit import makers
from tests.unit.ingesting import Door

COSTLY = {"hmac_digest", "compare_digest", "find", "remembered"}

PARTNERS = (
    makers.partner(partner_id="no secret", secrets=()),
    makers.partner(partner_id="one secret", secrets=(makers.secret("a"),)),
    makers.partner(partner_id="two secrets", secrets=(makers.secret("a"), makers.secret("b"))),
    makers.partner(partner_id="disabled", enabled=False),
    makers.partner(partner_id="lenient", lenient=True),
)
REFUSED = ["", "unknown", *(partner.partner_id for partner in PARTNERS)]


class CountedPartners(FakePartners):
    def __init__(self, *partners: Partner) -> None:
        super().__init__(*partners)
        self.asked = 0

    def find(self, partner_id: str) -> Partner | None:
        self.asked += 1
        return super().find(partner_id)


class Refusals:
    def __init__(self) -> None:
        self.behind = CountedPartners(*PARTNERS)
        door = Door()
        self.service: Ingestion = door.service(partners=CachedPartners(self.behind, door.clock))

    def work_for(self, submission: Submission) -> tuple[Counter[str], int]:
        """Refuse it; give the costly calls by name, and how often the store was asked."""
        calls: Counter[str] = Counter()

        def note(frame: FrameType, event: str, argument: Any) -> None:
            name = argument.__name__ if event == "c_call" else frame.f_code.co_name
            if event in {"call", "c_call"} and name in COSTLY:
                calls[name] += 1

        asked = self.behind.asked
        sys.setprofile(note)
        try:
            self.service.accept(submission)
        except Unauthorized:
            return calls, self.behind.asked - asked
        finally:
            sys.setprofile(None)
        raise AssertionError("it was to be refused")


@pytest.mark.parametrize("partner_id", REFUSED)
@pytest.mark.parametrize("is_valid", [True, False])
@pytest.mark.parametrize("debug", [True, False])
def test_a_refusal_costs_two_checks_of_two_digests_and_one_question_whoever_is_refused(
    partner_id: str, *, is_valid: bool, debug: bool
) -> None:
    changes: dict[str, Any] = {} if is_valid else {"draft": None}
    refused = makers.submission(partner_id=partner_id, secret="wrong", debug=debug, **changes)
    refusals = Refusals()

    cold, warm = refusals.work_for(refused), refusals.work_for(refused)

    for calls, questions in (cold, warm):
        assert (calls["hmac_digest"], calls["compare_digest"], questions) == (4, 4, 1)


def test_the_work_of_a_refusal_is_the_same_for_the_unknown_and_the_known() -> None:
    refusals = Refusals()
    submissions = [makers.submission(partner_id=partner_id, secret="wrong") for partner_id in REFUSED]

    cold = [refusals.work_for(submission) for submission in submissions]
    warm = [refusals.work_for(submission) for submission in submissions]

    assert all(work == cold[0] for work in [*cold, *warm])


def test_who_is_known_is_refused_for_the_same_work_while_others_send_with_the_right_secret() -> None:
    refusals = Refusals()
    (partner_id,) = [partner.partner_id for partner in PARTNERS if partner.lenient]
    refusals.service.accept(makers.submission(partner_id=partner_id))

    known = refusals.work_for(makers.submission(partner_id=partner_id, secret="wrong"))

    assert known == refusals.work_for(makers.submission(partner_id="unknown", secret="wrong"))


def test_who_is_remembered_with_the_right_secret_is_not_asked_for() -> None:
    refusals = Refusals()
    (partner_id,) = [partner.partner_id for partner in PARTNERS if partner.lenient]

    for number in range(3):
        refusals.service.accept(makers.submission(partner_id=partner_id, draft=makers.draft(event_id=str(number))))

    assert refusals.behind.asked == 1
