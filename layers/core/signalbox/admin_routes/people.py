"""Routes about who is signed in and where to sign in."""

from collections.abc import Iterator

from signalbox.admin_routes.routing import Call, Reply, Route
from signalbox.domain.access import Role, User
from signalbox.domain.partners import Environment, Partner
from signalbox.ports import Definitions
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

    def __init__(self, *, definitions: Definitions, environment: Environment, sign_in: users.SignIn) -> None:
        self._definitions = definitions
        self._environment = environment
        self._sign_in = sign_in

    def routes(self) -> tuple[Route, ...]:
        """List them."""
        return (
            Route("GET", "/sign-in", "signIn", "Where to sign in", None, self._where, gives=users.SignIn),
            Route("GET", "/me", "me", "Who is signed in, and what they may do", Role.VIEWER, self._me, gives=users.Me),
        )

    def _where(self, _call: Call) -> Reply:
        return Reply(self._sign_in)

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
