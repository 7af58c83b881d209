"""What a million events cost at Amazon's list prices, from what was counted and measured.

Left out, because they do not depend on how an event is taken: storage, backups, data transfer, the free tier.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from tests.bench.figures import Figure

MILLION = 1_000_000
BATCH = 25

PRICES_AS_OF = "November 2026"
PRICES: Mapping[str, tuple[float, str, str]] = {
    "HTTP API request": (1.00 / MILLION, "$1.00 a million", "Amazon API Gateway pricing, HTTP APIs"),
    "Lambda request": (0.20 / MILLION, "$0.20 a million", "AWS Lambda pricing"),
    "Lambda GB-second, arm64": (0.0000133334, "$0.0000133334", "AWS Lambda pricing"),
    "DynamoDB write unit": (0.625 / MILLION, "$0.625 a million", "Amazon DynamoDB pricing, on-demand"),
    "DynamoDB read unit": (0.125 / MILLION, "$0.125 a million", "Amazon DynamoDB pricing, on-demand"),
    "CloudWatch Logs GB": (0.50, "$0.50", "Amazon CloudWatch pricing, logs collected"),
}
"""Each price in dollars, as it is written, and the page it is on, for us-east-1; a run does not look them up."""

MEMORY_GB = 1.0  # CollectFunction's in template.yaml
VCPU = 1024 / 1769  # AWS Lambda, "Configure memory": 1,769 MB are one vCPU
STORE_MS = 5.0
"""What one call to DynamoDB is taken to last; AWS says "single-digit milliseconds", and here is none to measure."""
LOG_LINE_BYTES = 300
LOG_INTERVAL_S = 10  # a line of metrics for each of these in which anything happened
EVENTS_A_MONTH = MILLION  # the fewer there are, the more of them pay for a line of their own
MONTH_S = 30 * 86_400

MOST_SINGLE = 1.95
MOST_BATCHED = 0.75


@dataclass(frozen=True)
class Request:
    """One request, as it was measured."""

    events: int
    cpu_ms: float
    writes: float
    reads: float


def billed_ms(request: Request) -> int:
    """Give the time that Lambda bills: whole milliseconds, a fraction of a processor, and the wait for the store."""
    return math.ceil(request.cpu_ms / VCPU + STORE_MS)


def parts(request: Request) -> Mapping[str, float]:
    """Give the dollars that a million events cost, by what they are paid for."""
    requests = MILLION / request.events
    lines = min(requests, MONTH_S / LOG_INTERVAL_S * MILLION / EVENTS_A_MONTH)
    used = {
        "HTTP API request": requests,
        "Lambda request": requests,
        "Lambda GB-second, arm64": requests * billed_ms(request) / 1000 * MEMORY_GB,
        "DynamoDB write unit": requests * request.writes,
        "DynamoDB read unit": requests * request.reads,
        "CloudWatch Logs GB": lines * LOG_LINE_BYTES / 1e9,
    }
    return {name: amount * PRICES[name][0] for name, amount in used.items()}


def measure(single: Request, batch: Request) -> list[Figure]:
    """Hold the two ways of sending to their prices."""
    return [
        Figure.at_most(MOST_SINGLE, "A million events, one a request", sum(parts(single).values()), "$"),
        Figure.at_most(MOST_BATCHED, f"A million events, {BATCH} a request", sum(parts(batch).values()), "$"),
    ]
