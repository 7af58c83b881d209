"""Writing content blocks: what is refused, and that nothing which includes a block stops compiling."""

import pytest

from signalbox.domain.content_blocks import MAX_SOURCE_BYTES, ContentBlock
from signalbox.domain.contents import EmailContent
from signalbox.domain.errors import Conflict, Invalid
from signalbox.domain.flows import FlowStatus
from tests.unit import makers
from tests.unit.keeping import House
from tests.unit.makers import PARTNER_ID

INCLUDING = EmailContent("Hello", html="{% include 'letter' %}")
LAUNCHED = (FlowStatus.LIVE, FlowStatus.PAUSED)


@pytest.fixture
def house() -> House:
    made = House()
    made.writing.save(PARTNER_ID, "footer", "Bye, {{ contact.firstName }}", over=0)
    made.writing.save(PARTNER_ID, "letter", "Hello. {% include 'footer' %}", over=0)
    return made


def footer(house: House) -> ContentBlock:
    found = house.blocks.find(PARTNER_ID, "footer")
    assert found is not None
    return found


def test_a_block_is_saved_over_the_version_that_was_seen(house: House) -> None:
    saved = house.writing.save(PARTNER_ID, "footer", "Bye", over=1)

    assert saved == ContentBlock(PARTNER_ID, "footer", "Bye", 2)
    assert footer(house) == saved
    for over in (0, 1, 3):
        with pytest.raises(Conflict):
            house.writing.save(PARTNER_ID, "footer", "Other", over=over)
    assert [each.name for each in house.writing.of_partner(PARTNER_ID)] == ["footer", "letter"]


@pytest.mark.parametrize(
    ("name", "source", "path", "said"),
    [
        ("", "Bye", "/name", "letters"),
        ("a b", "Bye", "/name", "letters"),
        ("it's", "Bye", "/name", "letters"),
        ("-a", "Bye", "/name", "letters"),
        ("a" * 101, "Bye", "/name", "letters"),
        ("a#b", "Bye", "/name", "letters"),
        ("a\n", "Bye", "/name", "letters"),
        ("new", "é" * (MAX_SOURCE_BYTES // 2) + "x", "/source", "bytes"),
        ("new", "<mj-section>Bye</mj-section>", "/source", "MJML"),
        ("new", "<MJML>Bye</MJML>", "/source", "MJML"),
        ("new", "{{ contact.", "/source", "content block 'new', line 1"),
        ("new", "{% include 'nothing' %}", "/source", "there is no content block 'nothing'"),
        ("new", "{% include 'new' %}", "/source", "included in itself"),
    ],
)
def test_a_block_that_cannot_be_included_is_refused(house: House, name: str, source: str, path: str, said: str) -> None:
    with pytest.raises(Invalid) as refusal:
        house.writing.save(PARTNER_ID, name, source, over=0)

    (reason,) = refusal.value.reasons
    assert reason.path == path
    assert said in reason.reason
    assert house.blocks.find(PARTNER_ID, name) is None


def test_a_block_is_not_changed_into_what_a_block_around_it_cannot_include(house: House) -> None:
    with pytest.raises(Invalid) as refusal:
        house.writing.save(PARTNER_ID, "footer", "{% include 'letter' %}", over=1)

    assert "included in itself" in str(refusal.value)
    assert footer(house).version == 1


def test_a_block_is_not_changed_into_what_one_around_it_cannot_bear(house: House) -> None:
    for name, included in {"a": "letter", "b": "a", "c": "b"}.items():
        house.writing.save(PARTNER_ID, name, f"{{% include '{included}' %}}", over=0)
    house.writing.save(PARTNER_ID, "sixth", "x", over=0)

    with pytest.raises(Invalid) as refusal:
        house.writing.save(PARTNER_ID, "footer", "{% include 'sixth' %}", over=1)

    (reason,) = refusal.value.reasons
    assert reason.reason.startswith("content block 'c' could not be compiled: ")
    assert footer(house).version == 1


@pytest.mark.parametrize("status", LAUNCHED)
def test_a_block_is_not_changed_into_what_a_launched_flow_cannot_include(house: House, status: FlowStatus) -> None:
    many = "{{ [" + "a," * 4500 + "] }}"  # three of them are more parts than a template may have
    twice = EmailContent("Hello", many + "{% include 'letter' %}" * 2)
    spoilt_by_itself = {"b": EmailContent("B", many * 3)}
    house.registry.save_flow(makers.flow(status=status, content=INCLUDING, contents=spoilt_by_itself))
    house.registry.save_flow(makers.flow(flow_id="flow_2", status=status, contents={"b": twice}))

    with pytest.raises(Invalid) as refusal:
        house.writing.save(PARTNER_ID, "footer", many, over=1)

    (reason,) = refusal.value.reasons
    assert reason.reason.startswith("flow flow_2 (Welcome) could not be compiled: ")
    assert footer(house).version == 1


@pytest.mark.parametrize("status", LAUNCHED)
@pytest.mark.parametrize(
    "contents", [{"content": INCLUDING}, {"contents": {"b": EmailContent("{% include 'letter' %}", "B")}}]
)
def test_a_block_that_a_launched_flow_includes_is_not_put_away(
    house: House, status: FlowStatus, contents: dict[str, object]
) -> None:
    house.registry.save_flow(makers.flow(status=status, **contents))

    with pytest.raises(Invalid) as refusal:
        house.writing.archive(footer(house))

    assert [reason.reason for reason in refusal.value.reasons] == [
        "content block 'letter' includes it",
        "flow flow_1 (Welcome) includes it",
    ]
    assert not footer(house).is_archived


def test_a_block_that_nothing_includes_any_more_is_put_away_and_taken_up_again(house: House) -> None:
    for number, status in enumerate((FlowStatus.DRAFT, FlowStatus.ENDED)):
        house.registry.save_flow(makers.flow(flow_id=f"flow_{number}", status=status, content=INCLUDING))
    house.registry.save_flow(makers.flow(partner_id="partner_2", content=INCLUDING))
    letter = house.blocks.find(PARTNER_ID, "letter")
    assert letter is not None
    archived_letter = house.writing.archive(letter)

    archived = house.writing.archive(footer(house))

    assert (archived_letter.is_archived, archived.is_archived, archived.version) == (True, True, 2)
    assert house.writing.archive(archived) == archived
    with pytest.raises(Invalid, match="there is no content block 'footer'"):
        house.writing.save(PARTNER_ID, "letter", "{% include 'footer' %}", over=2)
    assert house.writing.save(PARTNER_ID, "footer", "Bye", over=2) == ContentBlock(PARTNER_ID, "footer", "Bye", 3)


def test_a_block_that_was_changed_meanwhile_is_not_put_away(house: House) -> None:
    seen = ContentBlock(PARTNER_ID, "lone", "x")
    house.blocks.save(seen)
    house.writing.save(PARTNER_ID, "lone", "y", over=1)

    with pytest.raises(Conflict):
        house.writing.archive(seen)
