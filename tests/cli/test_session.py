"""Signing in and out: what is asked, what is kept, and what is never kept."""

import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from signalbox_cli.profiles import Profiles
from tests.cli.cognito import FOR_ONCE, OWN, RENEWED, Cognito, serving
from tests.cli.terminal import NOW, TOKEN, URL, AdminTransport, Terminal, terminal_of
from tests.functions.admin import ADMIN, EDITOR, Admin

LOGIN = ("login", "--url", URL, "--username", "edda")


@pytest.fixture
def cognito(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cognito]:
    cognito = Cognito()
    with serving(cognito) as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", address)
        yield cognito


@pytest.fixture
def terminal(cognito: Cognito, admin: Admin, tmp_path: Path) -> Terminal:
    return terminal_of(admin, tmp_path / "config", {**(EDITOR or {}), "custom:partners": "partner_1"})


def test_signing_in_asks_for_the_password_and_keeps_the_tokens_for_the_owner_alone(terminal: Terminal) -> None:
    result = terminal.type(*LOGIN, answer=f"{OWN}\n")

    kept = terminal.folder / "profiles.json"
    assert result.exit_code == 0
    assert "Signed in as edda (editor), local, partner partner_1." in result.stderr
    assert OWN not in result.output
    assert (TOKEN in kept.read_text(), OWN in kept.read_text()) == (True, False)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_the_password_may_come_from_the_environment_or_from_standard_input(terminal: Terminal) -> None:
    replace(terminal, environ={"SIGNALBOX_PASSWORD": OWN}).done(*LOGIN)
    terminal.done("logout")
    terminal.done(*LOGIN, "--password-stdin", answer=f"{OWN}\n")

    assert terminal.json("whoami")["username"] == "edda"


def test_a_wrong_password_is_told_and_nothing_is_kept(terminal: Terminal) -> None:
    sentence = terminal.stopped(*LOGIN, answer="wrong\n")

    assert "Wrong user name or password" in sentence
    assert not (terminal.folder / "profiles.json").exists()


def test_a_password_for_once_is_changed_on_the_way(terminal: Terminal) -> None:
    refused = terminal.stopped(*LOGIN, answer=f"{FOR_ONCE}\nshort\nshort\n")
    taken = terminal.type(*LOGIN, answer=f"{FOR_ONCE}\n{OWN}\n{OWN}\n")

    assert "/newPassword: expected at least" in refused
    assert (taken.exit_code, "choose one of your own" in taken.stderr) == (0, True)


def test_signing_in_again_knows_the_address_and_keeps_the_partner(
    cognito: Cognito, admin: Admin, tmp_path: Path
) -> None:
    terminal = replace(terminal_of(admin, tmp_path, ADMIN), environ={"SIGNALBOX_PASSWORD": OWN})
    first = terminal.type(*LOGIN)
    terminal.done("partners", "use", "partner_2")
    second = terminal.type("login")

    assert "2 partners: choose one" in first.stderr
    assert "partner partner_2" in second.stderr


def test_profiles_are_apart(terminal: Terminal) -> None:
    terminal.done(*LOGIN, answer=f"{OWN}\n")
    terminal.done(*LOGIN, "--profile", "other", answer=f"{OWN}\n")
    terminal.done("logout", "--profile", "other")

    assert "'other'" in terminal.stopped("whoami", "--profile", "other")
    assert "edda" in terminal.done("whoami")


def test_signing_out_revokes_the_token_and_forgets_it(terminal: Terminal, cognito: Cognito) -> None:
    terminal.done(*LOGIN, answer=f"{OWN}\n")

    terminal.done("logout")

    assert cognito.revoked == ["refresh"]
    assert Profiles(terminal.folder).find("default") is None
    assert "sign in first" in terminal.stopped("whoami")
    assert "Nobody is signed in" in terminal.type("logout").stderr


def test_a_token_that_ends_is_renewed_and_kept(terminal: Terminal) -> None:
    terminal.done(*LOGIN, answer=f"{OWN}\n")
    assert isinstance(terminal.transport, AdminTransport)
    terminal.transport.token = RENEWED

    later = replace(terminal, now=lambda: NOW + 850)
    shown = later.json("whoami")

    kept = Profiles(terminal.folder).find("default")
    assert shown["username"] == "edda"
    assert kept is not None
    assert (kept.access_token, kept.refresh_token, kept.expires_at) == (RENEWED, "refresh", NOW + 850 + 900)
    asked = [each.url.path.rpartition("/")[2] for each in terminal.transport.requests]
    assert asked == ["session", "me", "refresh", "me"]


def test_a_token_that_is_refused_before_its_time_is_renewed_once(terminal: Terminal) -> None:
    terminal.done(*LOGIN, answer=f"{OWN}\n")
    assert isinstance(terminal.transport, AdminTransport)
    terminal.transport.token = RENEWED

    assert terminal.json("whoami")["username"] == "edda"


def test_a_sign_in_that_has_ended_says_so(terminal: Terminal, cognito: Cognito) -> None:
    terminal.done(*LOGIN, answer=f"{OWN}\n")
    cognito.revoked.append("refresh")

    later = replace(terminal, now=lambda: NOW + 3600)

    assert "sign in again" in later.stopped("whoami")


@pytest.mark.parametrize("url", ["http://api.example.com", "ftp://api.example.com", "api.example.com"])
def test_a_password_is_sent_over_tls_alone(terminal: Terminal, url: str) -> None:
    sentence = terminal.stopped("login", "--url", url, "--username", "edda", answer=f"{OWN}\n")

    assert "must begin with https://" in sentence
    assert isinstance(terminal.transport, AdminTransport)
    assert terminal.transport.requests == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:4000", "http://x.execute-api.localhost:4000", "http://[::1]:4000"])
def test_this_machine_needs_no_tls(terminal: Terminal, url: str) -> None:
    terminal.done("login", "--url", url, "--username", "edda", answer=f"{OWN}\n")


def test_nobody_is_asked_where_to_sign_in(terminal: Terminal) -> None:
    assert "--url" in terminal.stopped("login")


def test_a_damaged_file_of_profiles_says_what_to_do(terminal: Terminal) -> None:
    terminal.folder.mkdir()
    (terminal.folder / "profiles.json").write_text("{")

    assert "sign in again" in terminal.stopped("whoami")


def test_an_address_that_does_not_answer_is_told(tmp_path: Path) -> None:
    class Silent(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("refused")

    assert "does not answer" in Terminal(Silent(), tmp_path).signed_in().stopped("whoami")


def test_a_page_that_is_no_answer_of_ours_is_told_as_such(tmp_path: Path) -> None:
    page = httpx.MockTransport(lambda _request: httpx.Response(502, text="<html>"))

    assert "answered 502" in Terminal(page, tmp_path).signed_in().stopped("whoami")
