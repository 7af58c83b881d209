"""Who asks: the claims of a Cognito id token, as API Gateway hands them on once it has checked the token."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from signalbox.domain.access import User, strongest
from signalbox.domain.errors import Unauthorized
from signalbox.domain.signing_in import PasswordChallenge, Tokens
from signalbox.wire.admin.base import Wire, seconds_of


def user_of(event: Mapping[str, Any]) -> User | None:
    """Give who signed in, None for nobody; nothing that the caller wrote is believed, the header least of all.

    Raises Unauthorized for one of Cognito's access tokens, which does not say which partners somebody is assigned to.
    """
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    claims = (authorizer.get("jwt") or {}).get("claims")
    if not claims:
        return None
    if claims.get("token_use") != "id":
        raise Unauthorized("send the token that POST /admin/v1/session gave")
    partners = str(claims.get("custom:partners", "")).split(",")
    return User(
        subject=str(claims["sub"]),
        name=str(claims["cognito:username"]),
        email=claims.get("email"),
        role=strongest(_groups(claims.get("cognito:groups", ""))),
        partner_ids=frozenset(each.strip() for each in partners if each.strip()),
    )


def _groups(claim: object) -> list[str]:
    """Read a list as API Gateway writes one into a claim, `[editor viewer]`."""
    return str(claim).removeprefix("[").removesuffix("]").replace(",", " ").split()


class PartnerName(Wire):
    """A partner to choose."""

    partner_id: str
    name: str


class Me(Wire):
    """Who is signed in, what they may do, and where."""

    username: str
    email: str | None
    role: str
    partners: list[PartnerName]
    environment: str
    may_trigger: bool


class Credentials(Wire):
    """What somebody signs in with."""

    username: Annotated[str, Field(min_length=1, max_length=128)]
    password: Annotated[str, Field(min_length=1, max_length=256, repr=False)]


class NewPassword(Wire):
    """A password of one's own in place of the one that was for once; `session` is the challenge's."""

    username: Annotated[str, Field(min_length=1, max_length=128)]
    session: Annotated[str, Field(min_length=20, max_length=2048, repr=False)]
    new_password: Annotated[str, Field(min_length=1, max_length=256, repr=False)]


class RefreshToken(Wire):
    """What another token is got with."""

    refresh_token: Annotated[str, Field(min_length=1, max_length=8192, repr=False)]


class Session(Wire):
    """What signing in gives: a token for the header `Authorization: Bearer`, or a challenge.

    `refreshToken` is null where the one that was sent goes on. `challenge` is `new_password` where the password was for
    once; `session` is then to be sent with the new one.
    """

    access_token: str | None = None
    refresh_token: str | None = None
    expires_in_seconds: int | None = None
    challenge: str | None = None
    session: str | None = None


def session_of(signed_in: Tokens | PasswordChallenge) -> Session:
    """Show what signing in gave."""
    if isinstance(signed_in, PasswordChallenge):
        return Session(challenge="new_password", session=signed_in.session)
    return Session(
        access_token=signed_in.token,
        refresh_token=signed_in.refresh_token,
        expires_in_seconds=seconds_of(signed_in.expires_in),
    )
