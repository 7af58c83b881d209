"""What was given up, on the wire."""

from signalbox.wire.admin.base import Wire


class DeadLetterQueue(Wire):
    """A queue and about how many queue messages lie in it."""

    queue: str
    count: int


class DeadLetterQueues(Wire):
    """All queues of what was given up."""

    items: list[DeadLetterQueue]
    next: None


class RedrivenShape(Wire):
    """How many were put back, and about how many are left; send it again while there are some."""

    moved: int
    left: int
