"""How the compiler says no: one reason, at the trigger's SQL, in words its author can act on."""

from signalbox.domain.errors import Invalid, Reason


def refusal(reason: str) -> Invalid:
    """Make the error for SQL that is not taken; the reason's subject is the SQL itself."""
    return Invalid([Reason("/sql", reason)])
