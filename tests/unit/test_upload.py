"""The rules of an upload: its states, its file, its place in S3."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from core.errors import IllegalMove, InvalidInput
from core.migration import Mode, PolicyRule
from core.upload import FileFacts, FileKind, Opened, Upload, UploadOptions, Via, check_file, upload_id_of
from core.uploadkey import key_of, part_bytes_of, part_count, safe_name, timeout_s_of
from core.uploadstate import ALIVE, CANCELLABLE, ENDS, MOVES, UploadState, move

S = UploadState
MIB = 1024 * 1024
ID = UUID("11111111-2222-3333-4444-555555555555")


def file(**facts: object) -> FileFacts:
    usual = {"name": "lesson.mp4", "size_bytes": 1000, "mime": "video/mp4", "head": b"\0\0\0\x18ftypisom"}
    return FileFacts(**{**usual, **facts})  # type: ignore[arg-type]


def test_every_state_has_its_moves_and_what_is_over_stays_over() -> None:
    assert set(MOVES) == set(UploadState)
    assert set(UploadState) == ALIVE | ENDS
    assert MOVES[S.CANCELLED] == MOVES[S.TIMED_OUT] == frozenset()
    assert all(not MOVES[state] & ALIVE for state in ENDS)


@pytest.mark.parametrize("state", sorted(ALIVE))
def test_from_every_state_on_its_way_there_is_a_way_to_ready_and_to_errored(state: UploadState) -> None:
    reached, new = {state}, {state}
    while new:
        new = {then for now in new for then in MOVES[now]} - reached
        reached |= new
    assert {S.READY, S.ERRORED} <= reached


def test_a_move_that_is_not_in_the_table_is_refused() -> None:
    assert move(S.WAITING, S.UPLOADED) is S.UPLOADED
    with pytest.raises(IllegalMove, match="ready cannot become waiting"):
        move(S.READY, S.WAITING)


def test_nothing_is_cancelled_once_it_plays_from_s3() -> None:
    assert {S.WAITING, S.UPLOADED, S.PREPARING} == CANCELLABLE


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"size_bytes": 0, "head": b""}, "is empty"),
        ({"size_bytes": -1}, "is not right"),
        ({"size_bytes": 3}, "is not right"),
        ({"size_bytes": 2_000_000_001}, "has 2.0 GB; 2.0 GB is the most"),
        ({"head": b"MZ"}, "may do harm"),
    ],
)
def test_a_file_that_is_not_taken_is_refused_with_the_reason(facts: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        check_file(file(**facts), max_bytes=2_000_000_000)


def test_a_file_that_is_taken_has_a_kind() -> None:
    assert check_file(file(size_bytes=2_000_000_000), max_bytes=2_000_000_000) is FileKind.VIDEO


def test_options_survive_being_kept_and_go_on_to_a_batch() -> None:
    options = UploadOptions(policy=PolicyRule.SIGNED, captions="de", normalize_audio=True, test=True)
    assert UploadOptions.from_json(options.as_json()) == options
    batch = options.for_batch(mode=Mode.PUSH)
    assert (batch.captions_language, batch.normalize_audio, batch.test) == ("de", True, True)
    assert (batch.mode, batch.policy) == (Mode.PUSH, PolicyRule.SIGNED)


def test_an_assets_passthrough_names_its_upload() -> None:
    assert upload_id_of(f"upload:{ID}") == ID
    assert upload_id_of(str(ID)) is None
    assert upload_id_of("upload:7") is None
    assert upload_id_of(None) is None


@pytest.mark.parametrize(
    ("size_bytes", "part_bytes", "count"),
    [
        (1, 16 * MIB, 1),
        (16 * MIB, 16 * MIB, 1),
        (16 * MIB + 1, 16 * MIB, 2),
        (50_000_000_000, 16 * MIB, 2981),  # 50e9 / 16,777,216 = 2980.2
        (500_000_000_000, 50_000_000, 10_000),
        (0, 16 * MIB, 1),
    ],
)
def test_parts_are_large_enough_for_ten_thousand_to_do(size_bytes: int, part_bytes: int, count: int) -> None:
    assert (part_bytes_of(size_bytes), part_count(size_bytes)) == (part_bytes, count)


@pytest.mark.parametrize(
    ("size_bytes", "seconds"),
    [
        (1000, 3600),
        (2_000_000_000, 16_000),  # 2e9 / 125,000
        (500_000_000_000, 604_800),
        (0, 21_600),
    ],
)
def test_a_large_file_has_the_time_that_a_slow_line_needs(size_bytes: int, seconds: int) -> None:
    assert timeout_s_of(size_bytes) == seconds


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("lesson.mp4", "lesson.mp4"),
        ("../../etc/passwd", "passwd"),
        ("C:\\films\\my film.mov", "my film.mov"),
        ("Übung 1 (neu).mp4", "Übung 1 (neu).mp4"),
        ("a\x00b\r\n?.mp4", "a-b-.mp4"),
        ("...", "file"),
        ("x" * 300 + ".mp4", "x" * 116 + ".mp4"),
    ],
)
def test_a_name_becomes_part_of_a_key_without_harm(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_key_tells_lesson_upload_and_file() -> None:
    key = key_of(FileKind.VIDEO, "7/8", ID, "a.mp4", prefix="school/")
    assert key == f"school/uploads/7-8/{ID}/a.mp4"
    assert key_of(FileKind.PDF, "7", ID, "a.pdf").startswith("resources/7/")


def test_addresses_that_open_something_do_not_show_in_a_repr() -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    upload = Upload(
        id=ID,
        lesson_id="7",
        state=S.WAITING,
        via=Via.S3,
        kind=FileKind.VIDEO,
        filename="a.mp4",
        size_bytes=1,
        person="tess",
        created_at=at,
        moved_at=at,
        expires_at=at,
        multipart_id="hunter2",
    )
    opened = Opened(upload=upload, via=Via.S3, url="hunter2", parts={1: "hunter2"})
    assert "hunter2" not in repr(opened)
