"""Validation with the real compiler and engine: what an author is shown, and told when a query does not run."""

from dataclasses import replace
from datetime import timedelta

import pytest

from signalbox.adapters.queries.compiler import QueryCompiler
from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.domain.contacts import Contact, Trait
from signalbox.domain.errors import Invalid
from signalbox.domain.validations import RuleCounts
from signalbox.services.trigger_validation import TriggerValidation
from tests.fakes.others import FakeClock
from tests.fakes.stores import FakeContacts, FakeEvents, FakePartners
from tests.triggers.recipes.forms import FORMS
from tests.unit.makers import NOON, PARTNER_ID, event, partner, trigger_draft

HOUR = timedelta(hours=1)
STARTER = (
    "SELECT identity, event_id, event_type, ts FROM event_triggers "
    "WHERE event_type = 'custom_some_event' AND ts > '{cursor_start_time}' AND ts <= '{cursor_end_time}' ORDER BY ts"
)


@pytest.fixture
def validation() -> TriggerValidation:
    events, contacts = FakeEvents(), FakeContacts()
    ages = {"now": 0 * HOUR, "repeated": 2 * HOUR, "yesterday": 25 * HOUR}
    for event_id, age in ages.items():
        events.append(event(event_id=event_id, received_at=NOON - age, occurred_at=NOON - age), 1)
    events.append(event(event_id="repeated", received_at=NOON - HOUR), 1)
    events.append(event(event_id="nobody's", received_at=NOON - 3 * HOUR, identity=None), 1)
    contacts.save(Contact(PARTNER_ID, "ana@example.org", {"tier": Trait('"gold"', NOON)}))
    return TriggerValidation(
        clock=FakeClock(NOON),
        partners=FakePartners(partner()),
        events=events,
        contacts=contacts,
        compiler=QueryCompiler(),
        engine=DuckDBEngine(),
    )


def test_a_query_shows_what_it_finds_in_the_last_day(validation: TriggerValidation) -> None:
    answer = validation.validate(trigger_draft(sql=STARTER, lookback=2 * HOUR))

    assert answer.columns == ("identity", "event_id", "event_type", "ts")
    assert [row["event_id"] for row in answer.rows] == ["nobody's", "repeated", "now"]
    assert (answer.events, answer.rules) == (5, RuleCounts(1, 0, 0, 0, sendable=2))


def test_a_query_over_contacts_joins_the_people_of_the_events(validation: TriggerValidation) -> None:
    sql = (
        "SELECT e.identity, e.event_id, c.traits->>'tier' AS tier "
        "FROM event_triggers e JOIN contacts c USING (identity) "
        "WHERE e.ts > {cursor_start_time} AND e.ts <= {cursor_end_time}"
    )

    answer = validation.validate(trigger_draft(sql=sql))

    assert {row["tier"] for row in answer.rows} == {"gold"}


def test_rows_that_the_rules_would_not_send_are_told_apart(validation: TriggerValidation) -> None:
    sql = STARTER.replace("event_id,", "CASE event_id WHEN 'now' THEN 'made up' ELSE event_id END AS event_id,", 1)

    answer = validation.validate(trigger_draft(sql=sql, max_event_age=HOUR))

    assert answer.rules == RuleCounts(
        rows_without_identity=1, further_rows=0, too_old=1, unknown_events=1, sendable=0
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT identity FROM event_triggers", "event_id"),
        ("SELECT identity, event_id, nothing FROM event_triggers", "nothing"),
        ("SELECT identity, NULL AS event_id FROM event_triggers", "a row has no event_id"),
        ("DELETE FROM event_triggers", "SELECT"),
        ("SELEC identity", ""),
    ],
)
def test_a_query_that_does_not_run_is_refused_at_its_sql_in_words_that_help(
    validation: TriggerValidation, sql: str, words: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        validation.validate(trigger_draft(sql=sql))

    [reason] = refusal.value.reasons
    assert reason.path == "/sql"
    assert words in reason.reason


@pytest.mark.parametrize("form", FORMS)
def test_what_every_recipe_writes_can_be_validated_as_it_is(validation: TriggerValidation, form: str) -> None:
    draft = trigger_draft().written_from(FORMS[form])

    answer = validation.validate(replace(draft, name=form))

    assert answer.reads_from == NOON - 24 * HOUR - draft.lookback
