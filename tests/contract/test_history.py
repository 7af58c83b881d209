"""The `History` port: files of closed hours, in a bucket of moto's, written by the real writer."""

import os
import socket
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from signalbox.adapters.history.bucket import Bucket
from signalbox.adapters.history.files import S3HistoryFiles
from signalbox.adapters.history.folder import DRAFT_AGE, FILE_AGE, Folder
from signalbox.adapters.history.store import HistoryLimits, S3History, s3_client
from signalbox.adapters.history.writer import (
    CPU_SECONDS,
    GROUP_BYTES,
    GROUP_ROWS,
    MAX_HOUR_BYTES,
    MEMORY_MB,
    ParquetWriter,
)
from signalbox.adapters.queries.event_rows import TYPE_BY_COLUMN
from signalbox.domain.errors import Misconfigured, SignalboxError, Throttled, TooLarge, Transient
from signalbox.domain.events import Event
from signalbox.domain.queries import EventRow, Window
from signalbox.ports import History
from tests.contract.loopback import Behaviour, closed_port, serving
from tests.fakes.others import Crash, FakeClock
from tests.fakes.rows import row_of
from tests.fakes.stores import FakeEvents, FakeHistory
from tests.unit.makers import NOON, PARTNER_ID, event

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MS = timedelta(milliseconds=1)
HOUR = timedelta(hours=1)
BUCKET = "history-of-tests"
KEY = "partner=partner_1/date=2026-03-01/hour=12.parquet"


