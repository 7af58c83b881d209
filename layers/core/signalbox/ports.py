"""What the services need from outside, as protocols; adapters and the tests' fakes both keep these promises.

Unless a method says otherwise it may raise `Transient` (nothing happened, try again), its kind `Throttled`,
or `Misconfigured`; conditional writes that lose raise `Conflict` or answer as their docstring says.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from signalbox.domain.auditing import AuditEntry
from signalbox.domain.contacts import Contact, ContactView
from signalbox.domain.content import NO_BLOCKS, Blocks, ConditionAnswer, ContentProblem, Names, Parts
from signalbox.domain.content_blocks import ContentBlock
from signalbox.domain.contents import EmailContent
from signalbox.domain.decision_names import DecisionName
from signalbox.domain.decision_summaries import DecisionSummary, Place
from signalbox.domain.decisions import Decision, Deferral, Match
from signalbox.domain.drafts import TriggerDraft
from signalbox.domain.erasures import Erasure
from signalbox.domain.errors import Reason
from signalbox.domain.events import Event, HeldEvent
from signalbox.domain.flows import Cursor, Flow, LiveFlow, Trigger
from signalbox.domain.frequency import Touches
from signalbox.domain.identities import Mapping as IdentityMapping
from signalbox.domain.messages import EmailMessage, KeptMessage
from signalbox.domain.pages import Page
from signalbox.domain.partners import Partner
from signalbox.domain.push import PushMessage
from signalbox.domain.quarantine import QuarantinedEvent
from signalbox.domain.queries import EventRow, Loaded, Query, QueryAnswer, Window
from signalbox.domain.safety_holds import SafetyHold
from signalbox.domain.segments import Membership, Segment
from signalbox.domain.signing_in import PasswordChallenge, Tokens
from signalbox.domain.sms import SmsMessage
from signalbox.domain.suppressions import Scope, Suppression, SuppressionReason
from signalbox.domain.webhooks import Destination, WebhookMessage


class Clock(Protocol):
    """The time of day."""

    def now(self) -> datetime:
        """Give the present instant, aware UTC, cut to whole milliseconds."""


class Partners(Protocol):
    """The tenants."""

    def find(self, partner_id: str) -> Partner | None:
        """Give the partner as it stands now, None when unknown."""


class KnownPartners(Partners, Protocol):
    """The tenants, with a memory of those that were asked for."""

    def remembered(self, partner_id: str) -> Partner | None:
        """Give the partner as it was less than 60 s ago, None where that is not known; the store is not asked."""


class Events(Protocol):
    """The events received; once written, never changed."""

    def append(self, event: Event, shards: int) -> None:
        """Store the event durably, or raise within the put deadline; repeating it changes nothing."""

    def append_all(self, events: Sequence[Event], shards: int) -> None:
        """Store up to 25 events durably, or raise within the put deadline; those that were stored stay."""

    def read(self, partner_id: str, shards: int, window: Window) -> Iterator[EventRow]:
        """Give every event received in `(start, end]`, in order of receipt within a shard, repeats included."""

    def newest(self, partner_id: str, shards: int, window: Window) -> Iterator[EventRow]:
        """Give the same the newest first, across shards, read as they are taken."""

    def find(self, partner_id: str, shards: int, event_id: str, received_at: datetime) -> Event | None:
        """Give the one event of that name received at that instant."""

    def find_all(self, partner_id: str, shards: int, received_at: Mapping[str, datetime]) -> Mapping[str, Event]:
        """Give by name those of any number of events that are there, each received at the instant of its name."""

    def remove(self, partner_id: str, shards: int, event_id: str, received_at: datetime) -> None:
        """Delete it, for whom it is about has asked so; one that is not there any more stays gone."""


class Identities(Protocol):
    """The clientId mappings that identify makes."""

    def find(self, partner_id: str, client_id: str) -> IdentityMapping | None:
        """Give the newest mapping, read consistently; it may be past its time (the caller judges)."""

    def put(self, mapping: IdentityMapping) -> None:
        """Create or renew the mapping; one that ends sooner than what stands changes nothing."""

    def remove(self, mapping: IdentityMapping) -> None:
        """Delete this mapping; one that was made over it since stays."""


class HeldEvents(Protocol):
    """Events kept until somebody says who their client is; an event is held once by its name."""

    def hold(self, held: HeldEvent) -> None:
        """Keep it durably; a repeat of a name that is held already changes nothing."""

    def of_client(self, partner_id: str, client_id: str) -> Iterator[HeldEvent]:
        """Give all that is held for the client, read consistently; some may be past their time (the caller judges)."""

    def release(self, held: HeldEvent, event: Event, shards: int) -> bool:
        """Move a held event into the event store as `event`, both or neither; False when it is held no longer."""

    def remove(self, held: HeldEvent) -> None:
        """Delete it; one that is held no longer stays gone."""


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

    def remove(self, partner_id: str, identity: str) -> None:
        """Delete the profile and nothing else; one that is not there stays gone."""

    def view(self, partner_id: str, identity: str) -> ContactView:
        """Give profile, segments and suppressions in one read; of an unknown identity an empty view."""

    def traits_of(self, partner_id: str, identities: Iterable[str]) -> Mapping[str, str]:
        """Give the traits of those identities that have a profile, each as JSON text of an object."""


class Flows(Protocol):
    """The flows by their names."""

    def flow(self, partner_id: str, flow_id: str) -> Flow | None:
        """Give the flow as it stands now, live or not, read consistently."""


class LiveFlows(Flows, Protocol):
    """The flows that run: which partners have any, which triggers feed them, where their cursors are."""

    def partner_ids(self) -> Iterator[str]:
        """Give every partner that may have a live flow."""

    def of_partner(self, partner_id: str) -> Sequence[tuple[LiveFlow, Trigger]]:
        """Give the partner's live flows, each with the committed version of its trigger, read consistently.

        A flow whose trigger has no committed version is left out: its cursor waits for one.
        """


class Cursors(Protocol):
    """How far each flow has got."""

    def of_partner(self, partner_id: str) -> Mapping[str, Cursor]:
        """Give the cursors by flow id, read consistently."""

    def advance(self, standing: Cursor, following: Cursor) -> None:
        """Replace a cursor by what follows it: a later position, or the same one with a failed run's health.

        Raises Conflict when the cursor is not at `standing.position` any more.
        """


class SafetyHolds(Protocol):
    """The runs that were stopped and the answers to them, one for each flow: its last."""

    def of_partner(self, partner_id: str) -> Mapping[str, SafetyHold]:
        """Give the holds by flow id, answered ones too, read consistently."""

    def save(self, hold: SafetyHold) -> None:
        """Store version n of a flow's hold; raises Conflict unless n - 1 is stored (0: none)."""


