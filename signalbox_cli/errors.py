"""The one way for a command to end early.

Stop
└── Refused   the API said no, with a status and a reason for each field
"""

from collections.abc import Mapping, Sequence


class Stop(Exception):
    """End the command with exit code 1; the message says what is wrong and what to do about it."""


class Refused(Stop):
    """The API refused: its sentence, and below it where what it was sent is wrong."""

    def __init__(self, status: int, sentence: str, reasons: Sequence[Mapping[str, str]] = ()) -> None:
        lines = [f"  {each.get('path') or '/'}: {each.get('reason', '')}" for each in reasons]
        super().__init__("\n".join([sentence, *lines]))
        self.status = status
