"""Who asks: the claims of a Cognito id token, as API Gateway hands them on once it has checked the token."""

from collections.abc import Mapping
from typing import Any

from signalbox.domain.access import User, strongest
from signalbox.domain.errors import Unauthorized
from signalbox.wire.admin.base import Wire


def user_of(event: Mapping[str, Any]) -> User | None:
    """Give who signed in, None for nobody; nothing that the caller wrote is believed, the header least of all.

    Raises Unauthorized for an access token, which does not say which partners somebody is assigned to.
    """
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    claims = (authorizer.get("jwt") or {}).get("claims")
    if not claims:
        return None
    if claims.get("token_use") != "id":
        raise Unauthorized("send the id token of the sign-in, not the access token")
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


class SignIn(Wire):
    """Where to sign in: Cognito's InitiateAuth with USER_PASSWORD_AUTH, at this address, for this client."""

    address: str
    client_id: str