class EvaluationRequests(Protocol):
    """The queue from schedule to evaluate."""

    def request(self, partner_ids: Iterable[str], scheduled_at: datetime) -> None:
        """Ask for one evaluation a partner; asking twice is harmless."""


class Handover(Protocol):
    """The queue from evaluate to send."""

    def hand_over(self, matches: Sequence[Match]) -> None:
        """Pass all the matches on durably, or raise; passing one twice is harmless."""


class DeadLetters(Protocol):
    """The queue messages that were given up, by the names of their queues; an unknown name raises Missing."""

    def counts(self) -> Mapping[str, int]:
        """Tell about how many lie in each queue."""

    def lying(self, queue: str) -> int:
        """Tell about how many lie in one."""

    def move_some(self, queue: str) -> int:
        """Put some back where they came from and give how many, 0 when none is left or to be had at this moment.

        None is lost; some may be handled twice, which is harmless. Raises Invalid for those that came from nowhere.
        """


class QueryEngine(Protocol):
    """Runs triggers' SQL over events, each query within its limits and unable to harm the others."""

    def run(
        self,
        loaded: Loaded,
        traits_of: Callable[[Iterable[str]], Mapping[str, str]],
        queries: Sequence[Query],
    ) -> Iterator[QueryAnswer]:
        """Answer every query in their order, each over what was received in its own `(reads_from, window.end]`.

        An answer is given as soon as it is there; whoever wants no more closes the iterator, which ends the work.
        Of events with one event_id the earliest received counts, among all that are loaded.
        `traits_of` gives traits as JSON text for the identities of the loaded events; it is asked at most once,
        and only where a query reads `contacts`.
        """


