"""Pages: a part of a long list, and where the next part begins."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

MAX_PAGE = 1_000


class OfIdentity(Protocol):
    """Something that is known of one identity."""

    @property
    def identity(self) -> str:
        """Give whose it is."""


@dataclass(frozen=True, slots=True)
class Page[T]:
    """Some items in their order; `after` is what the next page is asked with, None where this is the last."""

    items: Sequence[T]
    after: str | None = None


def page_of[T: OfIdentity](items: Iterable[T], limit: int) -> Page[T]:
    """Cut the first page off a list in the order of identities; what is known of one stays together."""
    taken: list[T] = []
    for each in items:
        if len(taken) >= limit and each.identity != taken[-1].identity:
            return Page(taken, taken[-1].identity)
        taken.append(each)
    return Page(taken)
