"""What a kept identify says of its person is what it said at the door."""

import json
from typing import Any

import pytest

from signalbox.wire.credentials import Credentials
from signalbox.wire.json_body import read_part
from signalbox.wire.segment_event import submission_of
from signalbox.wire.traits import traits_of
from tests.unit.makers import NOON


@pytest.mark.parametrize("said", [
    {"userId": "u-1"},
    {"userId": 7, "traits": {"price": 19.90, "tags": ["a"], "": None}},
    {"anonymousId": "a-1", "traits": {"tier": "gold"}, "context": {"traits": {"tier": "none", "city": "Köln"}}},
    {"userId": "u-1", "traits": {"userId": "another", "email": ""}},
])  # fmt: skip
def test_an_identify_without_an_address_says_the_same_when_it_is_read_again(said: dict[str, Any]) -> None:
    draft = submission_of(read_part(json.dumps({"type": "identify", **said})), Credentials("partner_1", "s")).draft
    assert draft is not None

    traits = traits_of(draft.stamped("partner_1", "ana@example.org", NOON))

    assert traits == draft.traits
