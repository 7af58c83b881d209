"""What the services need from outside, as protocols; adapters and the tests' fakes both keep these promises.

Unless a method says otherwise it may raise `Transient` (nothing happened, try again), its kind `Throttled`,
or `Misconfigured`; conditional writes that lose raise `Conflict` or answer as their docstring says.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from signalbox.domain.contacts import Contact, ContactView
from signalbox.domain.content import ContentProblem, Names
from signalbox.domain.decisions import Decision, Match
from signalbox.domain.errors import Reason
from signalbox.domain.events import Event, HeldEvent
from signalbox.domain.flows import Cursor, EmailContent, Flow, Trigger
from signalbox.domain.identities import Mapping as IdentityMapping
from signalbox.domain.messages import EmailMessage
from signalbox.domain.partners import Partner
from signalbox.domain.quarantine import QuarantinedEvent
from signalbox.domain.queries import Query, QueryAnswer, Window


class Clock(Protocol):
    """The time of day."""

    def now(self) -> datetime:
        """Give the present instant, aware UTC, cut to whole milliseconds."""


class Partners(Protocol):
    """The tenants."""

    def find(self, partner_id: str) -> Partner | None:
        """Give the partner, None when unknown; an answer may be up to 60 s old."""


class Events(Protocol):
    """The events received; once written, never changed."""

    def append(self, event: Event, shards: int) -> None:
        """Store the event durably, or raise within the put deadline; repeating it changes nothing."""

    def append_all(self, events: Sequence[Event], shards: int) -> None:
        """Store up to 25 events durably, or raise within the put deadline; those that were stored stay."""

    def read(self, partner_id: str, shards: int, window: Window) -> Iterator[Event]:
        """Give every event received in `(start, end]`, in order of receipt within a shard, repeats included."""

    def find(self, partner_id: str, shards: int, event_id: str, received_at: datetime) -> Event | None:
        """Give the one event of that name received at that instant."""


class Identities(Protocol):
    """The clientId mappings that identify makes."""

    def find(self, partner_id: str, client_id: str) -> IdentityMapping | None:
        """Give the newest mapping, read consistently; it may be past its time (the caller judges)."""

    def put(self, mapping: IdentityMapping) -> None:
        """Create or renew the mapping; one that ends sooner than what stands changes nothing."""


class HeldEvents(Protocol):
    """Events kept until somebody says who their client is; an event is held once by its name."""

    def hold(self, held: HeldEvent) -> None:
        """Keep it durably; a repeat of a name that is held already changes nothing."""

    def of_client(self, partner_id: str, client_id: str) -> Iterator[HeldEvent]:
        """Give all that is held for the client, read consistently; some may be past their time (the caller judges)."""

    def release(self, held: HeldEvent, event: Event, shards: int) -> bool:
        """Move a held event into the event store as `event`, both or neither; False when it is held no longer."""


class Quarantine(Protocol):
    """Events that broke their schema."""

    def keep(self, quarantined: QuarantinedEvent) -> None:
        """Keep it durably; repeating it changes nothing."""

    def of_day(self, partner_id: str, day: date) -> Iterator[QuarantinedEvent]:
        """Give what came on a day (UTC) in the order it came; some may be past their time (the caller judges)."""

    def remove(self, quarantined: QuarantinedEvent) -> None:
        """Take it out; what is not there any more stays gone."""


class Contacts(Protocol):
    """Profiles and standing facts of identities."""

    def find(self, partner_id: str, identity: str) -> Contact | None:
        """Give the profile, read consistently, None when there is none."""

    def save(self, contact: Contact) -> None:
        """Store the profile as version + 1.

        Raises Conflict unless the stored one is at `version` (0: none is), and TooLarge when there is too much of it.
        """

    def view(self, partner_id: str, identity: str) -> ContactView:
        """Give profile, segments and suppressions in one read; of an unknown identity an empty view."""

    def traits_of(self, partner_id: str, identities: Iterable[str]) -> Mapping[str, str]:
        """Give the traits of those identities that have a profile, each as JSON text of an object."""


class LiveFlows(Protocol):
    """The flows that run: which partners have any, which triggers feed them, where their cursors are."""

    def partner_ids(self) -> Iterator[str]:
        """Give every partner that may have a live flow."""

    def of_partner(self, partner_id: str) -> Sequence[tuple[Flow, Trigger]]:
        """Give the partner's live flows, each with the committed version of its trigger, read consistently.

        A flow whose trigger has no committed version is left out: its cursor waits for one.
        """

    def flow(self, partner_id: str, flow_id: str) -> Flow | None:
        """Give the flow as it stands now, live or not, read consistently."""


class Cursors(Protocol):
    """How far each flow has got."""

    def of_partner(self, partner_id: str) -> Mapping[str, Cursor]:
        """Give the cursors by flow id, read consistently."""

    def advance(self, cursor: Cursor, position: datetime) -> None:
        """Move on to a later position; raises Conflict when the cursor is not where `cursor` says any more."""


class EvaluationRequests(Protocol):
    """The queue from schedule to evaluate."""

    def request(self, partner_ids: Iterable[str], scheduled_at: datetime) -> None:
        """Ask for one evaluation a partner; asking twice is harmless."""


class Handover(Protocol):
    """The queue from evaluate to send."""

    def hand_over(self, matches: Sequence[Match]) -> None:
        """Pass all the matches on durably, or raise; passing one twice is harmless."""


class QueryEngine(Protocol):
    """Runs triggers' SQL over events, each query within its limits and unable to harm the others."""

    def run(
        self, events: Sequence[Event], contacts: Mapping[str, str], queries: Sequence[Query]
    ) -> Mapping[str, QueryAnswer]:
        """Answer every query by its key; `contacts` maps an identity to its traits as JSON text."""