class History(Protocol):
    """The events of closed hours as columnar files; settled events never change, so neither does a file."""

    def of_hours(self, partner_id: str, shards: int, hours: Sequence[datetime]) -> Sequence[Path]:
        """Give a local file with the events of each hour, named by its start; makes those that are not kept yet.

        Only hours that have settled may be asked for. A file holds every event of its hour, repeats included.
        Raises TooLarge when together they are more than a run can take.
        """


class HistoryFiles(Protocol):
    """The files of closed hours where they are kept for all machines."""

    def remove(self, partner_id: str, hours: Sequence[datetime]) -> None:
        """Delete the files of these hours, those that are there; who needs one writes it again from its events."""


class QueryCompiler(Protocol):
    """Checks a query's SQL and translates it for the engine."""

    def compile(self, sql: str, dialect: str, further_columns: Sequence[str] = ()) -> str:
        """Give the engine's SQL, placeholders still in it; raises Invalid with the construct named.

        A query that certainly lacks one of `further_columns` is refused, as one without `identity` or `event_id` is.
        """


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

        Raises Conflict unless the stored one still has the outcome, the number of attempts and the feedback of
        `standing`.
        """


class DecisionLists(Protocol):
    """The decisions that are not in flight, in lists; those of the last moments may be missing from a list."""

    def of_flow(
        self, partner_id: str, flow_id: str, window: Window, before: Place | None = None
    ) -> Iterator[DecisionSummary]:
        """Give in short what a flow decided in `(start, end]`, the latest first, behind a place where one is given."""

    def of_contact(self, partner_id: str, identity: str, window: Window) -> Iterator[Decision]:
        """Give what was decided about somebody in `(start, end]`, the latest first."""

    def find_all(self, names: Sequence[DecisionName]) -> Sequence[Decision]:
        """Give those of any number of different decisions that are there, in their order, read consistently.

        Those in flight are among them.
        """


class Suppressions(Protocol):
    """The standing reasons not to message somebody; `Contacts.view` gives their names."""

    def add(self, suppression: Suppression) -> bool:
        """Store it durably; False, and nothing changes, where one of its reason and scope stands already."""

    def lift(self, partner_id: str, identity: str, reason: SuppressionReason, scope: Scope) -> None:
        """Remove it; one that is not there stays so."""

    def of_contact(self, partner_id: str, identity: str) -> Sequence[Suppression]:
        """Give all that stand, read consistently, in the order of their names."""

    def of_partner(self, partner_id: str, after: str | None, limit: int) -> Page[Suppression]:
        """Give some in the order of their identities, those beyond `after`; those of the last moments may lack.

        A page holds `limit` or a few more: all of an identity are on one.
        """


class KnownSegments(Protocol):
    """The named sets of contacts by their ids."""

    def find_all(self, partner_id: str, segment_ids: Iterable[str]) -> Mapping[str, Segment]:
        """Give those of them that there are by id, read consistently."""


class Segments(KnownSegments, Protocol):
    """The named sets of contacts, as people define them."""

    def find(self, partner_id: str, segment_id: str) -> Segment | None:
        """Give the segment as it stands, read consistently."""

    def of_partner(self, partner_id: str) -> Iterator[Segment]:
        """Give all of the partner's segments, the archived too."""

    def save(self, segment: Segment) -> None:
        """Store version n of a segment; raises Conflict unless n - 1 is stored (0: none)."""


