"""The text message: who may be sent one, and how many segments it is billed as."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

MAX_CHARACTERS = 1600  # SendTextMessage, AWS End User Messaging SMS API reference

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
"""E.164: a country code and a number, fifteen digits at most; no number that can be called has under seven."""

# 3GPP TS 23.038, section 6.2.1: one septet each, and those that take an escape before them.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED = frozenset("\f^{}\\[~]|€")

# How much fits: of a message alone, and of each segment of a longer one, whose header takes six bytes (TS 23.040).
_SEPTETS_ALONE, _SEPTETS_EACH = 160, 153
_UNITS_ALONE, _UNITS_EACH = 70, 67  # of UTF-16


@dataclass(frozen=True, slots=True)
class SmsMessage:
    """A rendered text message, to a number in E.164; one that the person asked for (a code, say) is transactional."""

    to: str
    text: str
    is_transactional: bool = False


def is_phone_number(text: str) -> bool:
    """Tell whether the text is one number in E.164."""
    return _NUMBER.fullmatch(text) is not None


def segments(text: str) -> int:
    """Count the segments that a text is sent in, each of which is billed; nothing is one segment too."""
    if _BASIC.union(_ESCAPED).issuperset(text):
        return _packed((2 if character in _ESCAPED else 1 for character in text), _SEPTETS_ALONE, _SEPTETS_EACH)
    return _packed((2 if character > "\uffff" else 1 for character in text), _UNITS_ALONE, _UNITS_EACH)


def _packed(sizes: Iterable[int], alone: int, each: int) -> int:
    """Fill one segment after the other; a character of two parts is never divided."""
    total = count = filled = 0
    for size in sizes:
        total += size
        if count == 0 or filled + size > each:
            count, filled = count + 1, 0
        filled += size
    return 1 if total <= alone else count
