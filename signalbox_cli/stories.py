"""The story of a person's or an event's messages in words, a fact a line, what belongs to a thing indented below it.

In a pipe it is the same without colours. Text of others is kept on one line, so that none passes for a line of ours.
"""

import json
from textwrap import indent
from typing import Any

from signalbox_cli.showing import Screen, visible

_SOURCES = {
    "own": "named by the event itself",
    "mapping": "known by an identify of its client",
    "released": "not known when it came; an identify told later",
    "nobody": "nobody, and it needs nobody",
}
_STYLES = {"sent": "green", "held_out": "cyan", "skipped": "yellow", "deferred": "yellow"}
_PROBLEM = "red"


def tell(screen: Screen, told: Any) -> None:
    """Tell all of it, what was not looked at last."""
    if told["contact"] is not None:
        tell_contact(screen, told["contact"])
        screen.line("")
    for story in told["events"]:
        _tell_event(screen, story)
    for held in told["held"]:
        screen.line(f"{_one(held['eventType'])}  {_one(held['eventId'])}  held since {held['receivedAt']}", "bold")
        screen.line(f"  Nobody knows who client {_one(held['clientId'])} is; dropped at {held['endsAt']}.", "yellow")
    for each in told["quarantined"]:
        screen.line(f"{_one(each['eventId'])}  in quarantine since {each['receivedAt']}", "bold")
        for reason in each["reasons"]:
            screen.line(f"  {_one(reason['path']) or '/'}: {_one(reason['reason'])}", _PROBLEM)
    if not (told["events"] or told["held"] or told["quarantined"]):
        screen.say("No event, and no decision.")
    _say_what_was_looked_at(screen, told)


def tell_contact(screen: Screen, contact: Any) -> None:
    """Tell what is known of a person."""
    screen.line(_one(contact["identity"]), "bold")
    for name, trait in contact["traits"].items():
        screen.line(f"  {_one(name)}: {_one(trait['value'])}  (of {trait['occurredAt']})")
    if contact["segments"]:
        names = (_one(each["name"] or each["segmentId"]) for each in contact["segments"])
        screen.line(f"  On lists: {', '.join(names)}")
    for each in contact["suppressions"]:
        detail = f": {_one(each['detail'])}" if each["detail"] else ""
        screen.line(
            f"  Suppressed for {each['scope']}: {each['reason']}, since {each['since']}, by {_one(each['by'])}{detail}",
            _PROBLEM,
        )


def _tell_event(screen: Screen, story: Any) -> None:
    event = story["event"]
    if event is None:
        screen.line(f"Event {_one(story['eventId'])}  not stored any more", "bold")
    else:
        screen.line(f"{_one(event['eventType'])}  {_one(event['eventId'])}  {event['receivedAt']}", "bold")
        screen.line(f"  Occurred {event['occurredAt']}, client {_one(event['clientId'])}")
        if event["body"].get("properties"):
            screen.line(f"  Properties: {_one(event['body']['properties'])}")
        who = _one(event["identity"]) if event["identity"] else "nobody"
        screen.line(f"  Person: {who}, {_SOURCES.get(story['source'], story['source'] or 'not told how')}")
    for each in story["mappings"]:
        screen.line(
            f"  Client {_one(each['clientId'])} is {_one(each['email'])} from {each['madeAt']} to {each['endsAt']}"
        )
    for flow in story["flows"]:
        _tell_flow(screen, flow)
    if not story["flows"]:
        screen.line("  No flow was launched that could have seen it.")
    screen.line("")


def _tell_flow(screen: Screen, flow: Any) -> None:
    decision, name = flow["decision"], _one(flow["flowName"] or flow["flowId"])
    if decision is None:
        screen.line(f"  Flow '{name}': {flow['coverage'].replace('_', ' ')}", "yellow")
        screen.line(f"    {_one(flow['words'])}")
        return
    ended = ": ".join(_one(each) for each in (decision["outcome"], decision["reason"], decision["detail"]) if each)
    screen.line(f"  Flow '{name}': {ended}", _STYLES.get(decision["outcome"], _PROBLEM))
    variant = f", variant {_one(decision['variant'])}" if decision["variant"] else ""
    screen.line(
        f"    Decided {decision['decidedAt']} by version {decision['flowVersion']} of the flow and "
        f"{decision['triggerVersion']} of its trigger{variant}"
    )
    if decision["dueAt"]:
        screen.line(f"    Goes on at {decision['dueAt']}")
    for step in decision["trace"]:
        screen.line(f"    {_one(step['check'])}: {_one(step['verdict'])}", "dim")
    for news, each in decision["feedback"].items():
        screen.line(f"    {news} {each['count']} times, first at {each['firstAt']}", "cyan")
    if flow["message"] is not None:
        _tell_message(screen, flow["message"])


def _tell_message(screen: Screen, message: Any) -> None:
    """Show what it said; of a message in text and HTML the text alone, as people read."""
    parts: dict[str, str] = message["parts"]
    screen.line(f"    The {message['channel']} of {message['renderedAt']}:")
    for name, text in parts.items():
        if name == "html" and "text" in parts:
            screen.line(f"      html: {len(text)} characters; whole with --json", "dim")
        elif "\n" in text:
            screen.line(f"      {_one(name)}:")
            screen.line(indent(text, "        | ", lambda _: True))
        else:
            screen.line(f"      {_one(name)}: {_one(text)}")


def _say_what_was_looked_at(screen: Screen, told: Any) -> None:
    searched = told["lookedThrough"]
    if searched is not None:
        screen.say(f"Events from {searched['start']} to {searched['end']} were searched.")
    for each in told["shortfalls"]:
        screen.say(f"Not looked at: {each}", "yellow")


def _one(value: Any) -> str:
    """Write a value on one line."""
    return visible(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), kept="")
