"""The routes about signing in, and about partners."""

import functools
from collections.abc import Iterable

from signalbox.admin_routes.partners import PartnerRoutes
from signalbox.admin_routes.people import PeopleRoutes
from signalbox.admin_routes.routing import Route
from signalbox.admin_wiring.late import late
from signalbox.admin_wiring.parts import Parts
from signalbox.ports import SignIn
from signalbox.services.auditing import Auditing
from signalbox.services.partner_administration import PartnerAdministration


def people_routes(parts: Parts, auditing: Auditing) -> Iterable[Route]:
    """Wire them."""
    users_client = parts.settings.users_client

    def sign_in() -> SignIn:
        from signalbox.adapters.cognito import CognitoSignIn, cognito_client

        return CognitoSignIn(functools.cache(cognito_client), users_client)

    people = PeopleRoutes(definitions=parts.definitions, environment=parts.settings.environment, sign_in=late(sign_in))
    partners = PartnerRoutes(
        definitions=parts.definitions,
        administration=PartnerAdministration(clock=parts.clock, ids=parts.ids, definitions=parts.definitions),
        auditing=auditing,
        public_url=parts.settings.public_url,
    )
    return [*people.routes(), *partners.routes()]
