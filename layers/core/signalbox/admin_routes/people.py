"""Routes about signing in, and about who has."""

from collections.abc import Iterator

from signalbox.admin_routes.routing import Call, Reply, Route
from signalbox.domain.access import Role, User
from signalbox.domain.partners import Environment, Partner
from signalbox.ports import Definitions, SignIn
from signalbox.wire.admin import users


def seen_by(user: User, definitions: Definitions) -> Iterator[Partner]:
    """Give the partners that somebody may know of, in the order of their ids."""
    if user.role is Role.ADMIN:
        yield from definitions.partners()
        return
    for partner_id in sorted(user.partner_ids):
        partner = definitions.partner(partner_id)
        if partner is not None:
            yield partner


class PeopleRoutes:
    """Who somebody is here."""

    def __init__(self, *, definitions: Definitions, environment: Environment, sign_in: SignIn) -> None:
        self._definitions = definitions
        self._environment = environment
        self._sign_in = sign_in

    def routes(self) -> tuple[Route, ...]:
        """List them."""
        return (
            Route(
                "POST", "/session", "signIn", "Sign in", None, self._begin, takes=users.Credentials,
                gives=users.Session,
            ),
            Route(
                "POST", "/session/new-password", "setPassword", "Set a password of your own, and sign in with it",
                None, self._set_password, takes=users.NewPassword, gives=users.Session,
            ),
            Route(
                "POST", "/session/refresh", "refreshSession", "Get a fresh token", None, self._refresh,
                takes=users.RefreshToken, gives=users.Session,
            ),
            Route(
                "DELETE", "/session", "signOut", "Sign out: the refresh token is good for nothing from now on",
                None, self._end, takes=users.RefreshToken, status=204,
            ),
            Route("GET", "/me", "me", "Who is signed in, and what they may do", Role.VIEWER, self._me, gives=users.Me),
        )  # fmt: skip

    def _begin(self, call: Call) -> Reply:
        wanted: users.Credentials = call.body
        return Reply(users.session_of(self._sign_in.sign_in(wanted.username, wanted.password)))

    def _set_password(self, call: Call) -> Reply:
        wanted: users.NewPassword = call.body
        tokens = self._sign_in.set_password(wanted.username, wanted.session, wanted.new_password)
        return Reply(users.session_of(tokens))

    def _refresh(self, call: Call) -> Reply:
        return Reply(users.session_of(self._sign_in.refresh(call.body.refresh_token)))

    def _end(self, call: Call) -> Reply:
        self._sign_in.revoke(call.body.refresh_token)
        return Reply()

    def _me(self, call: Call) -> Reply:
        user = call.who
        partners = [
            users.PartnerName(partner_id=each.partner_id, name=each.name) for each in seen_by(user, self._definitions)
        ]
        me = users.Me(
            username=user.name,
            email=user.email,
            role=user.role.word if user.role else "",
            partners=partners,
            environment=self._environment.value,
            may_trigger=self._environment.may_trigger,
        )
        return Reply(me)
