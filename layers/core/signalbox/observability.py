"""Log lines and metrics, both JSON lines on standard output, without anything personal.

Metrics are written in CloudWatch's Embedded Metric Format ("Specification: Embedded metric format"). Powertools
would do the same and more; importing its logger and metrics would take as long as all that collect imports.
"""

import logging
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from threading import Lock
from types import TracebackType
from typing import Any, TextIO

import simplejson

from signalbox.domain.errors import SignalboxError

NAMESPACE = "Signalbox"
FLUSH_INTERVAL_S = 10.0
"""How long counts gather in a busy process, so that no log line is paid for every event; see `Telemetry.count`."""

_OWN_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class JsonFormatter(logging.Formatter):
    """One JSON object a line; of an exception its types and places.

    An exception's text can quote an address or a body (SES quotes the recipient), so it is left out unless the
    error is the product's own, whose texts name no values (invariant 8).
    """

    def __init__(self, service_name: str) -> None:
        super().__init__()
        self._service_name = service_name

    def format(self, record: logging.LogRecord) -> str:
        """Write the line; what was given as `extra` becomes members."""
        line: dict[str, Any] = {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{record.msecs:03.0f}Z",
            "level": record.levelname,
            "service": self._service_name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _OWN_FIELDS}
        if record.exc_info and record.exc_info[1]:
            line["errors"] = _chain(record.exc_info[1])
            line["places"] = _places(record.exc_info[2])
        return simplejson.dumps(line, default=str)


class Telemetry:
    """The log and the metrics of one function, for any number of threads; metrics have the dimension `service`."""

    def __init__(self, service_name: str) -> None:
        self.logger = _logger_of(service_name)
        self._service_name = service_name
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        self._flushed_at = float("-inf")

    def count(self, name: str) -> None:
        """Count one, written at once when nothing was for a while, else with what comes until then.

        A quiet function shows every event as it comes and a busy one writes a line every ten seconds; at most the
        counts of a process's last ten seconds are lost with it.
        """
        with self._lock:
            self._counts[name] += 1
        if time.monotonic() - self._flushed_at >= FLUSH_INTERVAL_S:
            self.flush()

    def flush(self) -> None:
        """Write what has been counted."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            self._flushed_at = time.monotonic()
        if counts:
            self._write(dict.fromkeys(counts, "Count"), dict(counts))

    def measure(self, name: str, value: float, unit: str) -> None:
        """Write one value in one of CloudWatch's units."""
        self._write({name: unit}, {name: value})

    def survives(self, action: Callable[[], object], **about: str) -> bool:
        """Do one item of a batch; False, logged and counted, when it raised: the items beside it go on."""
        try:
            action()
        except Exception:
            self.count("ItemsFailed")
            self.logger.exception("an item of a batch failed", extra=about)
            return False
        return True

    def _write(self, unit_by_name: dict[str, str], value_by_name: dict[str, Any]) -> None:
        directive = {
            "Namespace": NAMESPACE,
            "Dimensions": [["service"]],
            "Metrics": [{"Name": name, "Unit": unit} for name, unit in unit_by_name.items()],
        }
        envelope = {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [directive]}
        line = {"_aws": envelope, "service": self._service_name, **value_by_name}
        sys.stdout.write(simplejson.dumps(line) + "\n")
        sys.stdout.flush()


class _StandardOutput(logging.StreamHandler[TextIO]):
    """Writes to whatever is standard output at the moment of writing."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stdout
        super().emit(record)


def _logger_of(service_name: str) -> logging.Logger:
    logger = logging.getLogger(f"signalbox.{service_name}")
    if not logger.handlers:
        handler = _StandardOutput(sys.stdout)
        handler.setFormatter(JsonFormatter(service_name))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False  # Lambda's own handler would write the line again, exception text included
    return logger


def _chain(error: BaseException | None) -> list[str]:
    errors = []
    while error is not None:
        text = f": {error}" if isinstance(error, SignalboxError) else ""
        errors.append(f"{type(error).__name__}{text}")
        error = error.__cause__
    return errors


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
