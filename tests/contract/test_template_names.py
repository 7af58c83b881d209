"""The names that templates and conditions read are found without rendering them."""

import pytest

from signalbox.adapters.templating.conditions import JinjaConditions
from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.domain.content import Part, PartKind

BLOCKS = {"footer": "{{ unsubscribe_url }} {{ trigger.shop }}", "around": "{% include 'footer' %}"}


def names_in(source: str, kind: PartKind = PartKind.HTML) -> frozenset[str]:
    return JinjaRenderer().names_in_parts({"text": Part(kind, source)}, BLOCKS)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("Hello", set()),
        ("{{ unsubscribe_url }}", {"unsubscribe_url"}),
        ("{{ contact.address.city }}", {"contact", "contact.address", "contact.address.city"}),
        ("{{ trigger['last seen'] }}", {"trigger", "trigger.last seen"}),
        ("{{ trigger[event.name] }}", {"trigger", "event", "event.name"}),
        ("{{ trigger.visits | default(trigger.sum) }}", {"trigger", "trigger.visits", "trigger.sum"}),
        ("{% if trigger.a == a %}{{ b ~ trigger.b }}{% endif %}", {"trigger", "trigger.a", "a", "b", "trigger.b"}),
        ("{% for i in trigger.items %}{{ i.name }}{% endfor %}", {"trigger", "trigger.items", "i", "i.name"}),
        ("{% set x = trigger.a[1:2] %}", {"trigger", "trigger.a"}),
        ("{% include 'around' %}", {"unsubscribe_url", "trigger", "trigger.shop"}),
        ("{% include 'nothing' %}", set()),
        ("{{ unsubscribe_url", set()),
    ],
)
def test_every_name_that_a_template_reads_is_found(source: str, names: set[str]) -> None:
    assert names_in(source) == names
    assert names_in(source, PartKind.TEXT) == names


def test_the_parts_of_a_message_are_read_together() -> None:
    parts = {"subject": Part(PartKind.LINE, "{{ a }}"), "text": Part(PartKind.TEXT, "{{ b }}")}

    assert JinjaRenderer().names_in_parts(parts) == {"a", "b"}


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("trigger.visits > 3 and contact.tier in ['gold']", {"trigger", "trigger.visits", "contact", "contact.tier"}),
        ("1 +", set()),
        ("'trigger.visits'", set()),
    ],
)
def test_every_name_that_a_condition_reads_is_found(expression: str, names: set[str]) -> None:
    assert JinjaConditions().names_in(expression) == names
