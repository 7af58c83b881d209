"""Routes about what the functions gave up."""

from signalbox.admin_routes.routing import Call, Change, Reply, Route
from signalbox.domain.access import Role
from signalbox.ports import DeadLetters
from signalbox.services.redriving import Redriving
from signalbox.wire.admin import dead_letters as wire


class DeadLetterRoutes:
    """What an admin does once the cause is mended."""

    def __init__(self, *, dead_letters: DeadLetters, redriving: Redriving) -> None:
        self._dead_letters = dead_letters
        self._redriving = redriving

    def routes(self) -> tuple[Route, ...]:
        """List them."""
        return (
            Route(
                "GET", "/dead-letters", "listDeadLetters", "How many queue messages were given up", Role.ADMIN,
                self._list, gives=wire.DeadLetterQueues,
            ),
            Route(
                "POST", "/dead-letters/{queue}/redrive", "redrive", "Give what was given up another try", Role.ADMIN,
                self._redrive, gives=wire.RedrivenShape, changes="deadLetters", thing="queue",
            ),
        )  # fmt: skip

    def _list(self, _call: Call) -> Reply:
        counts = self._dead_letters.counts()
        items = [wire.DeadLetterQueue(queue=name, count=count) for name, count in sorted(counts.items())]
        return Reply(wire.DeadLetterQueues(items=items, next=None))

    def _redrive(self, call: Call) -> Reply:
        redriven = self._redriving.redrive(call.params["queue"])
        shown = wire.RedrivenShape(moved=redriven.moved, left=redriven.left)
        return Reply(shown, change=Change(after=redriven.moved))
