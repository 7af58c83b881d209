"""Starts and stops MiniStack, on 127.0.0.1 only, and knows it again by the process id it has written down."""

import json
import os
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path

from local.places import MINISTACK
from local.progress import Stop, await_true, tail

DEFAULT_PORT = 4566
_HOST = "127.0.0.1"
_START_SECONDS = 60
_STOP_SECONDS = 10


_children: list[subprocess.Popen[bytes]] = []
"""Those that this process started: forgotten, Python would warn that they still run, as they are meant to."""


@dataclass(frozen=True)
class MiniStack:
    """A MiniStack that was started for `home`, the folder that holds its state and log."""

    pid: int
    port: int

    @property
    def endpoint(self) -> str:
        """The address that every AWS client is given."""
        return f"http://{_HOST}:{self.port}"


def running(home: Path) -> MiniStack | None:
    """Return the MiniStack that was started for `home` and still runs."""
    record = _record(home)
    if not record.exists():
        return None
    started = MiniStack(**json.loads(record.read_text()))
    return started if _is_ministack(started.pid) else None


def start(home: Path, port: int | None) -> MiniStack:
    """Return the MiniStack of `home`, started where it does not run yet, on `port` or else the default one."""
    started = running(home)
    if started:
        if port not in (None, started.port):
            raise Stop(f"MiniStack runs on port {started.port} already; to move it: make down, then PORT={port} again.")
        return started
    port = port or DEFAULT_PORT
    _require_free(port)
    home.mkdir(parents=True, exist_ok=True)
    process = _launch(home, port)
    started = MiniStack(process.pid, port)
    _record(home).write_text(json.dumps(asdict(started)))
    await_true(lambda: process.poll() is not None or _answers(started), _START_SECONDS)
    if not _answers(started):
        log = _log(home)
        raise Stop(f"MiniStack does not answer on port {port}; the end of {log}:\n{tail(log)}")
    return started


def stop(home: Path) -> bool:
    """Stop the MiniStack of `home` and the functions' processes; False where none runs."""
    started = running(home)
    _record(home).unlink(missing_ok=True)
    if not started:
        return False
    # It leads a process group of its own, in which the functions run.
    os.killpg(started.pid, signal.SIGTERM)
    if not await_true(lambda: not _is_ministack(started.pid), _STOP_SECONDS):
        os.killpg(started.pid, signal.SIGKILL)
    for child in _children:
        child.poll()
    return True


def aws_environ(endpoint: str) -> dict[str, str]:
    """Return the environment in which AWS tools talk to `endpoint` and nowhere else, whatever profiles a person has."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _launch(home: Path, port: int) -> subprocess.Popen[bytes]:
    temporary = home / "tmp"
    temporary.mkdir(exist_ok=True)
    environ = aws_environ(f"http://{_HOST}:{port}") | {
        "BIND_HOST": _HOST,
        "GATEWAY_PORT": str(port),
        # Each function then has its own role's permissions and no more, as on AWS.
        "AUTH": "true",
        "TMPDIR": str(temporary),
        "SFTP_ENABLED": "0",
    }
    with _log(home).open("w") as log:
        process = subprocess.Popen(
            [str(MINISTACK / "bin" / "python"), "-m", "ministack"],
            cwd=home,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _children.append(process)
    return process


def _answers(started: MiniStack) -> bool:
    try:
        urllib.request.urlopen(f"{started.endpoint}/_ministack/ready", timeout=2).close()
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
    return True


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        taken = probe.connect_ex((_HOST, port)) == 0
    if taken:
        raise Stop(f"Port {port} is taken{_taken_by(port)}. Choose another: make demo PORT={port + 1}")


def _taken_by(port: int) -> str:
    """Name the process that listens on `port`, as far as Linux tells it to this user; empty otherwise."""
    table = Path("/proc/net/tcp")
    rows = [row.split() for row in table.read_text().splitlines()[1:]] if table.exists() else []
    sockets = {f"socket:[{row[9]}]" for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}")}
    for descriptor in Path("/proc").glob("[0-9]*/fd/*") if sockets else ():
        try:
            holds = str(descriptor.readlink()) in sockets
            command = (descriptor.parents[1] / "cmdline").read_text() if holds else ""
        except OSError:  # a process that has ended, or another user's
            continue
        if holds:
            return f" by process {descriptor.parts[2]} ({command.replace('\0', ' ').strip()[:80]})"
    return ""


def _is_ministack(pid: int) -> bool:
    """Whether `pid` is the MiniStack of this repository, and not a process that was given its number later."""
    process = Path(f"/proc/{pid}")
    if Path("/proc/self").exists():
        # A process that has ended but is not reaped yet has an empty command line.
        return process.exists() and str(MINISTACK) in (process / "cmdline").read_text()
    command = subprocess.run(["/bin/ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return str(MINISTACK) in command.stdout


def _record(home: Path) -> Path:
    return home / "ministack.json"


def _log(home: Path) -> Path:
    return home / "ministack.log"
