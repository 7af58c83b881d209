"""Test sends: one e-mail to an address of the author's, which leaves no other trace."""

import json
from datetime import timedelta

import pytest

from signalbox.domain.contents import EmailContent, SmsContent, WebhookContent
from signalbox.domain.errors import Forbidden, Invalid, Reason, Rejected, Transient
from signalbox.domain.frequency import ReEntry
from signalbox.domain.messages import EmailMessage
from signalbox.domain.partners import Environment, FrequencyCap
from signalbox.services.previewing import Chosen
from tests.unit import makers
from tests.unit.looking import House, a_flow
from tests.unit.makers import NOON, PARTNER_ID
from tests.unit.webhooks import destination

ME = "author@example.org"
LINK = "https://api.example/u/preview"


@pytest.fixture
def house() -> House:
    house = House()
    house.receive(NOON, event_id="a")
    return house


def test_one_marked_message_goes_to_the_author_and_to_nobody_else(house: House) -> None:
    provider_id = house.samples().send(a_flow(), Chosen(), ME)

    assert provider_id == "provider-1"
    assert house.channel.sent == [
        EmailMessage(ME, "[Test] Hello", f"Hello Ana {LINK}", None, None, LINK, decision=None)
    ]


def test_nothing_is_decided_counted_or_kept(house: House) -> None:
    house.partners.by_id[PARTNER_ID] = makers.partner(caps=(FrequencyCap("email", 1, timedelta(days=1)),))
    flow = a_flow(re_entry=ReEntry.once())
    before = house.fingerprint()

    for _ in range(3):
        house.samples().send(flow, Chosen(), ME)

    assert len(house.channel.sent) == 3
    house.channel.sent.clear()
    assert house.fingerprint() == before


@pytest.mark.parametrize("to", [ME, " Author@Example.org"])
def test_a_suppressed_address_gets_no_test_either(house: House, to: str) -> None:
    house.contacts.suppressions[PARTNER_ID, ME] = frozenset({"bounced:email"})

    with pytest.raises(Invalid) as refusal:
        house.samples().send(a_flow(), Chosen(), to)

    assert [reason.path for reason in refusal.value.reasons] == ["/to"]
    assert not house.channel.sent


def test_who_the_event_is_about_may_be_suppressed(house: House) -> None:
    house.contacts.suppressions[PARTNER_ID, "ana@example.org"] = frozenset({"manual"})

    house.samples().send(a_flow(), Chosen(), ME)

    assert [message.to for message in house.channel.sent] == [ME]


def test_where_there_is_no_message_nothing_is_sent_and_the_reason_is_told(house: House) -> None:
    flow = a_flow(content=EmailContent("Hello", "{{ contact.tier }}"))

    with pytest.raises(Invalid) as refusal:
        house.samples().send(flow, Chosen(), ME)

    words = "there is no message: content_missing_value: contact.tier"
    assert refusal.value.reasons == (Reason("/content", words),)
    assert not house.channel.sent


def test_an_email_needs_an_address(house: House) -> None:
    with pytest.raises(Invalid, match="/to: expected an address"):
        house.samples().send(a_flow(), Chosen(), " ")


def test_a_webhook_goes_to_its_destination_under_an_id_that_is_not_its_decisions(house: House) -> None:
    house.destinations.save(destination())
    flow = a_flow(content=WebhookContent("destination_1", '{"name": "{{ event.properties.name }}"}'))

    assert house.samples().send(flow, Chosen()) is None

    [(_, message)] = house.webhooks.sent
    assert message.webhook_id == "test_1"
    assert json.loads(message.body)["data"] == {"name": "Ana"}


def test_a_destination_that_is_not_there_is_told(house: House) -> None:
    with pytest.raises(Rejected, match="no such destination"):
        house.samples().send(a_flow(content=WebhookContent("destination_1", "{}")), Chosen())


def test_nothing_but_emails_and_webhooks_is_tested(house: House) -> None:
    house.know("ana@example.org", phone='"+491701234567"')

    with pytest.raises(Invalid, match="/content: expected an e-mail or a webhook"):
        house.samples().send(a_flow(content=SmsContent("Hello")), Chosen(), ME)

    assert not house.sms.sent


def test_in_staging_nothing_is_sent(house: House) -> None:
    with pytest.raises(Forbidden):
        house.samples(Environment.STAGING).send(a_flow(), Chosen(), ME)

    assert not house.channel.sent


def test_a_fault_of_the_channel_is_the_authors_to_see_and_is_not_repeated(house: House) -> None:
    house.channel.faults = [Transient("not now")]

    with pytest.raises(Transient):
        house.samples().send(a_flow(), Chosen(), ME)

    assert not house.channel.sent
    assert not house.deferrals.kept


def test_a_test_is_an_e_mail_or_nothing(house: House) -> None:
    house.receive(NOON, event_id="a")
    house.know("ana@example.org", phone='"+491701234567"')

    with pytest.raises(Invalid) as refusal:
        house.samples().send(a_flow(content=SmsContent("Hello")), Chosen(), "author@example.org")

    assert [each.path for each in refusal.value.reasons] == ["/content"]
    assert not house.sms.sent
