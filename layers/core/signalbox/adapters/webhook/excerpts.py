"""What is kept of an endpoint's answer for people to read: its beginning, without what we had said ourselves."""

import json
import re

MAX_CHARACTERS = 500

_WORD = re.compile(r"[^\W_]{3,}")  # what is shorter points to nobody
_MEMBER_NAME = re.compile(r'"(?:[^"\\]|\\.)*"\s*:')  # those stay: they are no person's, and tell what was wrong
_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
_REMOVED = "…"


def excerpt_of(answer: bytes, sent: str) -> str:
    """Give the beginning of an answer; words of the values in the JSON text `sent`, maybe personal, are taken out."""
    values = _MEMBER_NAME.sub("", sent)
    said = (values + _ESCAPES.sub(lambda escapes: str(json.loads(f'"{escapes[0]}"')), values)).casefold()
    beginning = answer.decode("utf-8", "replace")[:MAX_CHARACTERS]
    text = _WORD.sub(lambda word: _REMOVED if word[0].casefold() in said else word[0], beginning)
    return "".join(character if character.isprintable() else " " for character in text)