class CountedEvents(FakeEvents):
    """Events that remember which hours were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Window] = []

    def read(self, partner_id: str, shards: int, window: Window) -> Iterator[EventRow]:
        self.asked.append(window)
        return super().read(partner_id, shards, window)


@dataclass
class World:
    """A bucket, events and a clock; each machine has a folder of its own."""

    client: "S3Client"
    folder: Path
    calls: list[str] = field(default_factory=list)
    events: CountedEvents = field(default_factory=CountedEvents)
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOON + timedelta(days=1)))

    def machine(self, name: str = "machine", limits: HistoryLimits | None = None) -> S3History:
        return S3History(lambda: self.client, BUCKET, self.events, self.folder / name, clock=self.clock, limits=limits)

    def add(self, *received_at: datetime, **changes: Any) -> None:
        for number, instant in enumerate(received_at):
            self.events.append(event(received_at=instant, **{"event_id": f"event-{number}", **changes}), 1)

    def kept(self) -> list[str]:
        return [each["Key"] for each in self.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[World]:
    _aws(monkeypatch)
    with mock_aws():
        client = s3_client()
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        world = World(client, tmp_path)
        for operation in ("GetObject", "PutObject"):
            client.meta.events.register(
                f"provide-client-params.s3.{operation}",
                lambda params, model, **_: world.calls.append(f"{model.name} {params['Key']}"),
            )
        yield world
        for key in world.kept():
            client.delete_object(Bucket=BUCKET, Key=key)
        client.delete_bucket(Bucket=BUCKET)


def _aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")


def _read(path: Path) -> list[tuple[Any, ...]]:
    return _asked("FROM read_parquet(?)", path)


def _asked(sql: str, path: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(sql, [str(path)]).fetchall()


def _ids(path: Path) -> list[str]:
    return [row[list(TYPE_BY_COLUMN).index("event_id")] for row in _read(path)]


def _rows(events: Iterable[Event]) -> list[tuple[Any, ...]]:
    ordered = sorted(events, key=lambda each: (each.received_at, each.event_id.encode()))
    return [row_of(each) for each in ordered]


def test_a_file_is_given_for_each_hour_in_the_order_asked(world: World) -> None:
    histories: Sequence[History] = [world.machine(), FakeHistory()]
    hours = [NOON - HOUR, NOON, NOON - 5 * HOUR]

    for history in histories:
        files = history.of_hours(PARTNER_ID, 2, hours)

        assert len(set(files)) == 3
        assert list(files) == [history.of_hours(PARTNER_ID, 2, [hour])[0] for hour in hours]


def test_an_hour_begins_with_its_start_and_ends_before_the_next(world: World) -> None:
    world.add(NOON - MS, NOON, NOON + HOUR - MS, NOON + HOUR)

    [before, file, after] = world.machine().of_hours(PARTNER_ID, 1, [NOON - HOUR, NOON, NOON + HOUR])

    assert _ids(before) == ["event-0"]
    assert _ids(file) == ["event-1", "event-2"]
    assert _ids(after) == ["event-3"]


def test_an_hour_without_events_is_a_file_without_rows(world: World) -> None:
    [file] = world.machine().of_hours(PARTNER_ID, 1, [NOON])

    columns = _asked("DESCRIBE FROM read_parquet(?)", file)
    assert [(name, kind) for name, kind, *_ in columns] == list(TYPE_BY_COLUMN.items())
    assert _read(file) == []
    assert world.kept() == [KEY]


def test_an_hour_is_kept_by_whoever_asks_first_and_read_by_the_others(world: World) -> None:
    world.add(NOON)

    [written] = world.machine("first").of_hours(PARTNER_ID, 1, [NOON])
    [read] = world.machine("second").of_hours(PARTNER_ID, 1, [NOON])

    assert _read(read) == _read(written) == _rows([event(event_id="event-0", received_at=NOON)])
    assert world.calls == [f"GetObject {KEY}", f"PutObject {KEY}", f"GetObject {KEY}"]
    assert len(world.events.asked) == 1


def test_what_is_on_this_machine_is_asked_of_nobody(world: World) -> None:
    history = world.machine()
    hours = [NOON + number * HOUR for number in range(24)]
    before = history.of_hours(PARTNER_ID, 1, hours)
    world.calls.clear()
    world.events.asked.clear()

    after = history.of_hours(PARTNER_ID, 1, hours)

    assert after == before
    assert (world.calls, world.events.asked) == ([], [])


def test_a_file_older_than_an_hour_is_fetched_again(world: World) -> None:
    history = world.machine()
    history.of_hours(PARTNER_ID, 1, [NOON])
    world.clock.pass_time(FILE_AGE)
    history.of_hours(PARTNER_ID, 1, [NOON])
    world.client.put_object(Bucket=BUCKET, Key=KEY, Body=b"without the person who asked")
    world.clock.pass_time(MS)

    [file] = history.of_hours(PARTNER_ID, 1, [NOON])

    assert file.read_bytes() == b"without the person who asked"
    assert len(world.events.asked) == 1


def test_two_that_write_at_once_both_have_the_file_and_the_first_ones_is_kept(world: World) -> None:
    class Overtaken(CountedEvents):
        """While one machine reads these, another writes the hour."""

        def read(self, partner_id: str, shards: int, window: Window) -> Iterator[EventRow]:
            yield from super().read(partner_id, shards, window)
            if len(self.asked) == 1:
                files.append(world.machine("faster").of_hours(PARTNER_ID, 1, [NOON])[0])

    files: list[Path] = []
    world.events = Overtaken()
    world.add(*(NOON + number * MS for number in range(100)))

    files += world.machine("slower").of_hours(PARTNER_ID, 1, [NOON])

    first, second = (file.read_bytes() for file in files)
    assert first == second
    assert world.calls == [f"GetObject {KEY}"] * 2 + [f"PutObject {KEY}"] * 2
    assert world.kept() == [KEY]


def test_what_is_kept_is_never_written_over(world: World, tmp_path: Path) -> None:
    bucket = Bucket(lambda: world.client, BUCKET)
    for number in range(2):
        (tmp_path / "draft").write_text(f"file {number}")
        bucket.keep("key", tmp_path / "draft")

    bucket.fetch("key", tmp_path / "read", admit=lambda size: None)

    assert (tmp_path / "read").read_text() == "file 0"


def test_a_partner_gets_its_own_events_only(world: World) -> None:
    world.add(NOON, partner_id="partner_1", event_id="one")
    world.add(NOON, partner_id="partner_12", event_id="twelve")
    history = world.machine()

    files = {partner_id: history.of_hours(partner_id, 1, [NOON])[0] for partner_id in ("partner_1", "partner_12")}

    assert {partner_id: _ids(file) for partner_id, file in files.items()} == {
        "partner_1": ["one"],
        "partner_12": ["twelve"],
    }


def test_stacks_that_share_a_machine_share_no_files(world: World) -> None:
    other = "history-of-another-stack"
    world.client.create_bucket(Bucket=other, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    world.add(NOON)
    [ours] = world.machine().of_hours(PARTNER_ID, 1, [NOON])

    folder = world.folder / "machine"
    [theirs] = S3History(lambda: world.client, other, FakeEvents(), folder, clock=world.clock).of_hours(
        PARTNER_ID, 1, [NOON]
    )

    assert (len(_read(ours)), len(_read(theirs))) == (1, 0)
    world.client.delete_object(Bucket=other, Key=KEY)
    world.client.delete_bucket(Bucket=other)


def test_files_that_are_removed_are_written_again_from_what_is_left(world: World) -> None:
    world.add(NOON, NOON + HOUR)
    hours = [NOON, NOON + HOUR]
    world.machine().of_hours(PARTNER_ID, 1, hours)
    world.events.remove(PARTNER_ID, 1, "event-0", NOON)

    for _ in range(2):
        S3HistoryFiles(lambda: world.client, BUCKET).remove(PARTNER_ID, [NOON])

    assert world.kept() == [KEY.replace("hour=12", "hour=13")]
    files = world.machine("another").of_hours(PARTNER_ID, 1, hours)
    assert [_ids(file) for file in files] == [[], ["event-1"]]


@pytest.mark.parametrize(
    "partner_id",
    ["", "partner_", "partner_1/../partner_2", "../partner_1", "partner_A", "partner_1\n", "shop", "partner_é"],
)
def test_what_is_no_partners_id_leads_to_no_file(world: World, partner_id: str) -> None:
    with pytest.raises(ValueError, match="not the id of a partner"):
        world.machine().of_hours(partner_id, 1, [NOON])

    assert (world.calls, world.events.asked) == ([], [])


@pytest.mark.parametrize("hour", [NOON + MS, NOON + timedelta(minutes=30), NOON.replace(tzinfo=None)])
def test_only_whole_hours_in_utc_have_a_file(world: World, hour: datetime) -> None:
    with pytest.raises(ValueError, match="named by its start"):
        world.machine().of_hours(PARTNER_ID, 1, [hour])


def test_files_of_a_call_that_are_too_much_together_are_refused_cold_warm_and_new(world: World) -> None:
    world.add(*(NOON + number * HOUR for number in range(3)))
    hours = [NOON + number * HOUR for number in range(3)]
    size = sum(file.stat().st_size for file in world.machine("warm").of_hours(PARTNER_ID, 1, hours))
    tight = HistoryLimits(call_bytes=size - 1)

    for machine in ("warm", "cold"):
        with pytest.raises(TooLarge, match="the look-back holds more than"):
            world.machine(machine, tight).of_hours(PARTNER_ID, 1, hours)
        assert len(world.machine(machine, HistoryLimits(call_bytes=size)).of_hours(PARTNER_ID, 1, hours)) == 3
    for key in world.kept():
        world.client.delete_object(Bucket=BUCKET, Key=key)
    with pytest.raises(TooLarge):
        world.machine("new", tight).of_hours(PARTNER_ID, 1, hours)


def test_an_hour_of_too_many_events_is_refused_and_not_kept(world: World) -> None:
    world.add(NOON, NOON + MS, NOON + 2 * MS)

    with pytest.raises(TooLarge, match="one hour of the look-back holds over 2 events"):
        world.machine(limits=HistoryLimits(hour_events=2)).of_hours(PARTNER_ID, 1, [NOON])

    assert world.kept() == []
    assert len(world.machine(limits=HistoryLimits(hour_events=3)).of_hours(PARTNER_ID, 1, [NOON])) == 1


def test_hours_that_there_is_no_time_to_write_are_left_to_the_next_call(world: World) -> None:
    class Slow(CountedEvents):
        def read(self, partner_id: str, shards: int, window: Window) -> Iterator[EventRow]:
            world.clock.pass_time(timedelta(seconds=20))
            return super().read(partner_id, shards, window)

    world.events = Slow()
    hours = [NOON + number * HOUR for number in range(5)]
    history = world.machine()

    left = []
    for _ in range(2):
        with pytest.raises(Transient, match="still to be written") as raised:
            history.of_hours(PARTNER_ID, 1, hours)
        left.append(str(raised.value).split()[0])

    assert left == ["3", "1"]
    assert len(history.of_hours(PARTNER_ID, 1, hours)) == 5
    assert len(world.events.asked) == 5


def test_what_was_used_longest_ago_makes_room_and_never_what_is_given_out(world: World) -> None:
    hours = [NOON + number * HOUR for number in range(4)]
    [size] = {file.stat().st_size for file in world.machine("other").of_hours(PARTNER_ID, 1, hours)}
    history = world.machine(limits=HistoryLimits(folder_bytes=2 * size))

    def given(*numbers: int) -> list[str]:
        history.of_hours(PARTNER_ID, 1, [hours[number] for number in numbers])
        world.clock.pass_time(MS)
        return sorted(path.stem for path in (world.folder / "machine").rglob("*.parquet"))

    assert given(0, 1) == ["2026-03-01T12", "2026-03-01T13"]
    assert given(0) == ["2026-03-01T12", "2026-03-01T13"]
    assert given(2) == ["2026-03-01T12", "2026-03-01T14"]
    assert len(given(0, 1, 2, 3)) == 4
    assert given(3) != given(0, 3) == ["2026-03-01T12", "2026-03-01T15"]


def test_a_reader_that_dies_on_the_way_leaves_no_file(world: World, tmp_path: Path) -> None:
    world.machine("writer").of_hours(PARTNER_ID, 1, [NOON])
    folder = Folder(tmp_path / "reader", world.clock, max_bytes=1000)

    def die_after_download() -> None:
        with folder.drafts() as drafts:
            assert Bucket(lambda: world.client, BUCKET).fetch(KEY, drafts / "draft", admit=lambda size: None)
            raise Crash

    with pytest.raises(Crash):
        die_after_download()

    assert folder.fresh("partner_1/2026-03-01T12.parquet") is None
    assert list((tmp_path / "reader").rglob("*")) == []


def test_what_a_killed_process_left_behind_is_removed_by_the_next_call(world: World, tmp_path: Path) -> None:
    for name, age in {"drafts-old": DRAFT_AGE + MS, "drafts-new": DRAFT_AGE - MS}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "half.parquet").write_text("PAR1")
        left_at = (world.clock.now() - age).timestamp()
        os.utime(tmp_path / name, (left_at, left_at))

    folder = Folder(tmp_path, world.clock, max_bytes=0)
    with folder.drafts():
        folder.trim([])

    assert [path.name for path in sorted(tmp_path.rglob("*"))] == ["drafts-new", "half.parquet"]


def test_drafts_are_gone_when_the_call_is_over(world: World) -> None:
    world.machine().of_hours(PARTNER_ID, 1, [NOON])

    assert not list((world.folder / "machine" / BUCKET).glob("drafts-*"))


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
EVENTS = st.builds(
    event,
    event_id=TEXT,
    event_type=TEXT,
    event_name=TEXT,
    client_id=TEXT,
    user_id=st.none() | TEXT,
    identity=st.none() | TEXT,
    email=st.none() | TEXT,
    received_at=st.integers(0, 9).map(lambda ms: NOON + ms * MS),
    occurred_at=st.datetimes(timezones=st.just(UTC)),
    sent_at=st.datetimes(timezones=st.just(UTC)),
    body=TEXT | st.just('{"a":12345678901234567890.10,"b":"\\u0000 \\"\U0001f600"}'),
)


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ParquetWriter]:
    with ParquetWriter(tmp_path_factory.mktemp("drafts")) as writer:
        yield writer


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(events=st.lists(EVENTS, unique_by=lambda each: (each.received_at, each.event_id)))
def test_any_events_come_back_as_they_were_ordered_by_receipt_and_name(
    writer: ParquetWriter, events: list[Event]
) -> None:
    file = writer.write(map(row_of, events), "hour.parquet")

    assert _read(file) == _rows(events)


def test_the_same_events_make_the_same_file_in_whatever_order_they_come(writer: ParquetWriter) -> None:
    events = [row_of(event(event_id=str(number), received_at=NOON + number % 7 * MS)) for number in range(500)]

    first, second = (
        writer.write(some, f"{name}.parquet").read_bytes() for name, some in (("a", events), ("b", events[::-1]))
    )

    assert first == second


def test_rows_lie_in_groups_that_a_reader_can_skip(writer: ParquetWriter) -> None:
    events = (event(event_id=str(number), received_at=NOON + number * 7919 % 120_000 * MS) for number in range(120_000))

    file = writer.write(map(row_of, events), "groups.parquet")

    groups = _groups(file)
    assert [rows for rows, *_ in groups] == [GROUP_ROWS, GROUP_ROWS, 120_000 - 2 * GROUP_ROWS]
    assert all(end < start for (_, _, end), (_, start, _) in pairwise(groups))


def test_large_events_lie_in_smaller_groups(writer: ParquetWriter) -> None:
    events = (event(event_id=str(number), body="x" * 50_000) for number in range(3000))

    file = writer.write(map(row_of, events), "large.parquet")

    assert all(rows * 50_000 < 2 * GROUP_BYTES for rows, *_ in _groups(file))


def _groups(file: Path) -> list[tuple[Any, ...]]:
    """Give each group's number of rows with its first and last instant of receipt."""
    groups = "SELECT row_group_num_rows, stats_min_value::BIGINT, stats_max_value::BIGINT FROM parquet_metadata(?)"
    return _asked(f"{groups} WHERE path_in_schema = 'received_ms' ORDER BY row_group_id", file)


