"""Routes about segments, and about who is on those that are lists."""

from signalbox.admin_routes.dispatch import CONTACT
from signalbox.admin_routes.routing import PARTNER, Call, Change, Reply, Route, text_of
from signalbox.domain.access import Role
from signalbox.domain.errors import Invalid, Missing, Reason
from signalbox.domain.segments import ListSegment, RuleSegment, Segment
from signalbox.ports import Segments
from signalbox.services.list_keeping import ListKeeping, RemovalReport, UploadReport
from signalbox.services.segment_authoring import SegmentAuthoring
from signalbox.wire.admin import segments as wire
from signalbox.wire.admin.base import Listing
from signalbox.wire.admin.pages import part_of, read_cursor, write_cursor

SEGMENTS = f"{PARTNER}/segments"
SEGMENT = f"{SEGMENTS}/{{segmentId}}"
MEMBERS = f"{SEGMENT}/members"
MEMBER = f"{MEMBERS}/{{identity}}"


class SegmentRoutes:
    """What marketers do with segments."""

    def __init__(self, *, segments: Segments, authoring: SegmentAuthoring, keeping: ListKeeping) -> None:
        self._segments = segments
        self._authoring = authoring
        self._keeping = keeping

    def routes(self) -> tuple[Route, ...]:
        """List them."""
        return (*self._of_segments(), *self._of_members(), *self._of_uploads())

    def _of_segments(self) -> tuple[Route, ...]:
        return (
            Route(
                "GET", SEGMENTS, "listSegments", "The segments", Role.VIEWER, self._list, asks=Listing,
                gives=wire.SegmentItems,
            ),
            Route(
                "POST", SEGMENTS, "createSegment", "Make a list, or a rule over contacts", Role.EDITOR, self._create,
                takes=wire.SegmentDefinition, gives=wire.OneSegment, status=201, changes="segment",
            ),
            Route(
                "GET", SEGMENT, "getSegment", "A segment as it stands", Role.VIEWER, self._get, gives=wire.OneSegment,
            ),
            Route(
                "PUT", SEGMENT, "editSegment", "Define the segment anew; live flows judge by it a second later",
                Role.EDITOR, self._edit, takes=wire.SegmentDefinition, gives=wire.OneSegment, changes="segment",
                thing="segmentId", is_conditional=True,
            ),
            Route(
                "DELETE", SEGMENT, "archiveSegment", "Put a segment away that no flow lists", Role.EDITOR,
                self._archive, status=204, changes="segment", thing="segmentId", is_conditional=True,
            ),
        )  # fmt: skip

    def _of_members(self) -> tuple[Route, ...]:
        return (
            Route(
                "GET", MEMBERS, "listMembers", "Who is on a list", Role.VIEWER, self._members, asks=Listing,
                gives=wire.MemberItems,
            ),
            Route(
                "PUT", MEMBER, "putOnList", "Put somebody on a list", Role.EDITOR, self._put_on, status=204,
                changes=CONTACT, thing="identity",
            ),
            Route(
                "DELETE", MEMBER, "takeOffList", "Take somebody off a list", Role.EDITOR, self._take_off, status=204,
                changes=CONTACT, thing="identity",
            ),
        )  # fmt: skip

    def _of_uploads(self) -> tuple[Route, ...]:
        return (
            Route(
                "POST", f"{SEGMENT}/import", "importList", "Add, remove or replace by CSV, up to 5,000 rows",
                Role.EDITOR, self._import, asks=wire.UploadAsked, gives=wire.UploadShape, changes="segment",
                thing="segmentId", takes_text=True,
            ),
            Route(
                "POST", f"{SEGMENT}/replacement/finish", "finishReplacement",
                "Take off who was on the list before its parts came", Role.EDITOR, self._finish, takes=wire.Finishing,
                gives=wire.Finished, changes="segment", thing="segmentId",
            ),
            Route(
                "DELETE", f"{SEGMENT}/replacement", "giveUpReplacement", "Leave the list as it is by now", Role.EDITOR,
                self._give_up, status=204, changes="segment", thing="segmentId",
            ),
        )  # fmt: skip

    def _list(self, call: Call) -> Reply:
        standing = (each for each in self._authoring.of_partner(call.partner_id) if not each.is_archived)
        part, following = part_of(standing, call.query, lambda each: each.segment_id)
        return Reply(wire.SegmentItems(items=[wire.shape_of(each) for each in part], next=following))

    def _create(self, call: Call) -> Reply:
        wanted: wire.SegmentDefinition = call.body
        made: Segment
        if wanted.condition is None:
            made = self._authoring.create_list(call.partner_id, wanted.name)
        else:
            made = self._authoring.create_rule(call.partner_id, wanted.name, wanted.condition)
        location = f"/partners/{call.partner_id}/segments/{made.segment_id}"
        return self._shown(made, Change(after=made.version, thing_id=made.segment_id), location)

    def _get(self, call: Call) -> Reply:
        return self._shown(self._segment(call), Change())

    def _edit(self, call: Call) -> Reply:
        wanted: wire.SegmentDefinition = call.body
        segment = self._segment(call)
        call.seen(segment.version)
        if (wanted.kind == "rule") != isinstance(segment, RuleSegment):
            raise Invalid([Reason("/kind", "expected the kind that it was made as")])
        edited = self._authoring.edit(segment, name=wanted.name, condition=wanted.condition)
        return self._shown(edited, Change(segment.version, edited.version))

    def _archive(self, call: Call) -> Reply:
        segment = self._segment(call)
        call.seen(segment.version)
        archived = self._authoring.archive(segment)
        return Reply(change=Change(segment.version, archived.version))

    def _members(self, call: Call) -> Reply:
        asked: Listing = call.query
        cursor = read_cursor(asked.cursor, str)
        after = None if cursor is None else str(cursor[0])
        page = self._keeping.members(call.partner_id, self._list_id(call), after=after, limit=asked.limit)
        following = None if page.after is None else write_cursor([page.after])
        return Reply(wire.MemberItems(items=[wire.shape_of_member(each) for each in page.items], next=following))

    def _put_on(self, call: Call) -> Reply:
        self._keeping.put_on(call.partner_id, self._list_id(call), [call.params["identity"]], by=call.who.name)
        return Reply()

    def _take_off(self, call: Call) -> Reply:
        self._keeping.take_off(call.partner_id, self._list_id(call), [call.params["identity"]])
        return Reply()

    def _import(self, call: Call) -> Reply:
        asked: wire.UploadAsked = call.query
        of_list, text, by = (call.partner_id, self._list_id(call)), text_of(call), call.who.name
        if asked.upload is not None:
            self._keeping.begin_replacement(*of_list, asked.upload)
            return _told(self._keeping.add_replacing(*of_list, asked.upload, text, by=by))
        if asked.mode == "remove":
            return _told_of_removal(self._keeping.take_off_all(*of_list, text))
        return _told(self._keeping.add(*of_list, text, by=by))

    def _finish(self, call: Call) -> Reply:
        wanted: wire.Finishing = call.body
        taken_off, is_done = self._keeping.finish_replacement(call.partner_id, self._list_id(call), wanted.upload)
        return Reply(wire.Finished(taken_off=taken_off, is_done=is_done))

    def _give_up(self, call: Call) -> Reply:
        self._keeping.give_up_replacement(call.partner_id, self._list_id(call))
        return Reply()

    def _segment(self, call: Call) -> Segment:
        segment = self._segments.find(call.partner_id, call.params["segmentId"])
        if segment is None or segment.is_archived:
            raise Missing("no such segment")
        return segment

    def _list_id(self, call: Call) -> str:
        segment = self._segment(call)
        if not isinstance(segment, ListSegment):
            raise Missing("no such list: the segment is a rule")
        return segment.segment_id

    def _shown(self, segment: Segment, change: Change, location: str | None = None) -> Reply:
        is_list = isinstance(segment, ListSegment)
        members = self._keeping.count(segment.partner_id, segment.segment_id) if is_list else None
        return Reply(wire.shape_of_one(segment, members), segment.version, location, change)


def _told(report: UploadReport) -> Reply:
    refused = wire.shapes_of_refused(report.refused)
    return Reply(
        wire.UploadShape(added=report.added, already_in=report.already_on, repeats=report.repeats, refused=refused)
    )


def _told_of_removal(report: RemovalReport) -> Reply:
    refused = wire.shapes_of_refused(report.refused)
    return Reply(
        wire.UploadShape(removed=report.taken_off, not_in=report.not_on, repeats=report.repeats, refused=refused)
    )
