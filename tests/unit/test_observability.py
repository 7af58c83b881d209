"""Log lines and metrics that say enough and nothing personal."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from signalbox.domain.errors import Misconfigured, Transient
from signalbox.observability import NAMESPACE, Telemetry

ADDRESS = "ana@example.org"


@pytest.fixture
def telemetry(request: pytest.FixtureRequest) -> Telemetry:
    return Telemetry(f"signalbox-{request.node.name}")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    captured = capsys.readouterr()
    assert captured.err == ""
    return [json.loads(line) for line in captured.out.splitlines()]


def test_a_count_of_a_quiet_function_is_written_at_once(
    telemetry: Telemetry, capsys: pytest.CaptureFixture[str]
) -> None:
    telemetry.count("EventsStored")

    (line,) = lines(capsys)
    assert line["EventsStored"] == 1
    assert line["_aws"]["CloudWatchMetrics"] == [
        {"Namespace": NAMESPACE, "Dimensions": [["service"]], "Metrics": [{"Name": "EventsStored", "Unit": "Count"}]}
    ]
    assert line["service"].startswith("signalbox-")


def test_counts_of_a_busy_function_gather_into_one_line(
    telemetry: Telemetry, capsys: pytest.CaptureFixture[str]
) -> None:
    telemetry.count("EventsStored")
    lines(capsys)

    for _ in range(1_000):
        telemetry.count("EventsStored")
    telemetry.count("EventsHeld")
    telemetry.flush()

    (line,) = lines(capsys)
    assert (line["EventsStored"], line["EventsHeld"]) == (1_000, 1)


def test_an_exception_is_logged_without_its_text(telemetry: Telemetry, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        try:
            dict[str, str]()[ADDRESS]
        except KeyError as error:
            raise ValueError(f"{ADDRESS} is not verified") from error

    survived = telemetry.survives(fail, flow_id="flow_1")

    metric, logged = lines(capsys)
    assert not survived
    assert metric["ItemsFailed"] == 1
    assert (logged["level"], logged["flow_id"], logged["errors"]) == ("ERROR", "flow_1", ["ValueError", "KeyError"])
    assert any("fail" in place for place in logged["places"])
    assert ADDRESS not in json.dumps(logged)


def test_the_products_own_errors_are_logged_with_their_text(
    telemetry: Telemetry, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise Transient("SES could not be reached") from Misconfigured("no region")

    telemetry.survives(fail)

    assert lines(capsys)[-1]["errors"] == ["Transient: SES could not be reached", "Misconfigured: no region"]


def test_an_item_that_goes_well_leaves_no_line(telemetry: Telemetry, capsys: pytest.CaptureFixture[str]) -> None:
    assert telemetry.survives(lambda: None)

    assert lines(capsys) == []


def test_no_count_is_lost_while_threads_count_and_write(
    telemetry: Telemetry, capsys: pytest.CaptureFixture[str]
) -> None:
    def count(_: int) -> None:
        for _ in range(1_000):
            telemetry.count("MatchesSent")
            telemetry.flush()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))

    assert sum(line["MatchesSent"] for line in lines(capsys)) == 8_000
