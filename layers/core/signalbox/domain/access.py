"""Who may do what: a role says how much, the partners somebody is assigned to say where.

viewer  reads everything of the partners they are assigned to
editor  also writes what runs there: event triggers, flows, segments, content
admin   does everything for every partner: partners, secrets, exports, erasure
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from signalbox.domain.errors import Forbidden, Missing, Unauthorized


class Role(IntEnum):
    """How much somebody may do; each role includes those before it."""

    VIEWER = 1
    EDITOR = 2
    ADMIN = 3

    @property
    def word(self) -> str:
        """What people and groups call it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who has signed in; `role` is None where nobody has said yet what they may do.

    `subject` names the person for good; `name` is what they sign in with.
    """

    subject: str
    name: str
    email: str | None = None
    role: Role | None = None
    partner_ids: frozenset[str] = frozenset()

    def sees(self, partner_id: str) -> bool:
        """Tell whether they may know of this partner."""
        return self.role is Role.ADMIN or partner_id in self.partner_ids


def strongest(groups: Iterable[str]) -> Role | None:
    """Give the most that membership of these groups allows; a group that is no role's allows nothing."""
    role_by_word = {role.word: role for role in Role}
    return max((role_by_word[group] for group in groups if group in role_by_word), default=None)


def refuse_unless_allowed(user: User | None, needed: Role, partner_id: str | None) -> None:
    """Raise unless this user may do what asks for a role, there where it is about a partner.

    Unauthorized for nobody, Missing for a partner that is not theirs to know of, Forbidden for too little.
    """
    if user is None:
        raise Unauthorized("sign in first")
    if user.role is None:
        raise Forbidden("you are in none of the groups viewer, editor and admin: ask an administrator")
    if partner_id is not None and not user.sees(partner_id):
        raise Missing("no such partner")
    if user.role < needed:
        raise Forbidden(f"this needs the role {needed.word}, and yours is {user.role.word}")
