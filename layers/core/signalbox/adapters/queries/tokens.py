"""Changes to a query's text that need its tokens alone: placeholders, and the partner's name before the event table."""

from collections.abc import Iterator, Sequence

from sqlglot.tokenizer_core import Token, TokenType

from signalbox.adapters.queries.placeholders import STAND_INS
from signalbox.adapters.queries.rules import EVENT_TABLE

type Change = tuple[int, int, str]
"""Where it starts and ends in the text, and what stands there instead."""

_TYPES_BEFORE_TEXT = frozenset({"TIMESTAMP", "TIMESTAMPTZ", "DATETIME"})
"""Words that make a timestamp of the quoted text behind them; a placeholder is one already."""
_BRACED_TOKENS = 3


def with_stand_ins(sql: str, tokens: Sequence[Token]) -> str:
    """Replace each placeholder that is a token of its own, quoted or not; braces inside other text stay."""
    changes = [(start, end, f" {STAND_INS[text]} ") for start, end, text in _placeholders(tokens)]
    return _changed(sql, changes)


def as_written(sql: str, tokens: Sequence[Token]) -> str:
    """Leave the author's text as it is but for bare placeholders, the partner's name and a last semicolon."""
    changes = [*_placeholders(tokens), *_qualifiers(tokens)]
    changes += [(token.start, token.end + 1, " ") for token in tokens if token.token_type is TokenType.SEMICOLON]
    return _changed(sql, sorted(changes)).rstrip()


def _changed(sql: str, changes: Sequence[Change]) -> str:
    parts, end = [], 0
    for start, stop, text in changes:
        parts += [sql[end:start], text]
        end = stop
    return "".join([*parts, sql[end:]])


def _placeholders(tokens: Sequence[Token]) -> Iterator[Change]:
    for place, token in enumerate(tokens):
        if token.token_type in {TokenType.STRING, TokenType.IDENTIFIER} and token.text in STAND_INS:
            is_typed = place > 0 and tokens[place - 1].text.upper() in _TYPES_BEFORE_TEXT
            yield tokens[place - 1].start if is_typed else token.start, token.end + 1, token.text
        elif token.token_type is TokenType.L_BRACE:
            text = "".join(each.text for each in tokens[place : place + _BRACED_TOKENS])
            if text in STAND_INS:
                yield token.start, tokens[place + _BRACED_TOKENS - 1].end + 1, text


def _qualifiers(tokens: Sequence[Token]) -> Iterator[Change]:
    """Find `partner.` and `database.partner.` before the event table's name."""
    for place, token in enumerate(tokens):
        first = place
        while first > 1 and tokens[first - 1].token_type is TokenType.DOT:
            first -= 2
        if first < place and token.text.lower() == EVENT_TABLE:
            yield tokens[first].start, token.start, ""
