"""Segments, who is on a list, and what became of an upload, on the wire."""

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from signalbox.domain.segments import Membership, RefusedRow, RuleSegment, Segment
from signalbox.wire.admin.base import Instant, Wire


class SegmentShape(Wire):
    """A segment; `condition` is a rule's. While a list is being replaced, `replacedBy` is the upload that does so."""

    segment_id: str
    name: str
    kind: Literal["list", "rule"]
    condition: str | None
    replaced_by: str | None
    version: int


class OneSegment(SegmentShape):
    """A segment by itself; `members` counts a list's, of the last moments some may lack."""

    members: int | None


class SegmentItems(Wire):
    """A part of the segments."""

    items: list[SegmentShape]
    next: str | None


class SegmentDefinition(Wire):
    """A list, or a rule with its condition; its kind stays what it was made as."""

    name: str
    kind: Literal["list", "rule"]
    condition: str | None = None

    @model_validator(mode="after")
    def _has_what_its_kind_has(self) -> Self:
        if (self.kind == "rule") != (self.condition is not None):
            raise ValueError("expected a condition of a rule, and none of a list")
        return self


class UploadAsked(Wire):
    """What an upload does: add, remove, or replace the list.

    A list is replaced by one upload or by several parts: each names the same `upload`, and a call that finishes it
    takes off who was on the list before.
    """

    mode: Literal["add", "remove", "replace"] = "add"
    upload: Annotated[str, Field(min_length=1, max_length=200)] | None = None

    @model_validator(mode="after")
    def _is_named_to_replace(self) -> Self:
        if (self.mode == "replace") != (self.upload is not None):
            raise ValueError("expected upload, a name for it, to replace a list, and none otherwise")
        return self


class Finishing(Wire):
    """The upload that replaces the list."""

    upload: str


class Finished(Wire):
    """How many were taken off; call again until `isDone`."""

    taken_off: int
    is_done: bool


class RefusedRowShape(Wire):
    """A row that names nobody."""

    line: int
    reason: str


class UploadShape(Wire):
    """What became of each row: it was taken (`added` or `removed`), changed nothing, said it again, or was refused."""

    added: int = 0
    removed: int = 0
    already_in: int = 0
    not_in: int = 0
    repeats: int
    refused: list[RefusedRowShape]


class MemberShape(Wire):
    """Who is on a list, since when, and by whom."""

    identity: str
    put_on_at: Instant
    by: str


class MemberItems(Wire):
    """A part of a list, in the order of identities."""

    items: list[MemberShape]
    next: str | None


def shape_of(segment: Segment) -> SegmentShape:
    """Show a segment."""
    is_rule = isinstance(segment, RuleSegment)
    replacement = None if isinstance(segment, RuleSegment) else segment.replacement
    return SegmentShape(
        segment_id=segment.segment_id,
        name=segment.name,
        kind="rule" if is_rule else "list",
        condition=segment.condition if isinstance(segment, RuleSegment) else None,
        replaced_by=None if replacement is None else replacement.upload,
        version=segment.version,
    )


def shape_of_one(segment: Segment, members: int | None) -> OneSegment:
    """Show a segment by itself."""
    return OneSegment(**shape_of(segment).model_dump(by_alias=False), members=members)


def shapes_of_refused(rows: Iterable[RefusedRow]) -> list[RefusedRowShape]:
    """Show refused rows."""
    return [RefusedRowShape(line=each.line, reason=each.reason) for each in rows]


def shape_of_member(membership: Membership) -> MemberShape:
    """Show who is on a list."""
    return MemberShape(identity=membership.identity, put_on_at=membership.put_on_at, by=membership.by)
