"""A lesson's video, told step by step."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from core.asset import Asset, AssetStatus
from core.lesson_story import What, story
from core.records import AuditRow
from core.upload import FileKind, Upload, UploadState, Via

AT = datetime(2026, 11, 12, 14, 1, tzinfo=UTC)
READY = Asset(
    id="a1",
    status=AssetStatus.READY,
    created_at=AT + timedelta(seconds=60),
    ready_at=AT + timedelta(seconds=90),
)
SWITCH = AuditRow(
    at=AT + timedelta(seconds=95),
    actor="lectern",
    action="switch to Mux",
    subject="lessons 1",
    before={"processing_status": "ready", "video_provider": "s3"},
    after={},
)
UPLOAD = Upload(
    id=UUID(int=1),
    lesson_id="1",
    state=UploadState.READY,
    via=Via.MUX,
    kind=FileKind.VIDEO,
    filename="take.mp4",
    size_bytes=1,
    person="tess",
    created_at=AT,
    moved_at=AT + timedelta(seconds=100),
    expires_at=AT,
)


def whats(**known: Any) -> list[What]:
    usual: dict[str, Any] = {"asset": None, "uploads": (), "audits": (), "events": {}}
    given = {**usual, **known}
    return [step.what for step in story(given.pop("asset"), **given)]


def test_a_migrated_video_was_at_mux_ready_and_switched_from_s3() -> None:
    assert whats(asset=READY, audits=[SWITCH]) == [What.AT_MUX, What.READY, What.SWITCHED]


def test_an_upload_for_an_empty_lesson_was_begun_uploaded_ready_and_plays() -> None:
    came = replace(SWITCH, action="play upload from Mux", before={"processing_status": "processing"})
    events = {"video.upload.asset_created": AT + timedelta(seconds=58), "video.asset.ready": READY.ready_at}
    found = whats(asset=READY, uploads=[UPLOAD], audits=[came], events=events)
    assert found == [What.SENT, What.UPLOADED, What.READY, What.CAME]


def test_a_row_without_our_columns_played_from_s3_before_its_switch() -> None:
    assert whats(audits=[replace(SWITCH, before={})]) == [What.SWITCHED]


GONE = replace(READY, status=AssetStatus.DELETED, deleted_at=AT + timedelta(hours=1))


@pytest.mark.parametrize(
    ("action", "actor", "by", "why"),
    [("delete asset", "dana", "dana", ""), ("find asset deleted", "lectern", "", "elsewhere")],
)
def test_a_deletion_is_told_once_with_who_asked_for_it_or_that_it_was_done_elsewhere(
    action: str, actor: str, by: str, why: str
) -> None:
    at = AT + timedelta(hours=1)
    deleted = replace(SWITCH, at=at, actor=actor, action=action, subject="asset a1", before=None, after=None)
    back = replace(SWITCH, at=at, actor=actor, action="put back")
    steps = story(GONE, uploads=(), audits=[back, deleted, SWITCH], events={})
    assert [step.what for step in steps][-2:] == [What.DELETED, What.BACK]
    assert [(step.by, step.why) for step in steps][-2:] == [(by, why), (by, "")]


def test_a_deletion_that_nobody_noted_is_told_by_the_asset_itself() -> None:
    assert whats(asset=GONE)[-1] is What.DELETED


@pytest.mark.parametrize(
    ("after", "what"),
    [
        ({"mux_playback_id": None, "processing_status": "ready"}, What.BACK),
        ({"mux_playback_id": "play-0", "processing_status": "error"}, What.BACK),
        ({}, What.BACK),
        ({"mux_playback_id": None, "processing_status": "error"}, What.EMPTY),
        ({"processing_status": "pending"}, What.EMPTY),
    ],
)
def test_a_row_that_was_put_back_plays_something_again_only_where_it_says_so(
    after: dict[str, Any], what: What
) -> None:
    assert whats(audits=[replace(SWITCH, action="put back", after=after)]) == [what]


def test_a_video_that_takes_another_ones_place_is_told_as_such() -> None:
    before = {"processing_status": "ready", "mux_playback_id": "play-0"}
    assert What.REPLACED in whats(asset=READY, audits=[replace(SWITCH, before=before)])


@pytest.mark.parametrize("state", [UploadState.ERRORED, UploadState.CANCELLED, UploadState.TIMED_OUT])
def test_an_upload_that_came_to_nothing_says_why(state: UploadState) -> None:
    failed = replace(UPLOAD, state=state, reason="No picture.")
    steps = story(None, uploads=[failed], audits=(), events={})
    assert [(step.what, step.why) for step in steps] == [(What.SENT, ""), (What.FAILED, "No picture.")]


def test_what_happened_at_once_is_told_in_the_order_of_the_way() -> None:
    at_once = replace(READY, created_at=AT, ready_at=AT)
    assert whats(asset=at_once, audits=[replace(SWITCH, at=AT)], uploads=[UPLOAD]) == [
        What.SENT,
        What.AT_MUX,
        What.READY,
        What.SWITCHED,
    ]


def test_audit_rows_that_are_no_step_are_passed_over() -> None:
    assert whats(audits=[replace(SWITCH, action="write late facts")]) == []