def test_a_file_that_cannot_be_written_is_transient_and_so_is_what_follows(tmp_path: Path) -> None:
    with ParquetWriter(tmp_path) as writer:
        for name in ("no folder/hour.parquet", "hour.parquet"):
            with pytest.raises(Transient):
                writer.write([row_of(event())], name)


def test_the_writers_process_gets_nothing_of_our_environment(world: World, tmp_path: Path) -> None:
    with ParquetWriter(tmp_path) as writer:
        environ = Path(f"/proc/{_children(os.getpid())[-1]}/environ")

        writer.write([], "empty.parquet")
        variables = environ.read_bytes().split(b"\0")

    assert {variable.partition(b"=")[0] for variable in variables} <= {b"", b"LD_LIBRARY_PATH"}
    assert not environ.exists()


def test_the_writers_process_is_bounded(tmp_path: Path) -> None:
    with ParquetWriter(tmp_path) as writer:
        writer.write([], "empty.parquet")
        lines = Path(f"/proc/{_children(os.getpid())[-1]}/limits").read_text().splitlines()[1:]

    soft = {line[:26].strip(): line[26:].split()[0] for line in lines}
    assert int(soft["Max cpu time"]) <= CPU_SECONDS + 5
    assert MEMORY_MB * 1024 * 1024 < int(soft["Max address space"]) <= 2 * MEMORY_MB * 1024 * 1024
    assert int(soft["Max file size"]) == MAX_HOUR_BYTES
    assert (soft["Max core file size"], soft["Max processes"]) == ("0", "0")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (500, "InternalError", Transient),
        (503, "SlowDown", Throttled),
        (403, "AccessDenied", Misconfigured),
        (404, "NoSuchBucket", Misconfigured),
    ],
)
def test_each_answer_of_s3_means_one_thing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, status: int, code: str, error: type[SignalboxError]
) -> None:
    (tmp_path / "draft").write_text("file")
    with serving(_answering(status, code)) as server:
        bucket = _bucket(monkeypatch, server.url)
        with pytest.raises(SignalboxError, match=code) as fetched:
            bucket.fetch(KEY, tmp_path / "read", admit=lambda size: None)
        with pytest.raises(SignalboxError, match=code) as kept:
            bucket.keep(KEY, tmp_path / "draft")

    assert type(fetched.value) is type(kept.value) is error


