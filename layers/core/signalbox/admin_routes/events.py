"""Routes about what came in: events, the quarantine, and who a client is."""

from datetime import timedelta
from itertools import islice

from signalbox.admin_routes.naming import flow_names
from signalbox.admin_routes.routing import PARTNER, Call, Change, Reply, Route
from signalbox.domain.access import Role
from signalbox.domain.errors import Missing
from signalbox.domain.events import from_ms, to_ms
from signalbox.domain.identities import MAPPING_LIFETIME
from signalbox.ports import Clock, Definitions, HeldEvents, Identities, Quarantine
from signalbox.services.event_browsing import EventBrowsing, EventFilter, Place
from signalbox.services.replaying import Replaying
from signalbox.wire.admin import decisions, events
from signalbox.wire.admin.pages import read_cursor, write_cursor

_STEPS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}
_LONGEST_SERIES = {"minute": timedelta(hours=24), "hour": timedelta(days=7)}


class EventRoutes:
    """What anybody who may see a partner sees of its events."""

    def __init__(
        self,
        *,
        clock: Clock,
        definitions: Definitions,
        browsing: EventBrowsing,
        quarantine: Quarantine,
        replaying: Replaying,
        identities: Identities,
        held_events: HeldEvents,
    ) -> None:
        self._clock = clock
        self._definitions = definitions
        self._browsing = browsing
        self._quarantine = quarantine
        self._replaying = replaying
        self._identities = identities
        self._held_events = held_events

    def routes(self) -> tuple[Route, ...]:
        """List them; the series has a path of its own, since an event may have any name."""
        return (
            Route(
                "GET", f"{PARTNER}/events", "listEvents", "The newest events", Role.VIEWER, self._list,
                asks=events.EventsAsked, gives=events.EventItems,
            ),
            Route(
                "GET", f"{PARTNER}/event-series", "countEvents", "How many events of each type came when",
                Role.VIEWER, self._series, asks=events.SeriesAsked, gives=events.SeriesShape,
            ),
            Route(
                "GET", f"{PARTNER}/events/{{eventId}}", "getEvent", "One event, and what flows decided about it",
                Role.VIEWER, self._get, asks=events.EventAsked, gives=events.EventShape,
            ),
            Route(
                "GET", f"{PARTNER}/quarantine", "listQuarantine", "The invalid events of a day, with the reasons",
                Role.VIEWER, self._quarantined, asks=events.DayAsked, gives=events.QuarantinedItems,
            ),
            Route(
                "POST", f"{PARTNER}/quarantine/replay", "replayQuarantine",
                "Take in again what is valid by now; doing it twice is harmless", Role.EDITOR, self._replay,
                takes=events.Replay, gives=events.Replayed, changes="quarantine",
            ),
            Route(
                "GET", f"{PARTNER}/identities/{{clientId}}", "getIdentity", "Who a client is", Role.VIEWER,
                self._identity, gives=events.IdentityShape,
            ),
        )  # fmt: skip

    def _list(self, call: Call) -> Reply:
        asked: events.EventsAsked = call.query
        after = read_cursor(asked.cursor, int, int, int, int)
        if after is None:
            window, place = self._browsing.window(asked.since, asked.until), None
        else:
            since, until, at, count = (int(each) for each in after)
            window = self._browsing.window(from_ms(since), from_ms(until))
            place = Place(from_ms(at), count)
        found = self._browsing.recent(call.partner, window, EventFilter(asked.type, asked.identity), asked.limit, place)
        ended = found.following
        following = (
            None
            if ended is None
            else write_cursor([to_ms(window.start), to_ms(window.end), to_ms(ended.at), ended.count])
        )
        items = [events.item_of_row(row) for row in found.rows]
        return Reply(events.EventItems(items=items, next=following, read_up_to=found.read_up_to))

    def _series(self, call: Call) -> Reply:
        asked: events.SeriesAsked = call.query
        window = self._browsing.window(asked.since, asked.until, _LONGEST_SERIES[asked.by])
        counted = self._browsing.series(call.partner, window, _STEPS[asked.by])
        points = [events.SeriesPoint(at=at, counts=dict(counts)) for at, counts in counted.counts.items()]
        return Reply(events.SeriesShape(points=points, read_up_to=counted.read_up_to, is_cut=counted.is_cut))

    def _get(self, call: Call) -> Reply:
        asked: events.EventAsked = call.query
        event = self._browsing.find(call.partner, call.params["eventId"], asked.received_at)
        if event is None:
            raise Missing("no such event; older ones are found by their receivedAt")
        decided = self._browsing.decisions(call.partner, event.event_id)
        names = flow_names(self._definitions, call.partner_id) if decided else {}
        shown = [decisions.shape_of(each, names.get(each.flow_id)) for each in decided]
        return Reply(events.shape_of(event, shown))

    def _quarantined(self, call: Call) -> Reply:
        asked: events.DayAsked = call.query
        after = read_cursor(asked.cursor, int, str)
        found = self._quarantine.of_day(call.partner_id, asked.day or self._clock.now().date())
        past = None if after is None else (int(after[0]), str(after[1]))
        rest = (each for each in found if past is None or (to_ms(each.received_at), each.event_id) > past)
        part = list(islice(rest, asked.limit + 1))
        last = part[: asked.limit][-1:]
        more = write_cursor([to_ms(last[0].received_at), last[0].event_id]) if len(part) > asked.limit else None
        shown = [events.shape_of_quarantined(each) for each in part[: asked.limit]]
        return Reply(events.QuarantinedItems(items=shown, next=more))

    def _replay(self, call: Call) -> Reply:
        wanted: events.Replay = call.body
        only = None if wanted.event_ids is None else frozenset(wanted.event_ids)
        report = self._replaying.replay_day(call.partner_id, wanted.day, only)
        refused = [
            events.StillInvalid(
                event_id=event_id,
                reasons=[events.ReasonShape(path=each.path, reason=each.reason) for each in reasons],
            )
            for event_id, reasons in report.refused
        ]
        change = Change(after=report.accepted, thing_id=wanted.day.isoformat())
        return Reply(events.Replayed(replayed=report.accepted, still_invalid=refused), change=change)

    def _identity(self, call: Call) -> Reply:
        client_id, now = call.params["clientId"], self._clock.now()
        mapping = self._identities.find(call.partner_id, client_id)
        held = [each for each in self._held_events.of_client(call.partner_id, client_id) if now < each.expires_at]
        shown = None
        if mapping is not None and mapping.is_live(now):
            shown = events.MappingShape(
                email=mapping.email,
                user_id=mapping.user_id,
                made_at=mapping.expires_at - MAPPING_LIFETIME,
                ends_at=mapping.expires_at,
            )
        return Reply(events.IdentityShape(client_id=client_id, mapping=shown, held=len(held)))
