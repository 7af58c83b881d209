"""Why did they, or did they not, get it: one answer for an address and for an event.

Nothing is stored for it. Decisions are found by contact and by name; events by a search through what was received,
whose bounds the answer tells.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import islice

from signalbox.domain.decisions import Decision
from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.event_queries import events_named_sql, events_of_sql
from signalbox.domain.events import HeldEvent, from_ms
from signalbox.domain.explanations import ContactAnswer, EventAnswer, Explanation
from signalbox.domain.identities import identity_of
from signalbox.domain.identity_sources import client_ids_of, names_person_of, source_of
from signalbox.domain.queries import Window
from signalbox.ports import Clock, Contacts, DecisionLists, Partners, Suppressions
from signalbox.services.event_search import EventSearch, Quarantined, Search
from signalbox.services.flow_answers import FlowAnswers, PartnerFlows
from signalbox.services.past_events import while_there_is_time

PERIOD = timedelta(hours=48)
LONGEST_PERIOD = timedelta(days=30)
MAX_EVENTS = 100
"""How many of a person's events are told of, the latest."""
MAX_DECISIONS = 500
"""How many of a person's decisions are, the latest."""

_LONG_AGO = from_ms(0)


class Explaining:
    """The use case of whoever is asked why."""

    def __init__(
        self,
        *,
        clock: Clock,
        partners: Partners,
        event_search: EventSearch,
        contacts: Contacts,
        suppressions: Suppressions,
        decision_lists: DecisionLists,
        flow_answers: FlowAnswers,
    ) -> None:
        self._clock = clock
        self._partners = partners
        self._event_search = event_search
        self._contacts = contacts
        self._suppressions = suppressions
        self._decision_lists = decision_lists
        self._flow_answers = flow_answers

    def of_address(self, partner_id: str, address: str, period: timedelta = PERIOD) -> Explanation:
        """Tell what came of a person, and what became of it, in the last `period`; raises Invalid."""
        search, identity = self._search(partner_id, period), identity_of(address)
        with ThreadPoolExecutor(1) as beside:  # a process of its own searches, so that reading meanwhile costs no time
            searched = beside.submit(
                self._event_search.received, search, events_of_sql(identity, MAX_EVENTS + 1), MAX_EVENTS + 1
            )
            flows = self._flow_answers.of_partner(partner_id)
            decided = self._decision_lists.of_contact(partner_id, identity, search.window)
            listed = list(islice(decided, MAX_DECISIONS + 1))
            quarantined = self._event_search.quarantined(search, lambda each: identity in each.body.lower())
            contact = self._contact(partner_id, identity)
            found = searched.result()
        if len(found) > MAX_EVENTS:
            search.shortfalls.append(f"of over {MAX_EVENTS} events the latest are told")
        if len(listed) > MAX_DECISIONS:
            search.shortfalls.append(f"of over {MAX_DECISIONS} decisions the latest are told")
        received_at: dict[str, datetime | None] = {each.event_id: each.received_at for each in listed[:MAX_DECISIONS]}
        received_at |= dict(islice(found.items(), MAX_EVENTS))
        # Read again by name: the list lacks those in flight and those of the last moments.
        named = flows.decisions(received_at)
        answers, held = self._answers(search, flows, received_at, [*listed[:MAX_DECISIONS], *named])
        return _explanation(search, answers, held, quarantined, identity=identity, contact=contact)

    def of_event(
        self, partner_id: str, event_id: str, client_id: str | None = None, period: timedelta = PERIOD
    ) -> Explanation:
        """Tell what became of one event; raises Invalid.

        One that no flow decided about is searched for in the last `period`; one that is still held is found where
        its `client_id` is given.
        """
        search, flows = self._search(partner_id, period), self._flow_answers.of_partner(partner_id)
        decisions = flows.decisions([event_id])
        at = next((each.received_at for each in decisions if each.received_at is not None), None)
        with ThreadPoolExecutor(1) as beside:
            looking = beside.submit(self._event_search.quarantined, search, lambda each: each.event_id == event_id)
            if at is None:
                at = self._event_search.received(search, events_named_sql(event_id), 1).get(event_id)
            quarantined = looking.result()
        received_at = {event_id: at} if decisions or at else {}
        answers, held = self._answers(search, flows, received_at, decisions)
        held = [*held, *self._event_search.held(search, [] if client_id is None else [client_id])]
        own = {each.event.event_id: each for each in held if each.event.event_id == event_id}
        named = [each.event.identity for each in answers if each.event] + [each.identity for each in decisions]
        identity = next((each for each in named if each is not None), None)
        contact = None if identity is None else self._contact(partner_id, identity)
        return _explanation(search, answers, list(own.values()), quarantined, identity=identity, contact=contact)

    def _search(self, partner_id: str, period: timedelta) -> Search:
        partner = self._partners.find(partner_id)
        if partner is None:
            raise Invalid([Reason("/partner_id", "no such partner")])
        if not timedelta(0) < period <= LONGEST_PERIOD:
            raise Invalid([Reason("/period", f"expected more than nothing and up to {LONGEST_PERIOD.days} days")])
        now = self._clock.now()
        return Search(partner, Window(now - period, now), while_there_is_time(self._clock))

    def _answers(
        self,
        search: Search,
        flows: PartnerFlows,
        received_at: dict[str, datetime | None],
        decisions: Sequence[Decision],
    ) -> tuple[Sequence[EventAnswer], Sequence[HeldEvent]]:
        """Give the answer of each event, the latest received first, and what is held for the clients of all of them."""
        events = self._event_search.stored(search, received_at)
        client_ids = list(dict.fromkeys(each for event in events.values() for each in client_ids_of(event)))
        mappings = self._event_search.mappings(search, client_ids)
        told = flows.answers(received_at, decisions)
        answers = []
        for event_id in sorted(received_at, key=lambda each: received_at[each] or _LONG_AGO, reverse=True):
            event = events.get(event_id)
            own = [] if event is None else client_ids_of(event)
            naming = [each for each in mappings if event and each.client_id in own and names_person_of(each, event)]
            source = None if event is None else source_of(event)
            answers.append(EventAnswer(event_id, event, source, naming, told[event_id]))
        return answers, self._event_search.held(search, client_ids)

    def _contact(self, partner_id: str, identity: str) -> ContactAnswer:
        view = self._contacts.view(partner_id, identity)
        return ContactAnswer(view, self._suppressions.of_contact(partner_id, identity))


def _explanation(
    search: Search,
    answers: Sequence[EventAnswer],
    held: Sequence[HeldEvent],
    quarantined: Quarantined,
    *,
    identity: str | None,
    contact: ContactAnswer | None,
) -> Explanation:
    return Explanation(
        identity=identity,
        window=search.window,
        events=answers,
        held=held,
        quarantined=quarantined.events,
        contact=contact,
        looked_through=search.looked_through,
        shortfalls=[*search.shortfalls, *quarantined.shortfalls],
    )
