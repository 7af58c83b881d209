"""Serves the API with `sam local start-api`: the function in Lambda's image, against the local stack's store."""

import ipaddress
import json
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import yaml

from local.deployment import Deployment, function_variables
from local.ministack import MiniStack, aws_environ
from local.places import LOCAL, ROOT, SAM
from local.progress import Stop, await_true, tail

DEFAULT_PORT = 3000
_BUILT = LOCAL / "build"
_START_SECONDS = 120
_STOP_SECONDS = 30


@contextmanager
def serving(stack: MiniStack, deployment: Deployment, port: int, log: Path) -> Iterator[str]:
    """Serve on 127.0.0.1:`port`, with the output in `log`, for as long as the block lasts; yields the address."""
    _require_docker()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # So it is in a shell's background job, and what is started here would inherit it and not hear an interrupt.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    with ExitStack() as processes, log.open("w") as output:
        address = _bridge_address()
        if address:
            relay = [sys.executable, "-m", "local.relay", address, str(stack.port)]
            processes.enter_context(_process(relay, output.fileno(), stack))
        endpoint = f"http://{address or 'host.docker.internal'}:{stack.port}"
        command = [
            *(str(SAM / "bin" / "sam"), "local", "start-api", "--host", "127.0.0.1", "--port", str(port)),
            *("--config-file", str(ROOT / "samconfig.toml"), "--config-env", "local", "--skip-pull-image"),
            *("--template", str(_template()), "--env-vars", str(_variables(deployment, endpoint))),
        ]
        sam = processes.enter_context(_process(command, output.fileno(), stack))
        served = f"http://127.0.0.1:{port}"
        await_true(lambda: sam.poll() is not None or _answers(served), _START_SECONDS)
        if not _answers(served):
            raise Stop(f"sam local start-api did not start; the end of {log}:\n{tail(log)}")
        yield served


def _require_docker() -> None:
    if (
        shutil.which("docker") is None
        or subprocess.run(["docker", "info"], capture_output=True, check=False).returncode
    ):
        raise Stop("A running Docker engine is needed: sam local runs the function in a container.")


def _bridge_address() -> str | None:
    """Return this machine's address on Docker's bridge; None where Docker runs in a machine of its own."""
    if sys.platform != "linux":
        return None
    asked = subprocess.run(["docker", "network", "inspect", "bridge"], capture_output=True, text=True, check=True)
    settings = json.loads(asked.stdout)[0]["IPAM"]["Config"][0]
    # The engine leaves the gateway out until a container has run; it is the network's first address then.
    return str(settings.get("Gateway") or ipaddress.ip_network(settings["Subnet"])[1])


def _template() -> Path:
    """Write the built template with AWS_ENDPOINT_URL in it: SAM sets no variable that the template does not name."""
    template: dict[str, Any] = yaml.safe_load((_BUILT / "template.yaml").read_text())
    template["Globals"]["Function"]["Environment"] = {"Variables": {"AWS_ENDPOINT_URL": ""}}
    path = _BUILT / "container-api.yaml"
    path.write_text(yaml.safe_dump(template))
    return path


def _variables(deployment: Deployment, endpoint: str) -> Path:
    """Write the deployed function's own variables: to SAM the name of a table is what the template calls it."""
    variables = function_variables(deployment, "CollectFunction") | {"AWS_ENDPOINT_URL": endpoint}
    path = LOCAL / "container-api.json"
    path.write_text(json.dumps({"CollectFunction": variables}))
    return path


@contextmanager
def _process(command: list[str], output: int, stack: MiniStack) -> Iterator[subprocess.Popen[bytes]]:
    environ = aws_environ(stack.endpoint) | {"SAM_CLI_TELEMETRY": "0"}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
    )
    try:
        yield process
    finally:
        # Interrupted and not terminated: only then SAM removes its containers.
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
    return True
