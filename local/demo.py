"""Tells the story of an event on the terminal: who sent what, who got a message, and why others did not."""

import os

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from local.deployment import Deployment
from local.ministack import aws_environ
from local.progress import Stop, step
from local.story import CONTENT, QUERY, SetUp, Story, Traces, emails
from signalbox.domain.decisions import Decision

EXPECTED_DECISIONS = 2
_console = Console(highlight=False)


def tell(deployment: Deployment) -> SetUp:
    """Tell the whole story on a deployed stack; raises Stop where it takes a turn it should not."""
    os.environ.update(aws_environ(deployment.aws_endpoint))
    story = Story(deployment)
    set_up = _set_up(story)
    _send(story, set_up)
    with step("waiting for the schedule to fire, every minute"):
        story.await_decisions(set_up.flow, EXPECTED_DECISIONS)
    traces = story.traces(set_up.partner, set_up.flow)
    _show_messages(deployment, traces)
    _show_the_rest(traces)
    return set_up


def _set_up(story: Story) -> SetUp:
    with step("a partner"):
        partner, secret = story.partners.create_partner("Demo shop")
    _say(f"id      {partner.partner_id}\nsecret  {secret}   (not shown again: only a digest is kept)")
    with step("an event trigger, committed"):
        trigger = story.commit_trigger(partner)
    _say(f"{trigger.trigger_id}, version {trigger.version}\n{QUERY}")
    with step("an event-triggered flow, launched"):
        flow = story.launch_flow(trigger)
    _say(f"{flow.flow_id}, version {flow.version}, {flow.status}\nsubject: {CONTENT.subject}")
    return SetUp(partner, secret, trigger, flow)


def _send(story: Story, set_up: SetUp) -> None:
    _console.print("\n  Events sent with curl to POST /http/v1/collect", style="bold")
    for post in story.posts(set_up):
        answer = story.post(post.payload)
        _console.print(f"    {answer.status}  {post.title}")
        if answer.body:
            _say(answer.body)
        if answer.status != post.expected_status:
            raise Stop(f"The endpoint should have answered {post.expected_status}.")
    _console.print()


def _show_messages(deployment: Deployment, traces: Traces) -> None:
    table = _table("Messages in the e-mail sink", "to", "subject", "event to message")
    emails_by_id = {email.message_id: email for email in emails(deployment)}
    texts = []
    for decision in traces.decisions:
        email = emails_by_id.get(decision.provider_message_id or "")
        if email is None:
            raise Stop(f"No message arrived for {decision.identity}: {decision.outcome} {decision.detail or ''}")
        table.add_row(", ".join(email.to), email.subject, _latency(decision))
        texts.append(email.text.strip())
    _console.print(table)
    _say(texts[0])


def _show_the_rest(traces: Traces) -> None:
    table = _table("Who got none, and why", "event", "what became of it")
    for event in traces.held:
        why = f"held for 7 days: nobody has said yet who client {event.client_id} is"
        table.add_row(event.event_name, why)
    for quarantined in traces.quarantined:
        reasons = "; ".join(f"{each.path}: {each.reason}" for each in quarantined.reasons)
        table.add_row("invalid", f"in quarantine for 14 days: {reasons}")
    table.add_row("invalid, in debug mode", "refused: the sender was told the same at once")
    seen: set[str] = set()
    for event in traces.events:
        if event.event_id in seen:
            table.add_row(event.event_name, "a repeat, byte for byte: the same event, so one decision and one message")
        if event.event_type == "identify":
            table.add_row("identify", "no trigger asks for it; it named Ben's client")
        seen.add(event.event_id)
    _console.print(table)


def _latency(decision: Decision) -> str:
    if decision.received_at is None:
        return "unknown"
    return f"{(decision.decided_at - decision.received_at).total_seconds():.1f} s"


def _table(title: str, *columns: str) -> Table:
    return Table(*columns, title=f"  {title}", box=box.SIMPLE_HEAD, title_justify="left", title_style="bold")


def _say(text: str) -> None:
    _console.print(Padding(Text(text, style="dim"), (0, 0, 0, 6)))
