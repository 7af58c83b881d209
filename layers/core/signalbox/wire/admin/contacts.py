"""Contacts and suppressions on the wire."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from signalbox.domain.contacts import ContactView
from signalbox.domain.frequency import Touch
from signalbox.domain.suppressions import Scope, Suppression, SuppressionReason
from signalbox.wire.admin.base import Instant, Wire


class TraitShape(Wire):
    """One trait, and when it was true."""

    value: Any
    occurred_at: Instant


class MembershipShape(Wire):
    """A list that a contact is on; `name` is null where the list is gone."""

    segment_id: str
    name: str | None


class SuppressionShape(Wire):
    """A standing reason not to message somebody, and who made it."""

    identity: str
    reason: SuppressionReason
    scope: Scope
    since: Instant
    by: str
    detail: str


class TouchShape(Wire):
    """A place that a message has taken under caps and re-entry."""

    flow_id: str
    flow_name: str | None
    event_id: str
    channel: str
    at: Instant


class ContactShape(Wire):
    """All that is known of one identity; of an unknown one nothing."""

    identity: str
    traits: dict[str, TraitShape]
    segments: list[MembershipShape]
    suppressions: list[SuppressionShape]
    touches: list[TouchShape]


class NewSuppression(Wire):
    """Whom not to message, and over which channel."""

    identity: Annotated[str, Field(min_length=1, max_length=320)]
    scope: Scope = Scope.ALL


class SuppressionAsked(Wire):
    """Which suppression of an identity."""

    reason: SuppressionReason = SuppressionReason.MANUAL
    scope: Scope = Scope.ALL


def shape_of(suppression: Suppression) -> SuppressionShape:
    """Show a suppression."""
    return SuppressionShape(
        identity=suppression.identity,
        reason=suppression.reason,
        scope=suppression.scope,
        since=suppression.since,
        by=suppression.by,
        detail=suppression.detail,
    )


def shape_of_view(
    view: ContactView,
    suppressions: list[SuppressionShape],
    segment_names: Mapping[str, str],
    flow_names: Mapping[str, str],
) -> ContactShape:
    """Show a contact, with the names of segments and of flows by their ids."""
    traits = {
        name: TraitShape(value=json.loads(each.value, parse_float=Decimal), occurred_at=each.occurred_at)
        for name, each in view.contact.traits.items()
    }
    touches = view.touches.touches if view.touches else ()
    return ContactShape(
        identity=view.contact.identity,
        traits=traits,
        segments=[MembershipShape(segment_id=each, name=segment_names.get(each)) for each in sorted(view.segment_ids)],
        suppressions=suppressions,
        touches=[_touch(each, flow_names) for each in touches],
    )


def _touch(touch: Touch, flow_names: Mapping[str, str]) -> TouchShape:
    return TouchShape(
        flow_id=touch.flow_id,
        flow_name=flow_names.get(touch.flow_id),
        event_id=touch.event_id,
        channel=touch.channel,
        at=touch.taken_at,
    )
