"""What is wrong with a field, in our words: the way to it and what was expected, never a value."""

from typing import NamedTuple

from signalbox.domain.errors import Reason
from signalbox.wire.json_body import pointer

STRING, NUMBER, INTEGER, BOOLEAN = "string", "number", "integer", "boolean"
"""The kinds of faults that a lossless coercion may mend."""

OTHER = "other"


class Fault(NamedTuple):
    """One field that breaks its shape: the steps to it from what was checked, and which kind of fault it is."""

    steps: tuple[str | int, ...]
    kind: str
    words: str

    def under(self, step: str | int) -> "Fault":
        """Give it as one of what is around: a member of that name, or an item of that number."""
        return Fault((step, *self.steps), self.kind, self.words)

    def reason(self) -> Reason:
        """Tell people."""
        return Reason(pointer(self.steps), self.words)
