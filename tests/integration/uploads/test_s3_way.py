"""Mux does not take the file: it goes to S3 in parts, plays from there, and follows to Mux by itself."""

from dataclasses import replace
from pathlib import Path

import pytest

from core import migrating, uploading
from core.access import SYSTEM
from core.errors import InvalidInput, NotFound, Refused, StaleState
from core.migration import Options, PolicyRule
from core.selection import Choice
from core.source import Location
from core.sweeping import sweep
from core.upload import Opened, UploadOptions, UploadState, Via
from tests.integration.clips import write_film
from tests.integration.uploads.stage import BUCKET, PUBLIC, TESS, TIM, Stage, Webhook

S = UploadState


def stored(stage: Stage, lesson_id: str, film: Path, *, options: UploadOptions = PUBLIC) -> Opened:
    stage.mux_is_away()
    opened = stage.open(lesson_id, film, options=options)
    etags = stage.put_parts(opened, film.read_bytes())
    uploading.finish(opened.upload.id, etags=etags, by=TESS, services=stage.services)
    return opened


def test_while_mux_is_away_the_file_goes_to_s3_and_the_lesson_plays_it_from_there(
    stage: Stage, film: Path
) -> None:
    lesson_id = stage.lesson()
    stage.mux_is_away()
    opened = stage.open(lesson_id, film)
    assert (opened.via, opened.upload.fallback_used, opened.url) == (Via.S3, True, "")
    assert opened.notice is not None
    assert "S3" in opened.notice
    etags = stage.put_parts(opened, film.read_bytes())
    upload = uploading.finish(opened.upload.id, etags=etags, by=TESS, services=stage.services)
    assert upload.state is S.STORED
    lesson, video = stage.row("lessons", lesson_id), stage.row("videos", upload.video_id)
    key = f"uploads/{lesson_id}/{upload.id}/lesson.mp4"
    assert lesson["video_url"] == f"{stage.s3.url}/{BUCKET}/{key}"
    assert (lesson["video_provider"], lesson["processing_status"]) == ("s3", "ready")
    assert (video["s3_bucket"], video["s3_key"], video["file_path"]) == (BUCKET, key, key)
    [source] = stage.ask("SELECT standing, rows, duration_s FROM mux_admin.sources")
    assert source[:2] == ("ready", 2)
    assert source[2] == pytest.approx(2.0, abs=0.2)


def test_mux_is_back_and_the_upload_is_on_mux_by_a_batch_of_one(stage: Stage, film: Path) -> None:
    lesson_id = stage.lesson("Fractions")
    opened = stored(stage, lesson_id, film)
    stage.run()
    waiting = stage.upload(opened)
    assert waiting.state is S.STORED
    assert waiting.reason is not None
    assert "asked again by itself" in waiting.reason
    stage.mux_is_away(False)
    stage.sweep_until(lambda: stage.upload(opened).state is S.READY)
    upload = stage.upload(opened)
    lesson, video = stage.row("lessons", lesson_id), stage.row("videos", upload.video_id)
    assert lesson["video_provider"] == "mux"
    assert lesson["mux_asset_id"] == video["mux_asset_id"] == upload.asset_id
    assert stage.ask("SELECT name, total FROM mux_admin.batches") == [("Upload: Fractions", 1)]
    assert upload.fallback_used


def test_a_put_that_failed_for_good_goes_on_to_s3(stage: Stage, film: Path) -> None:
    opened = stage.open(stage.lesson(), film)
    second = uploading.fall_back(opened.upload.id, by=TESS, services=stage.services)
    assert (second.via, second.upload.fallback_used) == (Via.S3, True)
    assert stage.put(opened.url, film.read_bytes()) == 410
    etags = stage.put_parts(second, film.read_bytes())
    uploading.finish(second.upload.id, etags=etags, by=TESS, services=stage.services)
    stage.sweep_until(lambda: stage.upload(second).state is S.READY)


def test_a_put_whose_last_answer_was_lost_needs_no_second_place(stage: Stage, film: Path) -> None:
    opened = stage.open(stage.lesson(), film)
    stage.put(opened.url, film.read_bytes())
    again = uploading.fall_back(opened.upload.id, by=TESS, services=stage.services)
    assert (again.url, dict(again.parts), again.upload.fallback_used) == ("", {}, False)
    stage.until(opened, S.READY)


