"""One process of a benchmark: it imports a function as Lambda's runtime client does, and calls it.

    driver.py first EVENTS [FOLDER ...]    import `app` from the folders and answer one event; nothing without folders
    driver.py serve EVENTS FOLDER ...      then, for each number on standard input, answer so many events and write
                                           the CPU seconds that took

EVENTS is a JSON file with a list of events as the HTTP API sends them, which are used round and round.
Standard library only: it runs in the benchmarks' environment, on the code that was staged there.
"""

import itertools
import json
import os
import sys
import time
from typing import Any

import awslambdaric.bootstrap  # noqa: F401 - what a function has loaded before its own first import

REGION = "us-east-1"


class Context:
    """Lambda's."""

    function_name = "collect"
    function_version = "$LATEST"
    invoked_function_arn = f"arn:aws:lambda:{REGION}:123456789012:function:collect"
    memory_limit_in_mb = 1024
    aws_request_id = "00000000-0000-4000-8000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        """Give what a request has at its start."""
        return 8000


def main() -> None:
    """Do what the arguments say."""
    mode, events_path, *folders = sys.argv[1:]
    with open(events_path, encoding="utf-8") as file:  # noqa: PTH123 - pathlib is an import that Lambda has not done
        events = json.load(file)
    results = os.fdopen(os.dup(1), "w")
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - the same
        sys.stdout = nowhere  # metrics go there
        answer = _handler(folders) if folders else lambda _: None
        answer(events[0])
        if mode == "serve":
            waiting = itertools.cycle(events)
            for line in sys.stdin:
                some = list(itertools.islice(waiting, int(line)))
                began = time.process_time()
                for event in some:
                    answer(event)
                print(time.process_time() - began, file=results, flush=True)


def _handler(folders: list[str]) -> Any:
    sys.path[:0] = folders
    import app  # noqa: PLC0415 - the import is what is measured

    context = Context()

    def answer(event: Any) -> None:
        answered = app.lambda_handler(event, context)
        if answered["statusCode"] != 200:
            raise RuntimeError(f"an event was answered {answered}")

    return answer


if __name__ == "__main__":
    main()
