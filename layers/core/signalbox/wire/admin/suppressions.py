"""All suppressions of a partner on the wire, and what became of an upload of them."""

from signalbox.domain.suppressions import Scope
from signalbox.wire.admin.base import Wire
from signalbox.wire.admin.contacts import SuppressionShape
from signalbox.wire.admin.segments import RefusedRowShape


class SuppressionItems(Wire):
    """A part of what stands, in the order of identities; what is about one of them is on one part."""

    items: list[SuppressionShape]
    next: str | None


class ScopeAsked(Wire):
    """Over which channel nothing is to be sent."""

    scope: Scope = Scope.ALL


class SuppressionReportShape(Wire):
    """What became of each row that is not empty."""

    added: int
    already_in: int
    repeats: int
    refused: list[RefusedRowShape]
