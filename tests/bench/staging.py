"""What the benchmarks run on: an environment of their own, and each function with bytecode, as a layer ships it."""

import compileall
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any

import botocore

from local.environments import Environment, set_up
from local.places import DEVELOPMENT, LOCAL, ROOT
from tests import certificates

HERE = Path(__file__).parent
STAGE = LOCAL / "bench"
PINS = "constraints/bench.txt"
ENVIRONMENT = Environment("bench", LOCAL / "venvs" / "bench", ("--requirement", PINS), (PINS,))
PYTHON = ENVIRONMENT.home / "bin" / "python"

TABLES = ("Events", "Identities", "Unidentified", "Quarantine", "Contacts", "Registry", "Idempotency")

SOURCES: Mapping[str, Sequence[Path]] = {
    "ours": (ROOT / "functions" / "collect",),
    "baseline": (HERE / "baseline",),
    "floor": (HERE / "floor",),
}


@dataclass(frozen=True)
class Stage:
    """Where each function was put, and the environment that all of them run in."""

    folders: Mapping[str, Sequence[str]]
    variables: Mapping[str, str]

    def command(self, mode: str, events: Path, function: str | None) -> list[str]:
        """Give the command line of `driver.py` for a function, or for none."""
        folders = self.folders[function] if function else ()
        return [str(PYTHON), "-W", "ignore", str(HERE / "driver.py"), mode, str(events), *folders]


@contextmanager
def staged() -> Iterator[Stage]:
    """Set up the environment, stage the functions and answer for DynamoDB."""
    set_up([ENVIRONMENT])
    shutil.rmtree(STAGE, ignore_errors=True)
    layer = _with_bytecode(ROOT / "layers" / "core" / "signalbox", STAGE / "layer" / "signalbox").parent
    folders = {
        name: [str(_with_bytecode(source, STAGE / name)), *([] if name == "baseline" else [str(layer)])]
        for name, [source] in SOURCES.items()
    }
    bundle = _bundle(certificates.make(STAGE))
    with answering(STAGE / "certificate.pem") as url:
        yield Stage(folders, _variables(url, bundle))


def save(name: str, content: Any) -> Path:
    """Keep something for the processes to read."""
    path = STAGE / f"{name}.json"
    path.write_text(json.dumps(content))
    return path


def _with_bytecode(source: Path, target: Path) -> Path:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    if not compileall.compile_dir(target, quiet=1, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH):
        raise RuntimeError(f"{target.name} does not compile")
    return target


def _bundle(certificate: Path) -> Path:
    """Put the certificate among as many as a client has to load in earnest."""
    bundle = STAGE / "bundle.pem"
    everybody = Path(botocore.__file__).parent / "cacert.pem"
    bundle.write_bytes(everybody.read_bytes() + certificate.read_bytes().partition(b"-----END PRIVATE KEY-----\n")[2])
    return bundle


def _variables(url: str, bundle: Path) -> dict[str, str]:
    tables = {f"{name.upper()}_TABLE": name for name in TABLES}
    return tables | {
        "PATH": os.environ["PATH"],
        "AWS_LAMBDA_FUNCTION_NAME": "collect",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "A" * 20,
        "AWS_SECRET_ACCESS_KEY": "s" * 40,
        "AWS_SESSION_TOKEN": "t" * 800,  # about as long as Lambda's
        "AWS_ENDPOINT_URL_DYNAMODB": url,
        "AWS_CA_BUNDLE": str(bundle),
        "SERVICE_NAME": "signalbox-collect",
        "POWERTOOLS_SERVICE_NAME": "baseline",
        "EVENT_RETENTION_DAYS": "45",
    }


@contextmanager
def answering(certificate: Path) -> Iterator[str]:
    """Start what answers for AWS under a certificate; give its address."""
    command = [str(DEVELOPMENT / "bin" / "python"), "-m", "tests.bench.answering", str(certificate)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait(timeout=10)
