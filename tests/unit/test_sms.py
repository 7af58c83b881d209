"""Text messages: numbers, and how many segments a text takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbox.domain.sms import is_phone_number, segments

SEPTETS = st.text("abcXYZ 012@£$Ñü\n", max_size=1000)


@pytest.mark.parametrize("number", ["+4915112345678", "+12025550123", "+123456789012345", "+2901234"])
def test_a_number_in_e164_is_one(number: str) -> None:
    assert is_phone_number(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "4915112345678",
        "0049151",
        "+0123456789",
        "+1234567890123456",
        "+49 151 1",
        "+1202555012a",
        "+\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18",
        "+12025550123\n",
        "+12025550123,+12025550124",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert not is_phone_number(text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" + "€" * 80, 2),
        ("€" * 76 + "a" + "€" * 76, 2),
        ("€" * 77 + "€" * 76, 3),  # an escape and its character are never in two segments: 76 to a segment, not 76.5
        ("ç" * 70, 1),
        ("ç" * 71, 2),
        ("ç" * 134, 2),
        ("ç" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 66, 2),
        ("😀" * 67, 3),  # 33 to a segment
        ("a" * 159 + "ç", 3),
    ],
)
def test_a_text_takes_as_many_segments_as_its_alphabet_makes_of_it(text: str, count: int) -> None:
    assert segments(text) == count


@given(SEPTETS, SEPTETS)
def test_a_longer_text_takes_no_fewer_segments(text: str, more: str) -> None:
    assert segments(text) <= segments(text + more) <= segments(text) + segments(more) + 1


@given(st.text(max_size=500))
def test_a_character_outside_the_small_alphabet_costs_at_least_as_much(text: str) -> None:
    assert segments(text) <= segments(text + "ж")