class Memberships(Protocol):
    """Who is on which list; `Contacts.view` gives a contact's. Each method may be repeated and ends in the same."""

    def put_on(
        self,
        partner_id: str,
        segment_id: str,
        identities: Sequence[str],
        at: datetime,
        by: str,
        *,
        renews: bool = False,
    ) -> int:
        """Put different identities on a list and give how many were not on it.

        Who is on it stays as they are; with `renews`, who was put on before `at` is put on as of then. Those that were
        put on when it raises stay.
        """

    def take_off(self, partner_id: str, segment_id: str, identities: Sequence[str]) -> int:
        """Take different identities off a list and give how many were on it."""

    def take_off_older(self, partner_id: str, segment_id: str, before: datetime, limit: int) -> int:
        """Take off up to `limit` of those who were put on before an instant; fewer than that are all there were."""

    def members(self, partner_id: str, segment_id: str, after: str | None, limit: int) -> Page[Membership]:
        """Give some in the order of their identities, those beyond `after`; those of the last moments may lack."""

    def count(self, partner_id: str, segment_id: str) -> int:
        """Count who is on the list; those of the last moments may lack."""


class KnownBlocks(Protocol):
    """The templates that others include, by their names."""

    def find_all(self, partner_id: str, names: Iterable[str]) -> Sequence[ContentBlock]:
        """Give those of them that there are, in no order, read consistently."""


class ContentBlocks(KnownBlocks, Protocol):
    """The templates that others include by name, as people write them."""

    def find(self, partner_id: str, name: str) -> ContentBlock | None:
        """Give the block as it stands, read consistently."""

    def of_partner(self, partner_id: str) -> Iterator[ContentBlock]:
        """Give all of the partner's blocks, the archived too."""

    def save(self, block: ContentBlock) -> None:
        """Store version n of a block; raises Conflict unless n - 1 is stored (0: none)."""


class Places(Protocol):
    """The places that contacts' messages have taken under caps and re-entry; `Contacts.view` gives them."""

    def save(self, touches: Touches, now: datetime) -> None:
        """Store a contact's places as version + 1; the store may drop them from `touches.expires_at(now)` on.

        Raises Conflict unless the stored ones are at `version` (0: none are).
        """

    def remove(self, partner_id: str, identity: str) -> None:
        """Delete all of a contact's places; those that are not there stay gone."""


class Erasures(Protocol):
    """The erasures that are under way, each until it is done or a month has passed."""

    def find(self, partner_id: str, identity: str) -> Erasure | None:
        """Give it as it stands, read consistently."""

    def save(self, erasure: Erasure) -> None:
        """Store version n of an erasure; raises Conflict unless n - 1 is stored (0: none)."""

    def end(self, erasure: Erasure) -> None:
        """Remove it; raises Conflict when it stands at another version."""


class Deferrals(Protocol):
    """Matches that wait for their time: the end of a pause, of quiet hours, of a wait."""

    def keep(self, deferral: Deferral) -> None:
        """Keep it durably; repeating it changes nothing.

        Of one decision's matches that are due at one instant, the one whose event was received first stays: an event
        that came again does not let its wait begin anew.
        """

    def due(self, partner_id: str, up_to: datetime) -> Iterator[Deferral]:
        """Give those of the partner that are due, the longest due first, read consistently."""

    def remove_all(self, deferrals: Sequence[Deferral]) -> None:
        """Take them out; what is not there any more stays gone."""


class Messages(Protocol):
    """What messages say, for those who look."""

    def keep(self, message: KeptMessage) -> None:
        """Keep it durably; that of an earlier attempt for the same decision makes way."""

    def find(self, partner_id: str, flow_id: str, event_id: str) -> KeptMessage | None:
        """Give what the decision's message said; it may be past its time (the caller judges)."""

    def remove(self, partner_id: str, flow_id: str, event_id: str) -> None:
        """Delete it; one that is not there stays gone."""


