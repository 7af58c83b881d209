"""Content blocks: a partner's templates that others include by name; which ones a template needs with all they include.

A block is known by its name. One that is archived cannot be included anew; what includes it already still finds it,
so that archiving never takes a word out of a message.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from signalbox.domain.errors import Reason

MAX_SOURCE_BYTES = 65_536
"""Of one block: less than a body may have, so that something may stand around it."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_MJML = re.compile(r"<mj(?:ml|-)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ContentBlock:
    """One version of a block: the template that `include` puts in, in HTML or plain text."""

    partner_id: str
    name: str
    source: str
    version: int = 1
    is_archived: bool = False


def reasons_against(block: ContentBlock) -> Iterator[Reason]:
    """Name each part that makes no sense, by its path; whether it compiles is its compiler's to say."""
    if not _NAME.fullmatch(block.name):
        yield Reason("/name", "expected up to 100 letters, digits, '_', '.' and '-', the first a letter or a digit")
    if len(block.source.encode()) > MAX_SOURCE_BYTES:
        yield Reason("/source", f"expected up to {MAX_SOURCE_BYTES} bytes")
    if _MJML.search(block.source):
        yield Reason("/source", "expected HTML or text: MJML is compiled with its whole page, before blocks are put in")


def composed_of(
    includes: Callable[[str], frozenset[str]],
    sources: Iterable[str],
    found: Callable[[frozenset[str]], Mapping[str, str]],
) -> Mapping[str, str]:
    """Give the blocks that the sources include, and those that these include, and so on, by name.

    `includes` names what one source includes; `found` gives the sources of those names that there are, and is asked
    once a level.
    """
    known: dict[str, str] = {}
    asked: frozenset[str] = frozenset()
    while wanted := frozenset().union(*map(includes, sources)) - asked:
        asked |= wanted
        level = found(wanted)
        known |= level
        sources = level.values()
    return known
