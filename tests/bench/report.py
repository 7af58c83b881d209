"""The page about a run: what was measured, how, and what came out."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from signalbox.services.lanes import AT_ONCE
from tests.bench import costs, processing, sending, sending_costs, speed_queries, starting
from tests.bench.figures import Figure
from tests.bench.sending_costs import SendRun

_HEAD = """# Benchmarks

`make bench` measures what taking an event and sending a message cost and writes this page; the figures are in
`.local/bench.json` too.
What is claimed are the ratios, which hold on any machine; times are there to see what the ratios are of.
"""

_HOW = """## How it is measured

- **Ours** is the collect function as it ships, with bytecode, on the libraries of its layer.
- **The baseline** (`tests/bench/baseline`) does the same with Powertools' resolver and validation, Powertools'
  idempotency and a boto3 table resource; it has no debug mode, quarantine, identities or batches.
- **The floor** (`tests/bench/floor`) parses JSON, signs a put and sends it over the same connection as ours; it
  checks nothing.
- All talk TLS to one process on the same machine that answers DynamoDB's calls at once, and trust the same bundle
  of certificates, as many as an AWS SDK carries.
- Events are a real shop's clickstream, one in ten of its people; those that are timed carry an e-mail address.
- CPU time per event: the three take turns, {block} events each, {rounds} times, after {warming} to warm up; medians.
- Import and first call: a fresh interpreter each time, in turns, {starts} times, medians; the CPU time and the
  instructions (callgrind) of the process, less those of one that only loads Lambda's runtime client.
- Queries: {events:,} stored items, one in a thousand a repeat, become what each contender reads them into, and four
  queries are answered: a filter, an anti-join, one over JSON and one over a window. They take turns, {turns} times,
  after one to warm up; medians of the time on the clock. All have the items decoded by the product's own code,
  leave out repeats, and end with who, which event and when it was received. Ours hands the events to a child process
  that is locked up, in parts that it loads while the next is written, and checks its answers, which are JSON; the
  others answer where they are.
- A run over nothing: {runs} runs of one query, with a child process each; CPU time of all processes.
- Capacity units: the mix goes through the collect function to DynamoDB Local under a meter that follows AWS's rules
  ("DynamoDB read and write operations", "DynamoDB item sizes and formats"); the partner's settings are in memory.
- Many triggers, many partners: runs of a minute over DynamoDB Local under the same meter, all as it ships but the
  queues; a trigger without end uses up its five seconds of CPU time.
- Look-back: the runs of an hour with 24 hours of events behind them, closed hours kept as files; a full re-read is
  what the same runs would read from the Events table.
- Rendering: subject, text and HTML of a 20-line template, names laid out for each message, on one core.
- Sending: one run over {matches} matches, each of another contact and of a flow without limits, a 20-line template;
  {turns_of_sending} runs of each kind, medians. For the speed each call to a store or the channel takes {latency:g} ms
  in memory, and the baseline is the same work with one call after another. Calls and units are counted over DynamoDB
  Local; the CPU time is that of the whole process, with SES answered for over TLS by another one.
- Costs: units and CPU time as measured, prices as listed. A request is billed its CPU time on the {vcpu:.2f} of a
  processor that {memory:g} GB have, and {store:g} ms for the store, rounded up to whole milliseconds. Metrics are a
  log line for each {interval} s at {month:,} events a month. Storage, transfer and the free tier are left out.
- Costs of e-mails: a run is billed its CPU time in the same way and, {at_once} messages at once, {store:g} ms for each
  call to the store and {ses:g} ms for SES; runs of triggers and what SES tells later on are left out.
"""


def page(
    figures: Sequence[Figure],
    requests: tuple[costs.Request, costs.Request],
    runs: tuple[SendRun, SendRun],
) -> str:
    """Write it, with the costs of a single request and of a batch, and of a run over one match and over many."""
    how = _HOW.format(
        block=processing.BLOCK,
        rounds=processing.ROUNDS,
        warming=processing.WARMING,
        starts=starting.ROUNDS,
        vcpu=costs.VCPU,
        memory=costs.MEMORY_GB,
        store=costs.STORE_MS,
        events=speed_queries.EVENTS,
        turns=speed_queries.ROUNDS,
        runs=speed_queries.RUNS,
        interval=costs.LOG_INTERVAL_S,
        month=costs.EVENTS_A_MONTH,
        matches=sending.MATCHES,
        turns_of_sending=sending.ROUNDS,
        latency=sending.LATENCY_S * 1000,
        at_once=AT_ONCE,
        ses=sending_costs.SES_MS,
    )
    ran_on = (
        f"Run on {datetime.now(UTC):%Y-%m-%d} on a {platform.machine()} virtual machine with {os.cpu_count()} "
        f"processors, Python {platform.python_version()}; "
        f"boto3 {version('boto3')} and Powertools as pinned in `constraints/bench.txt` for the baseline."
    )
    parts = [_HEAD, ran_on, "\n## Figures\n", *table(figures), "\n## Costs of a million events\n"]
    parts += [*_cost_table(*requests), "\n## Costs of a million e-mails\n", *_sending_cost_table(*runs)]
    return "\n".join([*parts, "", how])


def table(figures: Sequence[Figure]) -> list[str]:
    """Write the figures as a table."""
    rows = [
        f"| {each.name} | {each.value:,g} {each.unit} | {each.target or ''} | {_verdict(each)} |" for each in figures
    ]
    return ["| figure | measured | target | |", "|---|---|---|---|", *rows]


def _cost_table(single: costs.Request, batch: costs.Request) -> list[str]:
    one, many = costs.parts(single), costs.parts(batch)
    rows = [
        f"| {name} | {written} | {page} | ${one[name]:.4f} | ${many[name]:.4f} |"
        for name, (_, written, page) in costs.PRICES.items()
    ]
    times = f"Billed: {costs.billed_ms(single)} ms a single request, {costs.billed_ms(batch)} ms a batch."
    return [
        f"List prices of us-east-1 as of {costs.PRICES_AS_OF}; a run does not look them up.",
        "",
        f"| what | price | source | one a request | {costs.BATCH} a request |",
        "|---|---|---|---|---|",
        *rows,
        f"| **together** | | | **${sum(one.values()):.3f}** | **${sum(many.values()):.3f}** |",
        "",
        times,
    ]


def _sending_cost_table(single: SendRun, full: SendRun) -> list[str]:
    one, many = sending_costs.parts(single), sending_costs.parts(full)
    rows = [
        f"| {name} | {written} | {page} | ${one[name]:.4f} | ${many[name]:.4f} |"
        for name, (_, written, page) in sending_costs.SEND_PRICES.items()
    ]
    price, written, source = sending_costs.SES_PRICE
    ses = f"${price * costs.MILLION:.3f}"
    times = (sending_costs.billed_ms(each) for each in (single, full))
    return [
        f"List prices of us-east-1 as of {costs.PRICES_AS_OF}.",
        "",
        f"| what | price | source | {single.matches} a run | {full.matches} a run |",
        "|---|---|---|---|---|",
        *rows,
        f"| **together** | | | **${sum(one.values()):.3f}** | **${sum(many.values()):.3f}** |",
        f"| beside it: an e-mail through SES | {written} | {source} | {ses} | {ses} |",
        "",
        "Billed: {} ms a run over one match, {} ms a run over {}.".format(*times, full.matches),
    ]


def _verdict(figure: Figure) -> str:
    return {True: "holds", False: "**missed**", None: ""}[figure.holds]