class Renderer(Protocol):
    """Turns templates into messages; bounded in time, memory and output."""

    def render(
        self, content: EmailContent, names: Names, to: str, blocks: Blocks = NO_BLOCKS
    ) -> EmailMessage | ContentProblem:
        """Render every part of an e-mail, or say why not; `include` finds what is in `blocks`."""

    def render_parts(
        self, parts: Parts, names: Names, blocks: Blocks = NO_BLOCKS
    ) -> Mapping[str, str] | ContentProblem:
        """Render every part after its kind, or say why not."""

    def faults(self, content: EmailContent, blocks: Blocks = NO_BLOCKS) -> Sequence[Reason]:
        """Name each template that cannot be compiled, by its part (`/subject`, `/text`, `/html`)."""

    def faults_of_parts(self, parts: Parts, blocks: Blocks = NO_BLOCKS) -> Sequence[Reason]:
        """Name each template that cannot be compiled, by its part."""

    def includes(self, source: str) -> frozenset[str]:
        """Name the blocks that a template includes itself; of one that cannot be read none."""

    def names_in_parts(self, parts: Parts, blocks: Blocks = NO_BLOCKS) -> frozenset[str]:
        """Give every name that any of the parts reads, dotted as far as it is written out: `contact.address.city`.

        The shorter names on the way to it are given too. Of a part that cannot be compiled none is known.
        """


class Conditions(Protocol):
    """Judges expressions over the names of content, within the same bounds."""

    def holds(self, expression: str, names: Names) -> ConditionAnswer | ContentProblem:
        """Tell whether it holds; one that needs a missing value does not, and the answer names that value."""

    def fault(self, expression: str) -> str | None:
        """Say why an expression cannot be compiled, None when it can."""

    def names_in(self, expression: str) -> frozenset[str]:
        """Give every name that it reads, as `Renderer.names_in_parts` does."""


class EmailChannel(Protocol):
    """Hands e-mails to the provider."""

    def send(self, message: EmailMessage) -> str:
        """Send once and give the provider's message id.

        Raises Rejected (the provider refused it for good), Transient (it surely did not leave) or
        Ambiguous (no answer: it may have left). Never repeats by itself.
        """


class WebhookChannel(Protocol):
    """Hands webhooks to their destinations."""

    def send(self, destination: Destination, message: WebhookMessage) -> None:
        """Post the message once, signed; the destination took it.

        Raises Gone (it wants no more: disable it), Rejected (not to be tried again) or Transient, after which the
        same message may be sent again even if it did arrive: its webhook-id tells. Never repeats by itself.
        """


class KnownDestinations(Protocol):
    """Where webhooks may be sent, for whoever sends them."""

    def find(self, partner_id: str, destination_id: str) -> Destination | None:
        """Give the destination as it stands, read consistently."""

    def save(self, destination: Destination) -> None:
        """Store version n of a destination; raises Conflict unless n - 1 is stored (0: none)."""


class Destinations(KnownDestinations, Protocol):
    """Where webhooks may be sent, as people write it."""

    def of_partner(self, partner_id: str) -> Iterator[Destination]:
        """Give all of the partner's destinations."""

    def remove(self, destination: Destination) -> None:
        """Take it out with its secrets; raises Conflict when it stands at another version, gone it stays gone."""


class SmsChannel(Protocol):
    """Hands text messages to the provider."""

    def send(self, message: SmsMessage) -> str:
        """Send once and give the provider's message id; raises Gone (the number opted out) and as `EmailChannel`."""


class PushChannel(Protocol):
    """Hands notifications for phones to the provider."""

    def send(self, message: PushMessage) -> str:
        """Send once and give the provider's message id; raises Gone (the device is away) and as `EmailChannel`."""


class Ids(Protocol):
    """Fresh names and secrets."""

    def new_id(self, kind: str) -> str:
        """Give an id that no other thing has: `<kind>_` and lower-case letters and digits, so a SQL name as it is."""

    def new_secret(self) -> str:
        """Give 256 random bits as URL-safe text."""

    def new_key(self) -> bytes:
        """Give 256 random bits."""


