"""What a million messages cost at Amazon's list prices beside the price of the e-mail, from what was counted.

Left out are the runs of the triggers, which cost the same whatever they find, what SES tells of a message later on,
and what Lambda asks the queue while there is nothing in it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from signalbox.services.lanes import AT_ONCE
from tests.bench.costs import MEMORY_GB, MILLION, PRICES, STORE_MS, VCPU
from tests.bench.figures import Figure
from tests.bench.meter import Units

SEND_PRICES: Mapping[str, tuple[float, str, str]] = {
    "SQS request": (0.40 / MILLION, "$0.40 a million", "Amazon SQS pricing, standard queues"),
    **{
        name: PRICES[name]
        for name in ("Lambda request", "Lambda GB-second, arm64", "DynamoDB write unit", "DynamoDB read unit")
    },
}
SES_PRICE = 0.10 / 1000, "$0.10 a thousand", "Amazon SES pricing, outbound e-mail"

SES_MS = 50.0
"""What SES is taken to need for a message; AWS tells no figure, and here is none to measure."""
CHUNK_BYTES = 64_000  # of a queue's message: each is paid for as a request, when it is put in and when it is taken out


@dataclass(frozen=True)
class SendRun:
    """One run of the send function over plain e-mails, as it was measured; `size` is that of the matches in bytes."""

    matches: int
    cpu_ms: float
    calls: Units
    units: Units
    shared_reads: float
    size: int


def billed_ms(run: SendRun) -> int:
    """Give the time that Lambda bills: that of a fraction of a processor, and the waits that do not overlap."""
    calls = (run.calls.writes + run.calls.reads) / run.matches
    rounds = math.ceil(run.matches / AT_ONCE)
    return math.ceil(run.cpu_ms / VCPU + rounds * (calls * STORE_MS + SES_MS))


def parts(run: SendRun) -> Mapping[str, float]:
    """Give the dollars that a million messages cost, by what they are paid for."""
    runs = MILLION / run.matches
    used = {
        "SQS request": runs * (2 * math.ceil(run.size / CHUNK_BYTES) + 1),  # put in, taken out, and deleted
        "Lambda request": runs,
        "Lambda GB-second, arm64": runs * billed_ms(run) / 1000 * MEMORY_GB,
        "DynamoDB write unit": runs * run.units.writes,
        "DynamoDB read unit": runs * (run.units.reads + run.shared_reads),
    }
    return {name: amount * SEND_PRICES[name][0] for name, amount in used.items()}


def measure(single: SendRun, full: SendRun) -> list[Figure]:
    """Tell the prices beside that of the e-mails."""
    of_ses = SES_PRICE[0] * MILLION
    return [
        Figure(
            f"A million e-mails, {run.matches} a run, of what SES asks",
            round(sum(parts(run).values()) / of_ses, 4),
            "ratio",
        )
        for run in (single, full)
    ]