@pytest.mark.parametrize("code", ["PreconditionFailed", "ConditionalRequestConflict"])
def test_a_file_that_another_keeps_at_this_moment_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str
) -> None:
    (tmp_path / "draft").write_text("file")
    with serving(_answering(412 if code == "PreconditionFailed" else 409, code)) as server:
        _bucket(monkeypatch, server.url).keep(KEY, tmp_path / "draft")


def test_a_file_that_ends_too_early_is_transient_and_not_given_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def behave(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\nconnection: close\r\n\r\nPAR1")

    with serving(behave) as server:
        _aws(monkeypatch)
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        history = S3History(s3_client, BUCKET, FakeEvents(), tmp_path, clock=FakeClock(NOON))
        with pytest.raises(Transient):
            history.of_hours(PARTNER_ID, 1, [NOON])

    assert not list(tmp_path.rglob("*.parquet"))


def test_a_bucket_that_cannot_be_reached_is_transient(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "draft").write_text("file")
    bucket = _bucket(monkeypatch, closed_port())

    with pytest.raises(Transient):
        bucket.fetch(KEY, tmp_path / "read", admit=lambda size: None)
    with pytest.raises(Transient):
        bucket.keep(KEY, tmp_path / "draft")


def _bucket(monkeypatch: pytest.MonkeyPatch, url: str) -> Bucket:
    _aws(monkeypatch)
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    return Bucket(s3_client, BUCKET)


def _answering(status: int, code: str) -> Behaviour:
    """Answer every request with one of S3's errors."""
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>of ana@example.org</Message></Error>"
    head = f"HTTP/1.1 {status} x\r\ncontent-type: application/xml\r\ncontent-length: {len(body)}\r\n"

    def behave(connection: socket.socket) -> None:
        connection.sendall(f"{head}connection: close\r\n\r\n{body}".encode())

    return behave