class Definitions(Protocol):
    """Where people's definitions are written; every method is one transaction.

    A write that finds exactly what it was to store is done: it is the repeat of one whose answer was lost.
    """

    def create_partner(self, partner: Partner) -> None:
        """Store a new partner; raises Conflict when the id is taken."""

    def partner(self, partner_id: str) -> Partner | None:
        """Give the partner as it stands now."""

    def partners(self) -> Iterator[Partner]:
        """Give all partners, in the order of their ids."""

    def save_partner(self, partner: Partner) -> None:
        """Store version n of a partner; raises Conflict unless n - 1 is stored."""

    def commit_trigger(self, trigger: Trigger, draft: TriggerDraft | None = None) -> None:
        """Store version n of a trigger, make it the committed one, and remove the draft it was made of.

        Raises Conflict unless n - 1 was committed (0: none) and the draft stands at its revision.
        """

    def trigger(self, partner_id: str, trigger_id: str) -> Trigger | None:
        """Give the committed version."""

    def triggers(self, partner_id: str) -> Iterator[Trigger]:
        """Give the committed version of each of the partner's triggers."""

    def trigger_version(self, partner_id: str, trigger_id: str, version: int) -> Trigger | None:
        """Give one version as it was committed."""

    def trigger_versions(self, partner_id: str, trigger_id: str) -> Iterator[Trigger]:
        """Give all versions, the newest first, read as they are taken."""

    def save_draft(self, draft: TriggerDraft) -> None:
        """Store revision n of a draft; raises Conflict unless its n - 1 stands (0: the trigger has no draft)."""

    def draft(self, partner_id: str, trigger_id: str) -> TriggerDraft | None:
        """Give the trigger's draft."""

    def drafts(self, partner_id: str) -> Iterator[TriggerDraft]:
        """Give the drafts of all the partner's triggers, those that were never committed too."""

    def discard_draft(self, draft: TriggerDraft) -> None:
        """Remove a draft; raises Conflict when another draft or another revision of it stands there."""

    def flow(self, partner_id: str, flow_id: str) -> Flow | None:
        """Give the flow as it stands now, live or not."""

    def flows_of(self, partner_id: str) -> Iterator[Flow]:
        """Give the current version of each of the partner's flows."""

    def flow_versions(self, partner_id: str, flow_id: str) -> Iterator[Flow]:
        """Give all versions, the newest first, read as they are taken."""

    def save_flow(self, flow: Flow) -> None:
        """Store version n of a flow and make it the current one; raises Conflict unless n - 1 was (0: none)."""

    def launch(self, flow: Flow, cursor: Cursor) -> None:
        """Store the live version of a flow with its cursor and list its partner as live; Conflict as `save_flow`."""

    def resume(self, flow: Flow, standing: Cursor, following: Cursor) -> None:
        """Store the live version of a flow and replace its cursor, which may go back.

        Raises Conflict as `save_flow`, and when the cursor is not at `standing.position` any more.
        """


class AuditLog(Protocol):
    """What people changed."""

    def write(self, entry: AuditEntry) -> None:
        """Store the entry durably, over what was written of it before."""

    def newest(self, partner_id: str | None, before: tuple[datetime, str] | None = None) -> Iterator[AuditEntry]:
        """Give a partner's entries, or those of no partner (None), the newest first, read as they are taken.

        With `before`, the instant and id of an entry, only those older than it.
        """


class SignIn(Protocol):
    """Where people sign in. Every method raises Unauthorized for who may not, in one text whatever the reason."""

    def sign_in(self, username: str, password: str) -> Tokens | PasswordChallenge:
        """Give tokens, or ask for a password of one's own first; raises Forbidden where it was reset."""

    def set_password(self, username: str, session: str, new_password: str) -> Tokens:
        """Set it and give tokens; raises Invalid at `/new_password` for one that is too weak."""

    def refresh(self, refresh_token: str) -> Tokens:
        """Give a fresh token, with the groups and partners of now."""

    def revoke(self, refresh_token: str) -> None:
        """Let nobody get another token with it; one that is over already stays so."""
