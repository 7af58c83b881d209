"""Routes about where webhooks go."""

from collections.abc import Callable

from signalbox.admin_routes.routing import PARTNER, Call, Change, Reply, Route
from signalbox.domain.access import Role
from signalbox.domain.errors import Missing
from signalbox.domain.webhooks import Destination
from signalbox.ports import Destinations
from signalbox.services.destination_administration import DestinationAdministration
from signalbox.wire.admin import destinations as wire
from signalbox.wire.admin.base import Listing, Wire
from signalbox.wire.admin.pages import part_of

DESTINATIONS = f"{PARTNER}/destinations"
DESTINATION = f"{DESTINATIONS}/{{destinationId}}"


class DestinationRoutes:
    """What people set up of their endpoints."""

    def __init__(self, *, destinations: Destinations, administration: DestinationAdministration) -> None:
        self._destinations = destinations
        self._administration = administration

    def routes(self) -> tuple[Route, ...]:
        """List them."""
        return (*self._of_destinations(), *self._of_steps())

    def _of_destinations(self) -> tuple[Route, ...]:
        return (
            Route(
                "GET", DESTINATIONS, "listDestinations", "Where webhooks may be sent", Role.VIEWER, self._list,
                asks=Listing, gives=wire.DestinationItems,
            ),
            Route(
                "POST", DESTINATIONS, "registerDestination", "Register an endpoint; its secret is shown once",
                Role.EDITOR, self._register, takes=wire.DestinationDefinition, gives=wire.DestinationWithSecret,
                status=201, changes="destination",
            ),
            Route(
                "GET", DESTINATION, "getDestination", "A destination as it stands", Role.VIEWER, self._get,
                gives=wire.DestinationShape,
            ),
            Route(
                "PUT", DESTINATION, "changeDestination", "Change a destination, from the next message on", Role.EDITOR,
                self._change, takes=wire.DestinationDefinition, gives=wire.DestinationShape, changes="destination",
                thing="destinationId", is_conditional=True,
            ),
            Route(
                "DELETE", DESTINATION, "removeDestination", "Take a disabled destination out, with its secrets",
                Role.EDITOR, self._remove, status=204, changes="destination", thing="destinationId",
                is_conditional=True,
            ),
        )  # fmt: skip

    def _of_steps(self) -> tuple[Route, ...]:
        administration = self._administration
        return (
            _step(
                "rotate", "rotateDestinationSecret", "Make a new secret, shown once; both sign until one is dropped",
                self._rotate, wire.DestinationWithSecret,
            ),
            _step(
                "drop-old-secret", "dropOldDestinationSecret", "Sign with the newest secret alone",
                self._stepped(administration.drop_old_secret),
            ),
            _step("enable", "enableDestination", "Send there again", self._stepped(administration.enable)),
            _step("disable", "disableDestination", "Send nothing there", self._stepped(administration.disable)),
            _step("test", "testDestination", "Send one message that says it is a test", self._test, wire.TrialShape),
        )  # fmt: skip

    def _list(self, call: Call) -> Reply:
        found = self._administration.of_partner(call.partner_id)
        part, following = part_of(found, call.query, lambda each: each.destination_id)
        return Reply(wire.DestinationItems(items=[wire.shape_of(each) for each in part], next=following))

    def _register(self, call: Call) -> Reply:
        wanted: wire.DestinationDefinition = call.body
        made, secret = self._administration.register(
            call.partner_id, wanted.name, wanted.url, batch_size=wanted.batch_size
        )
        location = f"/partners/{call.partner_id}/destinations/{made.destination_id}"
        change = Change(after=made.version, thing_id=made.destination_id)
        return Reply(wire.shape_with(made, secret), made.version, location, change)

    def _get(self, call: Call) -> Reply:
        destination = self._destination(call)
        return Reply(wire.shape_of(destination), destination.version)

    def _change(self, call: Call) -> Reply:
        wanted: wire.DestinationDefinition = call.body
        destination = self._destination(call)
        call.seen(destination.version)
        changed = self._administration.change(
            destination, name=wanted.name, url=wanted.url, batch_size=wanted.batch_size
        )
        return _shown(destination, changed)

    def _remove(self, call: Call) -> Reply:
        destination = self._destination(call)
        call.seen(destination.version)
        self._administration.remove(destination)
        return Reply(change=Change(before=destination.version))

    def _rotate(self, call: Call) -> Reply:
        destination = self._destination(call)
        rotated, secret = self._administration.rotate_secret(destination)
        change = Change(destination.version, rotated.version)
        return Reply(wire.shape_with(rotated, secret), rotated.version, change=change)

    def _test(self, call: Call) -> Reply:
        return Reply(wire.shape_of_trial(self._administration.send_test(self._destination(call))))

    def _stepped(self, step: Callable[[Destination], Destination]) -> Callable[[Call], Reply]:
        def handle(call: Call) -> Reply:
            destination = self._destination(call)
            return _shown(destination, step(destination))

        return handle

    def _destination(self, call: Call) -> Destination:
        destination = self._destinations.find(call.partner_id, call.params["destinationId"])
        if destination is None:
            raise Missing("no such destination")
        return destination


def _shown(before: Destination, destination: Destination) -> Reply:
    change = Change(before.version, destination.version)
    return Reply(wire.shape_of(destination), destination.version, change=change)


def _step(
    word: str,
    name: str,
    summary: str,
    handle: Callable[[Call], Reply],
    gives: type[Wire] = wire.DestinationShape,
) -> Route:
    return Route(
        "POST", f"{DESTINATION}/{word}", name, summary, Role.EDITOR, handle, gives=gives, changes="destination",
        thing="destinationId",
    )  # fmt: skip
