"""Signing in with Cognito: what is asked of it, and what is told of what it answers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.stub import Stubber

from signalbox.adapters.cognito import CognitoSignIn, cognito_client
from signalbox.domain.errors import (
    Ambiguous,
    Forbidden,
    Invalid,
    Misconfigured,
    SignalboxError,
    Throttled,
    Transient,
    Unauthorized,
)
from signalbox.domain.signing_in import PasswordChallenge, Tokens
from tests.contract.loopback import answering, closed_port, hang_up, serving

RESULT = {"IdToken": "id", "AccessToken": "access", "RefreshToken": "refresh", "ExpiresIn": 900}

CALLS: list[Callable[[CognitoSignIn], object]] = [
    lambda desk: desk.sign_in("ada", "password"),
    lambda desk: desk.set_password("ada", "session" * 5, "a new password"),
    lambda desk: desk.refresh("refresh"),
    lambda desk: desk.revoke("refresh"),
]


@pytest.fixture(autouse=True)
def _aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)


def _answered(
    operation: str, answer: dict[str, Any], asked: dict[str, Any], call: Callable[[CognitoSignIn], Any]
) -> Any:
    client = cognito_client()
    with Stubber(client) as stubber:
        stubber.add_response(operation, answer, {"ClientId": "client", **asked})
        return call(CognitoSignIn(lambda: client, "client"))


def test_a_right_password_gives_the_id_token() -> None:
    asked = {"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": "ada", "PASSWORD": "password"}}

    tokens = _answered("initiate_auth", {"AuthenticationResult": RESULT}, asked, CALLS[0])

    assert tokens == Tokens("id", timedelta(minutes=15), "refresh")
    assert "id" not in repr(tokens).replace("timedelta", "")


def test_a_password_for_once_asks_for_another() -> None:
    asked = {"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": "ada", "PASSWORD": "password"}}
    challenge = {"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "session" * 5}

    assert _answered("initiate_auth", challenge, asked, CALLS[0]) == PasswordChallenge("session" * 5)


def test_a_password_of_ones_own_signs_in() -> None:
    asked = {
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "Session": "session" * 5,
        "ChallengeResponses": {"USERNAME": "ada", "NEW_PASSWORD": "a new password"},
    }

    assert _answered("respond_to_auth_challenge", {"AuthenticationResult": RESULT}, asked, CALLS[1]).token == "id"


def test_a_refresh_token_gives_another_token_and_stays() -> None:
    asked = {"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {"REFRESH_TOKEN": "refresh"}}
    result = {name: value for name, value in RESULT.items() if name != "RefreshToken"}

    tokens = _answered("initiate_auth", {"AuthenticationResult": result}, asked, CALLS[2])

    assert tokens == Tokens("id", timedelta(minutes=15))


def test_signing_out_revokes_the_refresh_token() -> None:
    assert _answered("revoke_token", {}, {"Token": "refresh"}, CALLS[3]) is None


def test_a_challenge_that_nobody_can_answer_needs_an_operator() -> None:
    asked = {"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {"REFRESH_TOKEN": "refresh"}}

    with pytest.raises(Misconfigured, match="SMS_MFA"):
        _answered("initiate_auth", {"ChallengeName": "SMS_MFA", "Session": "session" * 5}, asked, CALLS[2])


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, "NotAuthorizedException", Unauthorized),
        (400, "UserNotFoundException", Unauthorized),
        (400, "PasswordResetRequiredException", Forbidden),
        (400, "InvalidPasswordException", Invalid),
        (400, "TooManyRequestsException", Throttled),
        (400, "ResourceNotFoundException", Misconfigured),
        (500, "InternalErrorException", Ambiguous),
    ],
)
def test_a_refusal_is_told_as_what_it_is(
    monkeypatch: pytest.MonkeyPatch,
    call: Callable[[CognitoSignIn], object],
    status: int,
    code: str,
    error: type[SignalboxError],
) -> None:
    with serving(answering(status, code)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)

        with pytest.raises(error) as refusal:
            call(CognitoSignIn(cognito_client, "client"))

    assert type(refusal.value) is error


def test_a_wrong_password_and_an_unknown_user_are_told_in_one_text(monkeypatch: pytest.MonkeyPatch) -> None:
    told = set()
    for code in ("NotAuthorizedException", "UserNotFoundException", "UserNotConfirmedException"):
        with serving(answering(400, code)) as server:
            monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
            with pytest.raises(Unauthorized) as refusal:
                CALLS[0](CognitoSignIn(cognito_client, "client"))
        told.add(str(refusal.value))

    assert told == {"wrong user name or password"}


def test_a_cognito_that_is_not_there_asks_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", closed_port())

    with pytest.raises(Transient):
        CALLS[0](CognitoSignIn(cognito_client, "client"))


def test_a_call_that_is_not_answered_is_not_taken_for_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(hang_up) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        with pytest.raises(Ambiguous):
            CALLS[0](CognitoSignIn(cognito_client, "client"))

    assert b"Authorization" not in server.requests[0]
