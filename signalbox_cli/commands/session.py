"""Signing in and out, and who has."""

import sys
from typing import Annotated, Any

import typer

from signalbox_cli.api import Api, with_tokens
from signalbox_cli.desk import Desk, is_terminal, opened, secret_of
from signalbox_cli.errors import Refused, Stop
from signalbox_cli.options import JsonOption, ProfileOption
from signalbox_cli.profiles import Profile

_PASSWORD = "SIGNALBOX_PASSWORD"  # noqa: S105 - a variable's name
_NEW_PASSWORD = "SIGNALBOX_NEW_PASSWORD"  # noqa: S105 - a variable's name
_UNPROCESSABLE = 422


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(login)
    app.command()(logout)
    app.command()(whoami)


def login(
    ctx: typer.Context,
    url: Annotated[
        str | None, typer.Option("--url", help="The API's address, such as https://api.example.com; else as last time.")
    ] = None,
    username: Annotated[str | None, typer.Option("--username", help="Asked for where it is left out.")] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    profile: ProfileOption = None,
) -> None:
    """Sign in. The password is asked for, or read from SIGNALBOX_PASSWORD or standard input, and kept nowhere."""
    desk = opened(ctx, profile)
    standing = desk.profiles.find(desk.profile_name)
    address = url or desk.surroundings.environ.get("SIGNALBOX_URL") or (standing.url if standing else None)
    if address is None:
        raise Stop("Sign in where? Give the API's address: signalbox login --url https://…")
    if username is None:
        username = standing.username if standing and standing.username and not is_terminal() else _asked("User name")
    api = desk.api_of(Profile(address.rstrip("/"), username))
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else secret_of(desk, _PASSWORD, "Password")
    told = api.begin_session("", {"username": username, "password": password})
    if told.get("challenge"):
        told = _with_new_password(desk, api, told["session"])
    signed_in = with_tokens(api.profile, told, desk.surroundings.now())
    desk.profiles.save(desk.profile_name, signed_in)
    _choose_partner(desk, standing.partner_id if standing and standing.url == signed_in.url else None)


def logout(ctx: typer.Context, profile: ProfileOption = None) -> None:
    """Sign out, and forget the tokens."""
    desk = opened(ctx, profile)
    if desk.profiles.find(desk.profile_name) is None:
        desk.screen.say(f"Nobody is signed in under the profile '{desk.profile_name}'.")
        return
    try:
        desk.api.end_session()
    finally:
        desk.profiles.forget(desk.profile_name)
    desk.screen.say("Signed out.")


def whoami(ctx: typer.Context, profile: ProfileOption = None, as_json: JsonOption = False) -> None:
    """Show who is signed in, where, and with what role."""
    desk = opened(ctx, profile, as_json=as_json)
    me = desk.api.get("/me")
    shown = {**me, "url": desk.api.profile.url, "partner": desk.api.profile.partner_id}
    if not as_json:
        shown["partners"] = ", ".join(f"{each['name']} ({each['partnerId']})" for each in me["partners"]) or None
    titles = {
        "username": "User", "email": "E-mail", "role": "Role", "url": "API", "environment": "Environment",
        "mayTrigger": "May trigger", "partners": "Partners", "partner": "Default partner",
    }  # fmt: skip
    desk.screen.thing(shown, titles=titles)


def _with_new_password(desk: Desk, api: Api, session: str) -> Any:
    """Set a password of one's own; asked again while it is refused, where somebody is there to be asked."""
    desk.screen.say("This password was for once; choose one of your own.")
    while True:
        chosen = secret_of(desk, _NEW_PASSWORD, "New password", confirm=True)
        try:
            return api.begin_session(
                "/new-password", {"username": api.profile.username, "session": session, "newPassword": chosen}
            )
        except Refused as refused:
            if refused.status != _UNPROCESSABLE or not is_terminal() or _NEW_PASSWORD in desk.surroundings.environ:
                raise
            desk.screen.say(str(refused), style="red")


def _choose_partner(desk: Desk, earlier: str | None) -> None:
    """Keep the partner chosen earlier where it may still be seen, or take the only one there is."""
    me = desk.api.get("/me")
    seen = [each["partnerId"] for each in me["partners"]]
    chosen = earlier if earlier in seen else seen[0] if len(seen) == 1 else None
    desk.choose(chosen)
    about = f"partner {chosen}" if chosen else f"{len(seen)} partners: choose one with signalbox partners use"
    desk.screen.say(f"Signed in as {me['username']} ({me['role']}), {me['environment']}, {about}.")


def _asked(title: str) -> str:
    answered: str = typer.prompt(title, err=True)
    return answered
