"""How the engine's child gives up every power for good, once it has loaded what its queries may read."""

import math
import resource
from collections.abc import Sequence

import _duckdb

SLACK_BYTES = 96 * 1024 * 1024
"""Address space for parsing, planning and Python itself, beside what the query may use."""
OPEN_FILES = 256
"""Descriptors where files of history are read: three for each scan of them that a query has under way at once."""

_SETTINGS = (
    "SET TimeZone = 'UTC'",
    "SET temp_directory = ''",
    "SET enable_external_file_cache = false",
    "SET autoload_known_extensions = false",
    "SET autoinstall_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET allow_persistent_secrets = false",
    "SET python_enable_replacements = false",
    "SET errors_as_json = false",
)


def prepare_settings(connection: _duckdb.DuckDBPyConnection) -> None:
    """Set what does not depend on a run."""
    for setting in _SETTINGS:
        connection.execute(setting)


def lock_down(connection: _duckdb.DuckDBPyConnection, memory_mb: int, history: Sequence[str]) -> None:
    """Take away files, network, settings, threads and memory; of files only those of `history` stay readable."""
    used = connection.execute("SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory()").fetchall()[0][0]
    allowed = memory_mb * 1024 * 1024
    if history:
        connection.execute("SET allowed_paths = ?", [list(history)])
    else:
        connection.execute("SET disabled_filesystems = 'LocalFileSystem'")
    connection.execute("SET enable_external_access = false")
    connection.execute(f"SET memory_limit = '{used + allowed}B'")
    connection.execute("SET lock_configuration = true")
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - pathlib would cost its import
        space = int(statm.read().split()[0]) * resource.getpagesize() + allowed + SLACK_BYTES
    for limit, value in (
        (resource.RLIMIT_AS, space),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES if history else 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(limit, (value, value))


def allow_cpu(seconds: int) -> None:
    """Let what comes next use that much CPU time; at its end the kernel stops the process with SIGXCPU."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(usage.ru_utime + usage.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
