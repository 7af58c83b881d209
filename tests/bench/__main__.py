"""Run every benchmark: print the figures, keep them in .local/bench.json, and write docs/benchmarks.md.

Ends with 1 where a figure misses its target. Nothing here is a test: machines and their load differ.
"""

import itertools
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from local.places import LOCAL, ROOT
from tests.bench import (
    costs,
    mix,
    processing,
    rendering,
    report,
    scale,
    scale_lookback,
    sending,
    sending_costs,
    speed_queries,
    staging,
    starting,
    storing,
)
from tests.bench.figures import Figure

EVENTS = 400
FIGURES = LOCAL / "bench.json"
PAGE = ROOT / "docs" / "benchmarks.md"


def main() -> int:
    """Measure, tell, and say whether every target is met."""
    payloads = mix.payloads()
    addressed = list(itertools.islice(mix.carrying_an_address(payloads), EVENTS))
    with staging.staged() as stage:
        singles = staging.save("singles", [mix.request(each) for each in addressed])
        batches = staging.save(
            "batches", [mix.batch_request(some) for some in itertools.batched(addressed, costs.BATCH, strict=True)]
        )
        us = processing.cpu_us_per_event(stage, singles, ("ours", "baseline", "floor"))
        batch_us = processing.cpu_us_per_event(stage, batches, ("ours",))["ours"]
        figures = [*processing.compared(us), *starting.measure(stage, singles)]
        figures += speed_queries.measure(staging.PYTHON, [ROOT, staging.STAGE / "layer"])
    figures += storing.measure(payloads)
    value_by_name = {figure.name: figure.value for figure in figures}
    single = costs.Request(
        1, us["ours"] / 1000, value_by_name[storing.SINGLE_WRITES], value_by_name[storing.SINGLE_READS]
    )
    batch = costs.Request(
        costs.BATCH,
        batch_us / 1000,
        costs.BATCH * value_by_name[storing.BATCH_WRITES],
        costs.BATCH * value_by_name[storing.BATCH_READS],
    )
    figures.append(Figure("CPU time per event, ours, in batches of 25", round(batch_us / costs.BATCH), "µs"))
    figures += [*costs.measure(single, batch), *scale.measure(), *scale_lookback.measure(), *rendering.measure()]
    sent, runs = sending.measure()
    figures += [*sent, *sending_costs.measure(*runs)]
    FIGURES.write_text(json.dumps([asdict(figure) for figure in figures], indent=2, ensure_ascii=False) + "\n")
    PAGE.write_text(report.page(figures, (single, batch), runs))
    _tell(figures)
    return 0 if all(figure.holds is not False for figure in figures) else 1


def _tell(figures: Sequence[Figure]) -> None:
    lines = report.table(figures)
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
