"""Contacts: what is known of a person, and the person's rights to be told all of it and to have it erased."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from signalbox_cli.desk import Desk, opened
from signalbox_cli.errors import Stop
from signalbox_cli.options import JsonOption, PartnerOption, ProfileOption, YesOption
from signalbox_cli.showing import Screen, as_document
from signalbox_cli.stories import tell_contact
from signalbox_cli.text_files import kept, write

_LISTS = ("decisions", "events", "quarantined", "mappings", "heldEvents")
_SOON_S = 60.0
"""An erasure that can be gone on with so soon is waited for; its last part comes a quarter of an hour later."""

contacts = typer.Typer(no_args_is_help=True, help="People: what is known of them, told and erased.")

AddressArgument = Annotated[str, typer.Argument(metavar="ADDRESS")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(contacts, name="contacts")


@contacts.command()
def show(
    ctx: typer.Context,
    address: AddressArgument,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what is known of a person: traits, lists, what stands against messaging them."""
    desk = opened(ctx, profile, partner, as_json)
    found = desk.api.get(desk.here("contacts", address))
    if as_json:
        desk.screen.json(found)
    else:
        tell_contact(desk.screen, found)


@contacts.command()
def export(
    ctx: typer.Context,
    address: AddressArgument,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write it there; else to standard output.")
    ] = None,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
) -> None:
    """Give all that is stored about a person, as one JSON document."""
    desk = opened(ctx, profile, partner)
    whole: dict[str, Any] = {"identity": None, "contact": None, **{name: [] for name in _LISTS}}
    for part in _parts(desk, address):
        whole["identity"], whole["contact"] = part["identity"], whole["contact"] or part["contact"]
        for name in _LISTS:
            whole[name] += [each for each in part[name] if each not in whole[name]]
        desk.screen.say(f"Read up to {part['span']['end']}.")
    if to is None:
        desk.screen.json(whole)
    else:
        write(to, kept(as_document(whole)))
        desk.screen.say(f"It is in {to}.")


@contacts.command()
def erase(
    ctx: typer.Context,
    address: AddressArgument,
    yes: YesOption = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Stay until all is done, a quarter of an hour and more.")
    ] = False,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase a person for good. It takes two calls a quarter of an hour apart; the same command goes on with it."""
    desk = opened(ctx, profile, partner, as_json)
    where = desk.here("contacts", address)
    if not yes and typer.prompt(f"Type {address} again to erase it for good", err=True) != address:
        raise Stop("Nothing was erased: that is another address.")
    told = _erased(desk, where, wait=wait)
    if as_json:
        desk.screen.json(told)
    else:
        _show_erased(desk.screen, told)
    if not told["isDone"]:
        raise Stop(f"It is not done: copies in files go last. Run the same again at {told['goesOnAt']}, or use --wait.")


def _parts(desk: Desk, address: str) -> Iterator[Any]:
    cursor = None
    while True:
        part = desk.api.get(desk.here("contacts", address, "export"), cursor=cursor)
        yield part
        cursor = part["next"]
        if cursor is None:
            return


def _erased(desk: Desk, where: str, *, wait: bool) -> Any:
    """Go on until it is done, or would have to be waited for."""
    while True:
        told = desk.api.delete(where)
        if told["isDone"]:
            return told
        left_s = datetime.fromisoformat(told["goesOnAt"]).timestamp() - desk.surroundings.now()
        if left_s > _SOON_S and not wait:
            return told
        desk.screen.say(f"Read up to {told['readUpTo']}; goes on at {told['goesOnAt']}.")
        desk.surroundings.sleep(max(left_s, 0))


def _show_erased(screen: Screen, told: Any) -> None:
    rows = [{"what": name, "count": count} for name, count in told["erased"].items()]
    screen.table(rows, {"what": "Erased", "count": "How many"}, none="")
    screen.say(f"{told['mentions']} events about somebody else mention the address, and stay.")
    for each in told["keeps"]:
        screen.say(f"Kept: {each}")