def test_bytes_that_reach_mux_after_all_are_not_uploaded_twice(
    stage: Stage, film: Path, webhook: Webhook
) -> None:
    """Mux was away when it was asked to take no more, and the file was complete there."""
    webhook.holding = True
    lesson_id = stage.lesson()
    opened = stage.open(lesson_id, film)
    stage.put(opened.url, film.read_bytes())
    stage.mux_is_away()
    second = uploading.fall_back(opened.upload.id, by=TESS, services=stage.services)
    etags = stage.put_parts(second, film.read_bytes())
    uploading.finish(second.upload.id, etags=etags, by=TESS, services=stage.services)
    stage.mux_is_away(False)
    webhook.release()
    stage.sweep_until(lambda: stage.upload(opened).state is S.READY)
    stage.sweep_until(lambda: stage.ask("SELECT count(*) FROM mux_admin.discards") == [(0,)])
    kept = stage.ask("SELECT id FROM mux_admin.assets WHERE status <> 'deleted'")
    assert kept == [(stage.upload(opened).asset_id,)]
    assert stage.row("lessons", lesson_id)["mux_asset_id"] == kept[0][0]


def test_a_file_that_changed_under_the_hand_is_refused_and_deleted(stage: Stage, film: Path) -> None:
    stage.mux_is_away()
    lesson_id = stage.lesson()
    opened = stage.open(lesson_id, film)
    etags = stage.put_parts(opened, film.read_bytes() + b"more")
    with pytest.raises(InvalidInput, match="changed while it was being sent"):
        uploading.finish(opened.upload.id, etags=etags, by=TESS, services=stage.services)
    upload = stage.upload(opened)
    assert (upload.state, upload.trouble) == (S.ERRORED, "changed")
    assert upload.location is not None
    with pytest.raises(NotFound):
        stage.services.store.head(upload.location)
    assert stage.row("lessons", lesson_id)["video_url"] is None


def test_other_bytes_under_the_right_name_are_refused(stage: Stage, film: Path) -> None:
    stage.mux_is_away()
    opened = stage.open(stage.lesson(), film)
    body = b"PK\x03\x04".ljust(film.stat().st_size, b"\0")
    etags = stage.put_parts(opened, body)
    with pytest.raises(InvalidInput, match="may do harm"):
        uploading.finish(opened.upload.id, etags=etags, by=TESS, services=stage.services)
    assert stage.upload(opened).trouble == "wrong_kind"


def test_a_damaged_film_does_not_come_into_the_lesson(stage: Stage, film: Path) -> None:
    stage.mux_is_away()
    lesson_id = stage.lesson()
    opened = stage.open(lesson_id, film)
    body = film.read_bytes()[:40].ljust(film.stat().st_size, b"\0")
    etags = stage.put_parts(opened, body)
    with pytest.raises(InvalidInput):
        uploading.finish(opened.upload.id, etags=etags, by=TESS, services=stage.services)
    assert stage.upload(opened).trouble == "not_playable"
    assert stage.row("lessons", lesson_id)["processing_status"] == "error"


