"""Partners and their secrets."""

import re
from typing import Annotated, Any

import typer

from signalbox_cli.desk import Desk, opened
from signalbox_cli.errors import Stop
from signalbox_cli.options import JsonOption, PartnerOption, ProfileOption, YesOption

_ONCE = "This secret is shown this once; keep it where secrets are kept."
_TITLES = {
    "partnerId": "Partner", "name": "Name", "enabled": "Enabled", "lenient": "Lenient", "shards": "Shards",
    "timezone": "Time zone", "caps": "Frequency caps", "secrets": "Secrets", "version": "Version",
    "collectUrl": "Events go to",
}  # fmt: skip

partners = typer.Typer(no_args_is_help=True, help="Partners and their secrets.")
secrets = typer.Typer(
    no_args_is_help=True, help="A partner's secrets: two may live at a time, to change them without a gap."
)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    partners.add_typer(secrets, name="secrets")
    app.add_typer(partners, name="partners")


@partners.command("list")
def list_partners(ctx: typer.Context, profile: ProfileOption = None, as_json: JsonOption = False) -> None:
    """List the partners that you may see."""
    desk = opened(ctx, profile, as_json=as_json)
    columns = {"partnerId": "Partner", "name": "Name", "enabled": "Enabled", "version": "Version"}
    desk.screen.table(desk.api.items("/partners"), columns, none="No partner yet: signalbox partners create NAME")


@partners.command()
def show(
    ctx: typer.Context, partner: PartnerOption = None, profile: ProfileOption = None, as_json: JsonOption = False
) -> None:
    """Show a partner's settings."""
    desk = opened(ctx, profile, partner, as_json)
    _show(desk, desk.api.get(desk.here()))


@partners.command()
def use(
    ctx: typer.Context,
    partner_id: Annotated[str, typer.Argument(metavar="PARTNER_ID")],
    profile: ProfileOption = None,
) -> None:
    """Choose the partner that commands are about where none is named."""
    desk = opened(ctx, profile, partner_id)
    name = desk.api.get(desk.here())["name"]
    desk.choose(partner_id)
    desk.screen.say(f"Commands are about {name} ({partner_id}) from now on.")


@partners.command()
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    timezone: Annotated[str, typer.Option("--timezone", help="For quiet hours, such as Europe/Berlin.")] = "UTC",
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Create a partner, and show its first secret."""
    desk = opened(ctx, profile, as_json=as_json)
    made = desk.api.post("/partners", {"name": name, "timezone": timezone})
    if as_json:
        desk.screen.json(made)
        return
    _show(desk, made["partner"])
    desk.screen.thing({"secret": made["secret"]}, titles={"secret": "Secret"})
    desk.screen.say(_ONCE)


@partners.command()
def update(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Option("--name")] = None,
    enabled: Annotated[
        bool | None, typer.Option("--enable/--disable", help="Take its events and send for it, or refuse both.")
    ] = None,
    lenient: Annotated[
        bool | None, typer.Option("--lenient/--strict", help='Take "3" for 3, with a warning, or refuse it.')
    ] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help="For quiet hours, such as Europe/Berlin.")] = None,
    shards: Annotated[int | None, typer.Option("--shards", min=1, help="It can only grow.")] = None,
    caps: Annotated[
        list[str] | None,
        typer.Option(
            "--cap", metavar="CHANNEL=MESSAGES/SECONDS", help="All the caps there are to be, such as email=3/86400."
        ),
    ] = None,
    no_caps: Annotated[bool, typer.Option("--no-caps", help="No cap at all.")] = False,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change a partner's settings; what is left out stays."""
    desk = opened(ctx, profile, partner, as_json)
    wanted = {"name": name, "enabled": enabled, "lenient": lenient, "timezone": timezone, "shards": shards}
    wanted_caps = {"caps": [_cap(each) for each in caps or ()]} if caps or no_caps else {}
    changes = {member: value for member, value in (wanted | wanted_caps).items() if value is not None}
    if not changes:
        raise Stop("Nothing to change; say what, as with --name.")
    _show(desk, desk.api.patch(desk.here(), changes, etag=desk.api.read(desk.here()).etag))


@secrets.command()
def issue(
    ctx: typer.Context, partner: PartnerOption = None, profile: ProfileOption = None, as_json: JsonOption = False
) -> None:
    """Issue a second secret, which works at once."""
    desk = opened(ctx, profile, partner, as_json)
    made = desk.api.post(desk.here("secrets"))
    desk.screen.thing(made, titles={"secretId": "Name", "secret": "Secret"})
    desk.screen.say(_ONCE)


@secrets.command()
def revoke(
    ctx: typer.Context,
    secret_id: Annotated[str, typer.Argument(metavar="SECRET_ID", help="As partners show names it.")],
    yes: YesOption = False,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
) -> None:
    """Revoke a secret: who sends with it is refused from then on."""
    desk = opened(ctx, profile, partner)
    if not yes:
        typer.confirm(f"Refuse events that are sent with {secret_id}?", abort=True, err=True)
    desk.api.delete(desk.here("secrets", secret_id))
    desk.screen.say(f"{secret_id} is revoked.")


def _show(desk: Desk, partner: Any) -> None:
    if desk.screen.as_json:
        desk.screen.json(partner)
        return
    caps = ", ".join(
        f"{each['messages']} by {each['channel']} in {each['periodSeconds']} s" for each in partner["caps"]
    )
    live = ", ".join(f"{each['secretId']} of {each['issuedAt']}" for each in partner["secrets"])
    desk.screen.thing({**partner, "caps": caps or None, "secrets": live or None}, titles=_TITLES)


def _cap(text: str) -> dict[str, Any]:
    found = re.fullmatch(r"(\w+)=(\d{1,9})/(\d{1,9})", text)
    if found is None:
        raise Stop(f"--cap is '{text}'; write a channel, messages and seconds, such as email=3/86400.")
    return {"channel": found[1], "messages": int(found[2]), "periodSeconds": int(found[3])}
