"""Builds the template and deploys it to a running MiniStack, with the SAM CLI as a team would to AWS."""

import json
import os
import platform
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from local.corrections import apply_corrections
from local.ministack import MiniStack, aws_environ
from local.places import DEVELOPMENT, ROOT, SAM
from local.progress import run

type Words = list[str | Path]


@dataclass(frozen=True)
class Deployment:
    """A deployed stack: where it answers, and the template's Outputs by name."""

    stack_name: str
    aws_endpoint: str
    api: str
    outputs: dict[str, str]

    @property
    def console(self) -> str:
        """Give the console's address, at the API's own host: a browser finds every name under localhost here."""
        return f"{self.outputs['ApiUrl']}/console"


def build() -> None:
    """Run `sam build`; what has not changed comes from its cache."""
    # The layers' libraries must run on this machine, whose Python MiniStack uses.
    on_linux = sys.platform == "linux" and platform.libc_ver()[0] == "glibc"
    path = os.pathsep.join([str(DEVELOPMENT / "bin"), os.environ.get("PATH", os.defpath)])
    environ = os.environ | {
        "PATH": path,
        "PYTHON": str(DEVELOPMENT / "bin" / "python"),
        "ARCHITECTURE": _architecture() if on_linux else "native",
        "SAM_CLI_TELEMETRY": "0",
    }
    command: Words = [SAM / "bin" / "sam", "build", "--config-env", "local", "--parameter-overrides", *_parameters()]
    run(command, "sam-build", environ)


def deploy(ministack: MiniStack) -> Deployment:
    """Run `sam deploy` against `ministack` and return what it made; brings a stack that is there up to date."""
    environ = aws_environ(ministack.endpoint) | {"SAM_CLI_TELEMETRY": "0"}
    command: Words = [SAM / "bin" / "sam", "deploy", "--config-env", "local", "--parameter-overrides", *_parameters()]
    run(command, "sam-deploy", environ)
    deployment = describe(ministack)
    apply_corrections(_session(), ministack.endpoint, deployment.stack_name)
    return deployment


def describe(ministack: MiniStack) -> Deployment:
    """Return the stack that is deployed to `ministack`."""
    name: str = _deploy_settings()["stack_name"]
    stack = (
        _session()
        .client("cloudformation", endpoint_url=ministack.endpoint)
        .describe_stacks(StackName=name)["Stacks"][0]
    )
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    # By path, not by the host name of ApiUrl: not every program resolves names under localhost.
    api = f"{ministack.endpoint}/_aws/execute-api/{outputs['ApiId']}"
    return Deployment(name, ministack.endpoint, api, outputs)


def function_variables(deployment: Deployment, logical_id: str) -> dict[str, str]:
    """Return the environment variables that a deployed function has."""
    client = _session().client("lambda", endpoint_url=deployment.aws_endpoint)
    name = deployment.outputs[f"{logical_id}Name"]
    return client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]


def write_addresses(deployment: Deployment, path: Path, **more: str) -> None:
    """Write what a program needs to use the stack to `path`; `more`, as of old, stays while the API is the same."""
    known = {"api": deployment.api, "aws_endpoint": deployment.aws_endpoint, "stack_name": deployment.stack_name}
    written: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    kept = written if written.get("api") == deployment.api else {}
    path.touch(mode=0o600)
    path.write_text(json.dumps(kept | known | more, indent=2) + "\n")


def known(deployment: Deployment, path: Path, name: str) -> str | None:
    """Return what was written to `path` under a name, while the API is the same."""
    written: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return written.get(name) if written.get("api") == deployment.api else None


def _session() -> boto3.Session:
    return boto3.Session(
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - MiniStack's own, which opens nothing else
        region_name="us-east-1",
    )


def _parameters() -> list[str]:
    """Return samconfig.toml's parameters for the local stack, with this machine's own architecture."""
    given = dict(pair.split("=", 1) for pair in _deploy_settings()["parameter_overrides"])
    return [f"{name}={value}" for name, value in (given | {"Architecture": _architecture()}).items()]


def _architecture() -> str:
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"


def _deploy_settings() -> dict[str, Any]:
    settings: dict[str, Any] = tomllib.loads((ROOT / "samconfig.toml").read_text())
    parameters: dict[str, Any] = settings["local"]["deploy"]["parameters"]
    return parameters
