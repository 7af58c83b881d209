"""Does the time of a refusal tell whether a partner exists? Run as `python -m tests.bench.refusals`.

Unknown partners and wrong secrets are refused in turn by the collect function, its memory of partners warm, and the
two sets of times are compared: the difference of their medians as a share of the spread between their quartiles, and
how often so large a difference comes up when the times are dealt to the two sets at random. The share is what counts:
over so many trials a permutation finds differences of nanoseconds that no network would carry.
"""

import gc
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from signalbox.adapters.cached_partners import CachedPartners
from signalbox.adapters.clock import SystemClock
from signalbox.adapters.ids import RandomIds
from signalbox.collect_routes import CollectRoutes
from signalbox.domain.partners import LiveSecret, SecretDigest
from signalbox.observability import Telemetry
from signalbox.services.ingestion import Ingestion
from tests.unit import makers
from tests.unit.ingesting import Door
from tests.unit.wire.payloads import custom

TRIALS = 10_000
DEALS = 1_000
BOUND = 0.1  # of the spread; refusing the unknown without a digest makes it three quarters of the spread

SECRET = LiveSecret("secret_1", SecretDigest.of("a secret", RandomIds().new_key()), makers.NOON)
PARTNER = makers.partner(partner_id="partner_known", secrets=(SECRET,))
UNKNOWN_ID = "partner_other"  # as long as the other, so that nothing but its existence differs


def main() -> None:
    """Measure and print; end with 1 when the two can be told apart."""
    routes = _routes()
    times = _timed(routes.answer, _request(PARTNER.partner_id), _request(UNKNOWN_ID))
    share, chance = _share(*times), _chance(*times)
    medians = [statistics.median(each) * 1e6 for each in times]
    sys.stdout.write(f"wrong secret {medians[0]:.2f} µs, unknown partner {medians[1]:.2f} µs (medians of {TRIALS:,})\n")
    sys.stdout.write(f"difference {share:.3f} of the spread between quartiles; by chance as large: {chance:.2f}\n")
    sys.exit(share > BOUND)


def _routes() -> CollectRoutes:
    door = Door()
    door.partners.by_id = {PARTNER.partner_id: PARTNER}
    service: Ingestion = door.service(partners=CachedPartners(door.partners, SystemClock()))
    return CollectRoutes(service, Telemetry("bench"))


def _request(partner_id: str) -> dict[str, Any]:
    body = json.dumps(custom(partnerId=partner_id, partnerSecret="wrong"))
    return {"routeKey": "POST /http/v1/collect", "headers": {}, "body": body, "requestContext": {"requestId": "1"}}


def _timed(answer: Callable[[Any], Any], *requests: Any) -> tuple[list[float], list[float]]:
    """Give the seconds of each answer, the two kinds in random order, with the collector of garbage still."""
    known: list[float] = []
    unknown: list[float] = []
    order = random.Random(1)  # noqa: S311 - an order, not a secret
    for request in requests * 500:
        answer(request)
    gc.disable()
    for _ in range(TRIALS):
        pair = [(requests[0], known), (requests[1], unknown)]
        order.shuffle(pair)
        for request, times in pair:
            started = time.perf_counter()
            answered = answer(request)
            times.append(time.perf_counter() - started)
            assert answered["statusCode"] == 401
    gc.enable()
    return known, unknown


def _share(known: Sequence[float], unknown: Sequence[float]) -> float:
    low, _, high = statistics.quantiles([*known, *unknown], n=4)
    return abs(statistics.median(known) - statistics.median(unknown)) / (high - low)


def _chance(known: Sequence[float], unknown: Sequence[float]) -> float:
    dealer = random.Random(2)  # noqa: S311 - a deal, not a secret
    seen = abs(statistics.median(known) - statistics.median(unknown))
    times = [*known, *unknown]
    larger = 0
    for _ in range(DEALS):
        dealer.shuffle(times)
        larger += abs(statistics.median(times[: len(known)]) - statistics.median(times[len(known) :])) >= seen
    return larger / DEALS


if __name__ == "__main__":
    main()
