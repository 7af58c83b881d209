"""Signing in with a Cognito user pool: the few public calls of it that take no credentials of AWS."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from signalbox.adapters.aws_faults import ONE_ATTEMPT, sent_once
from signalbox.domain.errors import Forbidden, Invalid, Misconfigured, Reason, Rejected, SignalboxError, Unauthorized
from signalbox.domain.signing_in import PasswordChallenge, Tokens

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

_NEW_PASSWORD: Final = "NEW_PASSWORD_REQUIRED"  # noqa: S105 - the name of a challenge


class _WeakPasswordError(Rejected):
    """The pool's rule does not take the password."""


_ERROR_BY_CODE: Mapping[str, type[SignalboxError]] = {
    "NotAuthorizedException": Unauthorized,
    "UserNotFoundException": Unauthorized,
    "UserNotConfirmedException": Unauthorized,
    "CodeMismatchException": Unauthorized,
    "ExpiredCodeException": Unauthorized,
    "PasswordResetRequiredException": Forbidden,
    "InvalidPasswordException": _WeakPasswordError,
    "InvalidParameterException": Unauthorized,
}
_WRONG = "wrong user name or password"
_OVER = "the sign-in is over: sign in again"


def cognito_client() -> "CognitoIdentityProviderClient":
    """Make the client; where it connects to is AWS_ENDPOINT_URL's to say, which boto3 reads itself."""
    return boto3.client("cognito-idp", config=ONE_ATTEMPT.merge(Config(signature_version=UNSIGNED)))


class CognitoSignIn:
    """The `SignIn` port for one app client, which has no secret; `client` gives what calls Cognito."""

    def __init__(self, client: "Callable[[], CognitoIdentityProviderClient]", client_id: str) -> None:
        self._client = client
        self._client_id = client_id

    def sign_in(self, username: str, password: str) -> Tokens | PasswordChallenge:
        """Call InitiateAuth."""
        answer = self._initiated("USER_PASSWORD_AUTH", {"USERNAME": username, "PASSWORD": password}, _WRONG)
        if answer.get("ChallengeName") == _NEW_PASSWORD:
            return PasswordChallenge(answer["Session"])
        return _tokens(answer)

    def set_password(self, username: str, session: str, new_password: str) -> Tokens:
        """Call RespondToAuthChallenge."""
        responses = {"USERNAME": username, "NEW_PASSWORD": new_password}
        answer: Any = _called(
            lambda: self._client().respond_to_auth_challenge(
                ClientId=self._client_id, ChallengeName=_NEW_PASSWORD, Session=session, ChallengeResponses=responses
            ),
            _OVER,
        )
        return _tokens(answer)

    def refresh(self, refresh_token: str) -> Tokens:
        """Call InitiateAuth."""
        return _tokens(self._initiated("REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": refresh_token}, _OVER))

    def revoke(self, refresh_token: str) -> None:
        """Call RevokeToken."""
        _called(lambda: self._client().revoke_token(ClientId=self._client_id, Token=refresh_token), _OVER)

    def _initiated(self, flow: Any, parameters: Mapping[str, str], refusal: str) -> Any:
        return _called(
            lambda: self._client().initiate_auth(ClientId=self._client_id, AuthFlow=flow, AuthParameters=parameters),
            refusal,
        )


def _called[T](call: Callable[[], T], refusal: str) -> T:
    """Make the call; who is refused hears the same, whatever the reason."""
    try:
        return sent_once("Cognito", call, _ERROR_BY_CODE)
    except Unauthorized:
        raise Unauthorized(refusal) from None
    except Forbidden:
        raise Forbidden("your password was reset: ask an administrator for a new one") from None
    except _WeakPasswordError:
        raise Invalid([Reason("/new_password", "expected at least 12 characters")]) from None


def _tokens(answer: Any) -> Tokens:
    """Take the id token: the access token does not say which partners somebody is assigned to."""
    result = answer.get("AuthenticationResult")
    if not result:
        raise Misconfigured(f"Cognito asks for {answer.get('ChallengeName')}, which nobody here can answer")
    return Tokens(result["IdToken"], timedelta(seconds=result["ExpiresIn"]), result.get("RefreshToken"))
