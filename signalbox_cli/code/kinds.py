"""What can be defined by files."""

from enum import StrEnum
from typing import Any

type Json = dict[str, Any]


class Kind(StrEnum):
    """What can be defined by files, in the order of dependence; each is its folder's name and its path's too."""

    BLOCK = "blocks"
    SEGMENT = "segments"
    DESTINATION = "destinations"
    TRIGGER = "triggers"
    FLOW = "flows"

    @property
    def noun(self) -> str:
        """Name one of them."""
        return self.value.removesuffix("s")

    @property
    def id_member(self) -> str:
        """Name the member by which the API knows one; a block has its name alone."""
        return "name" if self is Kind.BLOCK else f"{self.noun}Id"
