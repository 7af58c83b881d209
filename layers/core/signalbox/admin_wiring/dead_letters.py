"""The routes about what was given up."""

import functools
from collections.abc import Iterable

from signalbox.admin_routes.dead_letters import DeadLetterRoutes
from signalbox.admin_routes.routing import Route
from signalbox.admin_wiring.late import late
from signalbox.admin_wiring.parts import Parts
from signalbox.ports import DeadLetters
from signalbox.services.redriving import Redriving


def dead_letter_routes(parts: Parts) -> Iterable[Route]:
    """Wire them."""

    def make() -> DeadLetters:
        from signalbox.adapters.sqs import SqsDeadLetters, sqs_client

        return SqsDeadLetters(functools.cache(sqs_client), parts.settings.dead_letters)

    dead_letters = late(make)
    redriving = Redriving(clock=parts.clock, dead_letters=dead_letters)
    return DeadLetterRoutes(dead_letters=dead_letters, redriving=redriving).routes()