def test_a_large_file_comes_in_parts_and_more_urls_are_asked_for(
    stage: Stage, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.upload_storing.FIRST_PARTS", 1)
    stage.mux_is_away()
    body = film.read_bytes() + b"\0\0\0\x08free" + bytes(17 * 1024 * 1024)
    opened = stage.open(stage.lesson(), film, size_bytes=len(body))
    assert (list(opened.parts), opened.part_bytes) == ([1], 16 * 1024 * 1024)
    more = uploading.part_urls(opened.upload.id, first=2, count=50, by=TESS, services=stage.services)
    assert list(more) == [2]
    opened = type(opened)(
        upload=opened.upload, via=Via.S3, part_bytes=opened.part_bytes, parts={**opened.parts, **more}
    )
    etags = stage.put_parts(opened, body)
    upload = uploading.finish(opened.upload.id, etags=etags, by=TESS, services=stage.services)
    assert (upload.state, upload.size_bytes) == (S.STORED, len(body))
    with pytest.raises(StaleState):
        uploading.part_urls(opened.upload.id, first=1, count=1, by=TESS, services=stage.services)


def test_parts_are_not_for_others(stage: Stage, film: Path) -> None:
    stage.ask("ALTER TABLE lessons ALTER status SET DEFAULT 'draft'")
    stage.mux_is_away()
    opened = stage.open(stage.lesson(), film)
    with pytest.raises(NotFound):
        uploading.part_urls(opened.upload.id, first=1, count=1, by=TIM, services=stage.services)


def test_finishing_twice_is_finishing_once(stage: Stage, film: Path) -> None:
    stage.mux_is_away()
    opened = stage.open(stage.lesson(), film)
    etags = stage.put_parts(opened, film.read_bytes())
    first = uploading.finish(opened.upload.id, etags=etags, by=TESS, services=stage.services)
    again = uploading.finish(opened.upload.id, etags=etags, by=TESS, services=stage.services)
    assert first.source_id == again.source_id
    assert stage.ask("SELECT count(*) FROM mux_admin.sources") == [(1,)]


def test_a_browser_that_went_away_before_its_last_word_is_found_by_the_sweep(
    stage: Stage, film: Path
) -> None:
    stage.mux_is_away()
    opened = stage.open(stage.lesson(), film)
    etags = stage.put_parts(opened, film.read_bytes())
    upload = stage.upload(opened)
    assert upload.location is not None
    assert upload.multipart_id is not None
    stage.services.store.complete_parts(upload.location, upload.multipart_id, etags)
    stage.clock.ahead_s += 90_000
    sweep(services=stage.services)
    assert stage.upload(opened).state is S.STORED


def test_parts_that_nobody_completed_are_dropped_when_their_time_is_over(stage: Stage, film: Path) -> None:
    stage.mux_is_away()
    opened = stage.open(stage.lesson(), film)
    stage.put_parts(opened, film.read_bytes())
    stage.clock.ahead_s += 90_000
    sweep(services=stage.services)
    assert stage.upload(opened).state is S.TIMED_OUT
    assert multiparts(stage) == 0


def test_a_cancelled_upload_leaves_no_parts(stage: Stage, film: Path) -> None:
    stage.mux_is_away()
    opened = stage.open(stage.lesson(), film)
    stage.put_parts(opened, film.read_bytes())
    uploading.cancel(opened.upload.id, by=TESS, services=stage.services)
    assert multiparts(stage) == 0
    with pytest.raises(StaleState):
        uploading.finish(opened.upload.id, etags=["x"], by=TESS, services=stage.services)


def multiparts(stage: Stage) -> int:
    listed = stage.s3.client().list_multipart_uploads(Bucket=BUCKET, Prefix="uploads/")
    mine = [one for one in listed.get("Uploads", []) if "/" in one["Key"]]
    ids = {str(row[0]) for row in stage.ask("SELECT id FROM mux_admin.uploads")}
    return sum(one["Key"].split("/")[2] in ids for one in mine)


def test_neither_mux_nor_s3_takes_it_and_the_lesson_is_free_again(stage: Stage, film: Path) -> None:
    stage.mux_is_away()
    stage.s3.set_faults({"path": f"{BUCKET}/*", "status": 403, "methods": ["POST"]})
    lesson_id = stage.lesson()
    try:
        with pytest.raises(Refused):
            stage.open(lesson_id, film)
    finally:
        stage.s3.set_faults()
    assert stage.ask("SELECT state FROM mux_admin.uploads") == [("errored",)]
    assert stage.open(lesson_id, film).via is Via.S3


def test_a_put_that_failed_while_s3_takes_nothing_is_an_error_of_the_lesson(stage: Stage, film: Path) -> None:
    lesson_id = stage.lesson()
    sql = "INSERT INTO videos (lesson_id, mux_status) VALUES (%s, NULL) RETURNING id"
    [(video_id,)] = stage.ask(sql, int(lesson_id))
    opened = stage.open(lesson_id, film)
    assert stage.row("videos", video_id)["mux_status"] == "pending"
    stage.s3.set_faults({"path": f"{BUCKET}/*", "status": 403, "methods": ["POST"]})
    try:
        with pytest.raises(Refused):
            uploading.fall_back(opened.upload.id, by=TESS, services=stage.services)
    finally:
        stage.s3.set_faults()
    assert stage.upload(opened).state is S.ERRORED
    row = stage.row("lessons", lesson_id)
    assert (row["mux_upload_id"], row["processing_status"], row["video_status"]) == (None, "error", "error")
    assert stage.row("videos", video_id)["mux_status"] == "errored"


def test_a_lesson_with_an_s3_video_points_at_the_new_file_and_the_old_one_is_left_alone(
    stage: Stage, film: Path
) -> None:
    lesson_id = stage.lesson(video_url=f"s3://{BUCKET}/old.mp4")
    stage.ask("UPDATE lessons SET processing_status = 'ready', video_status = 'ready'")
    opened = stored(stage, lesson_id, film)
    upload = stage.upload(opened)
    assert str(upload.id) in stage.row("lessons", lesson_id)["video_url"]
    [(before,)] = stage.ask(
        "SELECT before FROM mux_admin.audit WHERE action = 'play upload from S3' AND subject = %s",
        f"lessons {lesson_id}",
    )
    assert before == {"video_url": f"s3://{BUCKET}/old.mp4"}


def test_what_lies_beside_a_lesson_goes_to_s3_and_is_listed(stage: Stage, tmp_path: Path) -> None:
    lesson_id = stage.lesson()
    notes = tmp_path / "notes.pdf"
    notes.write_bytes(b"%PDF-1.7\nhandout")
    sound = write_film(tmp_path / "sound.mp3", video="", audio="libmp3lame")
    for path in (notes, sound):
        opened = stage.open(lesson_id, path, mime="text/html")
        assert (opened.via, opened.upload.fallback_used) == (Via.S3, False)
        etags = stage.put_parts(opened, path.read_bytes())
        done = uploading.finish(opened.upload.id, etags=etags, by=TESS, services=stage.services)
        assert done.state is S.READY
    found = uploading.resources(lesson_id, by=TESS, services=stage.services)
    assert [(one.name, one.kind.value) for one in found] == [("notes.pdf", "pdf"), ("sound.mp3", "audio")]
    assert found[0].location == Location(BUCKET, f"resources/{lesson_id}/{found[0].id}/notes.pdf")
    assert [one.mime for one in found] == ["application/pdf", "audio/mpeg"]
    assert stage.get(found[0].url) == notes.read_bytes()
    assert stage.row("lessons", lesson_id)["video_url"] is None


def test_a_file_that_mux_has_before_s3_has_it_goes_by_mux_and_leaves_nothing_in_s3(
    stage: Stage, film: Path, webhook: Webhook
) -> None:
    webhook.holding = True
    opened = stage.open(stage.lesson(), film)
    stage.put(opened.url, film.read_bytes())
    stage.mux_is_away()
    second = uploading.fall_back(opened.upload.id, by=TESS, services=stage.services)
    stage.put_parts(second, film.read_bytes())
    stage.mux_is_away(False)
    webhook.release()
    upload = stage.until(opened, S.READY)
    assert (upload.via, upload.fallback_used, upload.source_id) == (Via.MUX, False, None)
    stage.sweep_until(lambda: multiparts(stage) == 0)
    late = uploading.finish(second.upload.id, etags=["x"], by=TESS, services=stage.services)
    assert late.state is S.READY


def test_a_test_upload_leaves_the_lesson_as_it_was_on_the_way_by_s3_too(stage: Stage, film: Path) -> None:
    lesson_id = stage.lesson()
    before = stage.row("lessons", lesson_id)
    opened = stored(stage, lesson_id, film, options=replace(PUBLIC, test=True))
    stage.mux_is_away(False)
    stage.sweep_until(lambda: stage.upload(opened).state is S.READY)
    assert stage.row("lessons", lesson_id) == before
    assert stage.ask("SELECT count(*) FROM videos") == [(0,)]


def test_a_file_that_somebodys_own_batch_took_to_mux_gets_its_subtitles_there(
    stage: Stage, film: Path, tmp_path: Path
) -> None:
    lesson_id = stage.lesson()
    opened = stored(stage, lesson_id, film)
    text = tmp_path / "lesson.de.vtt"
    text.write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nGuten Tag\n")
    beside = stage.open(lesson_id, text, mime="text/vtt")
    etags = stage.put_parts(beside, text.read_bytes())
    uploading.finish(beside.upload.id, etags=etags, by=TESS, services=stage.services)
    stage.mux_is_away(False)
    public = Options(policy=PolicyRule.PUBLIC)
    migrating.start(Choice(), public, name="All", by=SYSTEM, services=stage.services)
    stage.sweep_until(lambda: stage.upload(opened).state is S.READY)
    assert stage.upload(opened).batch_id is None
    asset_id = str(stage.upload(opened).asset_id)

    def languages() -> list[object]:
        tracks = stage.services.mux.get_asset(asset_id).tracks
        return [track.get("language_code") for track in tracks if track.get("type") == "text"]

    stage.sweep_until(lambda: languages() == ["de"])
