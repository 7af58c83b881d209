"""The virtual environments, three because MiniStack pins botocore and the SAM CLI pins boto3.

Standard library only: this runs before any of them exists.
"""

import hashlib
import importlib.util
import json
import shutil
import sys
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from local.places import DEVELOPMENT, LOCAL, MINISTACK, ROOT, SAM
from local.progress import Stop, run, step


@dataclass(frozen=True)
class Environment:
    """One virtual environment, what goes into it, and the files that its contents follow from."""

    name: str
    home: Path
    install: Sequence[str]
    sources: Sequence[str]


ENVIRONMENTS = (
    Environment(
        "development",
        DEVELOPMENT,
        ("--constraint", "layers/constraints.txt", "--constraint", "constraints/dev.txt", "--editable", ".[dev]"),
        (
            "pyproject.toml",
            "constraints/dev.txt",
            "layers/constraints.txt",
            "layers/core/requirements.txt",
            "layers/query/requirements.txt",
            "layers/content/requirements.txt",
        ),
    ),
    Environment("sam", SAM, ("--requirement", "constraints/sam.txt"), ("constraints/sam.txt",)),
    Environment(
        "ministack",
        MINISTACK,
        ("--requirement", "constraints/ministack.txt"),
        ("constraints/ministack.txt",),
    ),
)


def set_up(environments: Sequence[Environment] = ENVIRONMENTS) -> None:
    """Make each environment that is missing or out of date; does nothing, at once, where all are right."""
    _require_modules()
    stale = [environment for environment in environments if not _is_current(environment)]
    if stale:
        with (
            step("Environments: " + ", ".join(environment.name for environment in stale)),
            ThreadPoolExecutor() as pool,
        ):
            list(pool.map(_make, stale))


def _require_modules() -> None:
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            raise Stop(
                f"This Python 3.13 lacks the module {module}, which Debian and Ubuntu package apart: "
                "apt-get install python3.13-venv"
            )


def _is_current(environment: Environment) -> bool:
    stamp = _stamp(environment)
    return stamp.exists() and stamp.read_text() == _fingerprint(environment)


def _make(environment: Environment) -> None:
    shutil.rmtree(environment.home, ignore_errors=True)
    log = f"setup-{environment.name}"
    run([sys.executable, "-m", "venv", environment.home], log)
    run(
        [
            environment.home / "bin" / "python",
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            *environment.install,
        ],
        log,
    )
    # Last, so that an environment whose making was broken off is made again.
    _stamp(environment).write_text(_fingerprint(environment))


def _stamp(environment: Environment) -> Path:
    LOCAL.mkdir(exist_ok=True)
    return environment.home / "made-from"


def _fingerprint(environment: Environment) -> str:
    content = b"".join(_installed_from(ROOT / source) for source in environment.sources)
    return hashlib.sha256(f"{sys.version} {environment.home}".encode() + content).hexdigest()


def _installed_from(source: Path) -> bytes:
    """Return what an installation takes from `source`: of pyproject.toml not the settings of the tools."""
    content = source.read_bytes()
    if source.name == "pyproject.toml":
        settings = tomllib.loads(content.decode())
        return json.dumps([settings["project"], settings["tool"]["setuptools"]]).encode()
    return content
