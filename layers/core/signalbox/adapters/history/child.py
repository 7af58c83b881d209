"""What runs in the writer's child process: one Parquet file after another, each of one hour's events.

Started as a script in an empty environment; it imports little, because its start is a part of a run.

    stdin   the job, one JSON document in a line; then a line for each file: {"rows": path, "to": path, "group_rows": n}
    argv    the folders of duckdb and of signalbox
    stdout  a line for each file that is written: {"written": path}
    exit    0 at the end of stdin; anything else is a fault, and no file that was not told of counts

What it runs is our own, but it holds events of any size, so its memory, time and files are bounded all the same.
"""

import json
import os
import resource
import sys
from typing import Any

sys.path += sys.argv[1:3]

# The package `duckdb` around `_duckdb` imports much that is not needed here and doubles the start of a child.
import _duckdb

from signalbox.adapters.queries.lock import allow_cpu

type Job = dict[str, Any]

SLACK_BYTES = 512 * 1024 * 1024
"""Address space for Python, the engine's code and what it does not count, beside the memory it may use."""


def main() -> None:
    """Write file after file until there is no more to write."""
    job: Job = json.loads(sys.stdin.readline())
    connection = _duckdb.connect(":memory:", config={"threads": "1", "async_threads": "0"})
    connection.execute(f"SET memory_limit = '{job['memory_mb']}MiB'")
    connection.execute(f"SET temp_directory = {quoted(job['spill'])}")
    limit_powers(job)
    for line in sys.stdin:
        allow_cpu(job["cpu_seconds"])
        file = json.loads(line)
        connection.execute(copy_statement(job, file), [file["rows"]])
        sys.stdout.write(json.dumps({"written": file["to"]}) + "\n")
        sys.stdout.flush()


def copy_statement(job: Job, file: Job) -> str:
    """Say it in SQL; sorted, so that readers skip what lies outside their span, and that it is the same each time."""
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in job["columns"].items())
    return f"""
        COPY (SELECT * FROM read_json(?, format = 'array', compression = 'gzip',
                                      maximum_object_size = {job["largest_row"]}, columns = {{{columns}}})
              ORDER BY received_ms, event_id)
        TO {quoted(file["to"])} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {file["group_rows"]})
    """  # noqa: S608 - of our own names and numbers


def quoted(path: str) -> str:
    """Write a path as SQL's text."""
    return "'" + path.replace("'", "''") + "'"


def limit_powers(job: Job) -> None:
    """Bound memory and file sizes, and let it start nothing."""
    for limit, value in (
        (resource.RLIMIT_AS, job["memory_mb"] * 1024 * 1024 + SLACK_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, job["file_bytes"]),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    main()
    # Everything is written and told of; taking the engine down in good order would only take time.
    os._exit(0)
