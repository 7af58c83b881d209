"""The commands behind the Makefile: python -m local setup | up | demo | start-api | down."""

import os
import sys
import threading
from typing import TYPE_CHECKING

from local import environments, ministack
from local.places import LOCAL, LOGS, ROOT
from local.progress import Stop, step

if TYPE_CHECKING:
    from local.deployment import Deployment

_ADDRESSES = LOCAL / "stack.json"
_LAST_PORT = 65535


def setup() -> None:
    """Make the virtual environments."""
    environments.set_up()


def up() -> None:
    """Bring the whole stack up, or up to date; the partner that a demo made stays known."""
    # Imported here and below, because setup runs before boto3 is installed.
    from local import deployment, users  # noqa: PLC0415

    with step("MiniStack, a local AWS"):
        stack = ministack.start(LOCAL, _port())
    with step("sam build"):
        deployment.build()
    with step("sam deploy"):
        deployed = deployment.deploy(stack)
    sign_in = users.ensure_user(deployed, password=deployment.known(deployed, _ADDRESSES, "password"))
    deployment.write_addresses(deployed, _ADDRESSES, username=sign_in.username, password=sign_in.password)
    _show_addresses(deployed)


def demo() -> None:
    """Tell the story of an event on the stack that is up."""
    from local import demo as story  # noqa: PLC0415
    from local import deployment  # noqa: PLC0415

    deployed = deployment.describe(_running())
    set_up = story.tell(deployed)
    partner_id, secret = set_up.partner.partner_id, set_up.secret
    deployment.write_addresses(deployed, _ADDRESSES, partner_id=partner_id, partner_secret=secret)
    _show_addresses(deployed)


def start_api() -> None:
    """Serve the API from a container, against the stack that is up, until interrupted."""
    from local import container_api, deployment  # noqa: PLC0415

    stack = _running()
    port = _port() or container_api.DEFAULT_PORT
    with container_api.serving(stack, deployment.describe(stack), port, LOGS / "start-api.log") as address:
        print(f"  {address}/http/v1/collect   (the first request builds an image; Ctrl-C stops it)")
        threading.Event().wait()


def down() -> None:
    """Stop MiniStack; all that was in it is gone."""
    print("  MiniStack is stopped." if ministack.stop(LOCAL) else "  MiniStack does not run.")


def _running() -> ministack.MiniStack:
    stack = ministack.running(LOCAL)
    if stack is None:
        raise Stop("No stack is up; make up brings it up.")
    return stack


def _show_addresses(deployed: "Deployment") -> None:
    from local.deployment import known  # noqa: PLC0415

    print(f"\n  Console        {deployed.console}")
    print(f"  Sign in as     {known(deployed, _ADDRESSES, 'username')}")
    print(f"  with           {known(deployed, _ADDRESSES, 'password')}")
    print(f"  API            {deployed.api}\n  AWS endpoint   {deployed.aws_endpoint}")
    print(f"  The same, for programs: {_ADDRESSES.relative_to(ROOT)}\n  make down stops it.\n")


def _port() -> int | None:
    given = os.environ.get("PORT")
    if not given:
        return None
    if not given.isdecimal() or not 0 < int(given) <= _LAST_PORT:
        raise Stop(f"PORT is '{given}'; it must be a number from 1 to {_LAST_PORT}.")
    return int(given)


def main(words: list[str]) -> int:
    """Run the command that `words` name; 1 after saying why it could not be done."""
    commands = {"setup": setup, "up": up, "demo": demo, "start-api": start_api, "down": down}
    if len(words) != 1 or words[0] not in commands:
        print(f"usage: python -m local {' | '.join(commands)}", file=sys.stderr)
        return 2
    # A person's own profile or region must not lead anything here to a real account.
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    try:
        commands[words[0]]()
    except Stop as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


sys.exit(main(sys.argv[1:]))