class QueryCompiler(Protocol):
    """Checks a trigger's SQL and translates it for the engine."""

    def compile(self, sql: str, dialect: str) -> str:
        """Give the engine's SQL, placeholders still in it; raises Invalid with the construct named."""


class Deliveries(Protocol):
    """The decisions, one for each (flow, event)."""

    def find(self, partner_id: str, flow_id: str, event_id: str) -> Decision | None:
        """Give the decision as it stands, read consistently."""

    def claim(self, decision: Decision) -> Decision | None:
        """Store the first decision for its (flow, event).

        None when this call made it; else the decision that stands in the way, unchanged.
        """

    def settle(self, standing: Decision, following: Decision) -> None:
        """Replace a decision by what follows it.

        Raises Conflict unless the stored one still has the outcome and the number of attempts of `standing`.
        """


class Renderer(Protocol):
    """Turns templates into messages."""

    def render(self, content: EmailContent, names: Names, to: str) -> EmailMessage | ContentProblem:
        """Render every part, or say why not; bounded in output."""

    def faults(self, content: EmailContent) -> Sequence[Reason]:
        """Name each template that cannot be compiled, by its part (`/subject`, `/text`, `/html`)."""


class EmailChannel(Protocol):
    """Hands e-mails to the provider."""

    def send(self, message: EmailMessage) -> str:
        """Send once and give the provider's message id.

        Raises Rejected (the provider refused it for good), Transient (it surely did not leave) or
        Ambiguous (no answer: it may have left). Never repeats by itself.
        """


class Ids(Protocol):
    """Fresh names and secrets."""

    def new_id(self, kind: str) -> str:
        """Give an id that no other thing has: `<kind>_` and lower-case letters and digits, so a SQL name as it is."""

    def new_secret(self) -> str:
        """Give 256 random bits as URL-safe text."""

    def new_key(self) -> bytes:
        """Give 256 random bits."""


class Definitions(Protocol):
    """Where people's definitions are written; every method is one transaction."""

    def create_partner(self, partner: Partner) -> None:
        """Store a new partner; raises Conflict when the id is taken."""

    def partner(self, partner_id: str) -> Partner | None:
        """Give the partner as it stands now."""

    def save_partner(self, partner: Partner) -> None:
        """Store version n of a partner; raises Conflict unless n - 1 is stored."""

    def commit_trigger(self, trigger: Trigger) -> None:
        """Store version n of a trigger and make it the committed one; raises Conflict unless n - 1 was (0: none)."""

    def trigger(self, partner_id: str, trigger_id: str) -> Trigger | None:
        """Give the committed version."""

    def save_flow(self, flow: Flow) -> None:
        """Store version n of a flow and make it the current one; raises Conflict unless n - 1 was (0: none)."""

    def launch(self, flow: Flow, cursor: Cursor) -> None:
        """Store the live version of a flow with its cursor and list its partner as live; Conflict as `save_flow`."""
