"""The usual way: the browser sends the bytes straight to Mux, events do the rest."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest

from core import migrating, scanning, upload_captioning, uploading
from core.access import SERVICE, SYSTEM, Person, Role
from core.caption_looking import captions
from core.errors import InvalidInput, NotAllowed, NotFound, RateLimited, Refused, StaleState
from core.migration import Mode, Options, PolicyRule
from core.ports import VideoHost
from core.selection import Choice
from core.sweeping import sweep
from core.text_track import TrackState
from core.upload import UploadOptions, UploadState, Via
from core.upload_opening import PER_MINUTE
from tests.integration.clips import write_film
from tests.integration.uploads.stage import ADMIN, BUCKET, PUBLIC, TESS, TIM, Stage, Webhook

S = UploadState


def test_a_video_goes_to_mux_and_the_lesson_plays_it(stage: Stage, film: Path) -> None:
    lesson_id = stage.lesson()
    opened = stage.open(lesson_id, film)
    assert (opened.via, opened.upload.state, opened.notice) == (Via.MUX, S.WAITING, None)
    assert stage.row("lessons", lesson_id)["processing_status"] == "pending"
    assert stage.put(opened.url, film.read_bytes()) == 200
    told_by_browser = uploading.finish(opened.upload.id, by=TESS, services=stage.services)
    assert told_by_browser.state in (S.UPLOADED, S.PREPARING)
    upload = stage.until(opened, S.READY)
    lesson, video = stage.row("lessons", lesson_id), stage.row("videos", upload.video_id)
    assert (lesson["video_provider"], lesson["processing_status"]) == ("mux", "ready")
    assert lesson["mux_asset_id"] == video["mux_asset_id"] == upload.asset_id
    assert (video["lesson_id"], video["filename"]) == (int(lesson_id), "lesson.mp4")
    assert (video["file_size"], video["uploaded_by"]) == (film.stat().st_size, "t1")
    assert video["file_path"] == f"mux://{upload.mux_upload_id}"
    assert not upload.fallback_used


def test_a_lesson_that_plays_goes_on_playing_until_the_new_copy_was_seen_to_play(
    stage: Stage, film: Path
) -> None:
    lesson_id = stage.lesson(video_url="s3://school/old.mp4")
    stage.ask("UPDATE lessons SET processing_status = 'ready', video_status = 'ready'")
    opened = stage.open(lesson_id, film)
    stage.put(opened.url, film.read_bytes())
    seen = []
    stage.trip.once("upload.switch:before", lambda: seen.append(stage.row("lessons", lesson_id)))
    stage.until(opened, S.READY)
    assert (seen[0]["processing_status"], seen[0]["mux_playback_id"]) == ("ready", None)
    [(before, after)] = stage.ask(
        "SELECT before, after FROM mux_admin.audit WHERE action = 'play upload from Mux' AND subject = %s",
        f"lessons {lesson_id}",
    )
    assert (before["video_provider"], after["video_provider"]) == ("s3", "mux")
    assert stage.row("lessons", lesson_id)["video_url"] == "s3://school/old.mp4"


def test_the_row_of_videos_that_is_there_is_used_again(stage: Stage, film: Path) -> None:
    lesson_id = stage.lesson()
    [(video_id,)] = stage.ask("INSERT INTO videos (lesson_id) VALUES (%s) RETURNING id", int(lesson_id))
    opened = stage.open(lesson_id, film)
    stage.put(opened.url, film.read_bytes())
    assert stage.until(opened, S.READY).video_id == str(video_id)
    assert stage.ask("SELECT count(*) FROM videos") == [(1,)]


def test_a_second_upload_to_the_lesson_is_refused_while_the_first_is_on_its_way(
    stage: Stage, film: Path
) -> None:
    lesson_id = stage.lesson()
    first = stage.open(lesson_id, film)
    with pytest.raises(StaleState, match="tess is already uploading"):
        stage.open(lesson_id, film, by=ADMIN)
    uploading.cancel(first.upload.id, by=TESS, services=stage.services)
    assert stage.open(lesson_id, film, by=ADMIN).upload.state is S.WAITING


def test_somebody_elses_lesson_and_one_that_is_not_there_sound_the_same(stage: Stage, film: Path) -> None:
    stage.ask("ALTER TABLE lessons ALTER status SET DEFAULT 'draft'")
    lesson_id = stage.lesson()
    with pytest.raises(NotFound):
        stage.open(lesson_id, film, by=TIM)
    with pytest.raises(NotFound):
        stage.open("999", film)
    finance = Person(subject="f", email="", roles=frozenset({Role.FINANCE}), host_user_id="t1")
    with pytest.raises(NotAllowed):
        stage.open(lesson_id, film, by=finance)
    assert stage.ask("SELECT count(*) FROM mux_admin.uploads") == [(0,)]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"size_bytes": 0, "head": b""}, "empty"),
        ({"name": "lesson.mp4", "head": b"MZ\x90\x00"}, "may do harm"),
        ({"name": "page.mp4", "head": b"<!DOCTYPE html><html>"}, "may do harm"),
        ({"name": "notes.pdf"}, "not what its name says"),
        ({"size_bytes": 10**12}, "is the most"),
    ],
)
def test_what_is_not_taken_is_refused_before_mux_is_asked(
    stage: Stage, film: Path, facts: dict[str, object], words: str
) -> None:
    lesson_id = stage.lesson()
    with pytest.raises(InvalidInput, match=words):
        stage.open(lesson_id, film, **facts)
    assert "mux_now.create_upload:before" not in stage.trip.passed
    assert stage.ask("SELECT count(*) FROM mux_admin.uploads") == [(0,)]


@pytest.mark.parametrize(("who", "is_counted"), [(SERVICE, False), (replace(ADMIN, email=""), True)])
def test_whoever_is_signed_in_is_counted_whatever_is_known_of_them(
    stage: Stage, film: Path, who: Person, is_counted: bool
) -> None:
    for _ in range(PER_MINUTE):
        stage.open(stage.lesson(), film, by=who)
    with pytest.raises(RateLimited) if is_counted else nullcontext():
        stage.open(stage.lesson(), film, by=who)


def test_ten_uploads_a_minute_and_then_the_next_minute(stage: Stage, film: Path) -> None:
    lessons = [stage.lesson() for _ in range(PER_MINUTE + 1)]
    for lesson_id in lessons[:-1]:
        stage.open(lesson_id, film)
    with pytest.raises(RateLimited) as refused:
        stage.open(lessons[-1], film)
    assert refused.value.retry_after_s is not None
    assert 0 < refused.value.retry_after_s <= 60
    assert stage.open(lessons[-1], film, by=ADMIN).upload.person == "ada"
    stage.clock.ahead_s += 61
    uploading.cancel(stage.open(stage.lesson(), film).upload.id, by=TESS, services=stage.services)


def test_events_that_are_faster_than_our_own_answer_find_the_upload(
    stage: Stage, film: Path, webhook: Webhook
) -> None:
    lesson_id = stage.lesson()
    opened = stage.open(lesson_id, film)
    stage.ask("UPDATE mux_admin.uploads SET mux_upload_id = NULL")
    stage.put(opened.url, film.read_bytes())
    assert stage.until(opened, S.READY).asset_id is not None


def test_lost_events_cost_only_time(stage: Stage, film: Path, webhook: Webhook) -> None:
    webhook.losing = True
    lesson_id = stage.lesson()
    opened = stage.open(lesson_id, film)
    stage.put(opened.url, film.read_bytes())
    stage.clock.ahead_s += 10
    stage.sweep_until(lambda: stage.upload(opened).state is S.READY)
    assert stage.row("lessons", lesson_id)["video_provider"] == "mux"


def test_an_upload_that_was_abandoned_is_closed_and_the_lesson_is_free(stage: Stage, film: Path) -> None:
    lesson_id = stage.lesson()
    opened = stage.open(lesson_id, film)
    stage.clock.ahead_s += 3700
    assert stage.put(opened.url, film.read_bytes()) == 410
    sweep(services=stage.services)
    upload = stage.upload(opened)
    assert (upload.state, upload.trouble) == (S.TIMED_OUT, "abandoned")
    assert stage.row("lessons", lesson_id)["mux_upload_id"] is None
    assert stage.open(lesson_id, film).upload.state is S.WAITING


def test_cancelled_while_it_finishes_the_asset_is_deleted_and_the_lesson_untouched(
    stage: Stage, film: Path, webhook: Webhook
) -> None:
    webhook.holding = True
    lesson_id = stage.lesson()
    opened = stage.open(lesson_id, film)
    stage.put(opened.url, film.read_bytes())
    uploading.cancel(opened.upload.id, by=TESS, services=stage.services)
    stage.run_until(lambda: any(b"video.asset.ready" in asked.body for asked in webhook.held))
    for asked in webhook.held:
        webhook.deliver(asked)
    webhook.holding = False
    stage.run_until(lambda: stage.ask("SELECT status FROM mux_admin.assets") == [("deleted",)])
    assert stage.upload(opened).state is S.CANCELLED
    assert stage.row("lessons", lesson_id)["mux_playback_id"] is None


def test_a_cancelled_upload_takes_no_bytes(stage: Stage, film: Path) -> None:
    opened = stage.open(stage.lesson(), film)
    cancelled = uploading.cancel(opened.upload.id, by=TESS, services=stage.services)
    assert (cancelled.state, cancelled.reason) == (S.CANCELLED, "Cancelled by tess.")
    assert stage.put(opened.url, film.read_bytes()) == 410
    with pytest.raises(StaleState):
        uploading.finish(opened.upload.id, by=TESS, services=stage.services)


def test_a_file_that_mux_cannot_use_ends_with_its_reason(stage: Stage, film: Path) -> None:
    lesson_id = stage.lesson()
    opened = stage.open(lesson_id, film)
    stage.put(opened.url, b"\0\0\0\x18ftypisom" + b"no film at all" * 100)
    upload = stage.until(opened, S.ERRORED)
    assert upload.reason is not None
    assert upload.reason.startswith("Mux could not use this file")
    assert stage.row("lessons", lesson_id)["processing_status"] == "error"
    stage.run_until(lambda: stage.ask("SELECT status FROM mux_admin.assets") == [("deleted",)])


def test_a_file_without_a_picture_does_not_play_in_a_lesson(stage: Stage, film: Path, tmp_path: Path) -> None:
    sound = write_film(tmp_path / "sound.mp4", video="")
    opened = stage.open(stage.lesson(), film)
    stage.put(opened.url, sound.read_bytes())
    upload = stage.until(opened, S.ERRORED)
    assert upload.trouble in ("no_video", "not_playable", "mux_refused")
    stage.run_until(lambda: stage.ask("SELECT status FROM mux_admin.assets") == [("deleted",)])


FORGETFUL = """
CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.tracks = '[]'; RETURN NEW; END $$;
CREATE TRIGGER forget BEFORE INSERT OR UPDATE ON mux_admin.assets FOR EACH ROW EXECUTE FUNCTION forget();
"""


@pytest.mark.parametrize(("picture", "state"), [("libx264", S.READY), ("", S.ERRORED)])
def test_mux_is_asked_what_is_in_a_file_whose_tracks_nobody_told(
    stage: Stage, film: Path, tmp_path: Path, picture: str, state: S
) -> None:
    stage.ask(FORGETFUL)
    file = write_film(tmp_path / "file.mp4", video=picture)
    opened = stage.open(stage.lesson(), film)
    stage.put(opened.url, file.read_bytes())
    assert stage.until(opened, state).trouble == (None if picture else "no_video")


def test_a_test_upload_leaves_the_lesson_as_it_was(stage: Stage, film: Path) -> None:
    lesson_id = stage.lesson()
    before = stage.row("lessons", lesson_id)
    opened = stage.open(lesson_id, film, options=UploadOptions(policy=PUBLIC.policy, test=True))
    stage.put(opened.url, film.read_bytes())
    upload = stage.until(opened, S.READY)
    assert upload.reason is not None
    assert upload.reason.startswith("A test")
    assert stage.row("lessons", lesson_id) == before
    assert stage.ask("SELECT count(*) FROM videos") == [(0,)]


def test_the_url_stays_out_of_tables_and_texts(stage: Stage, film: Path) -> None:
    opened = stage.open(stage.lesson(), film)
    secret = opened.url.rsplit("/", 1)[-1]
    stage.put(opened.url, film.read_bytes())
    stage.until(opened, S.READY)
    kept = stage.ask(
        "SELECT (SELECT string_agg(u::text, '') FROM mux_admin.uploads u) "
        "|| (SELECT string_agg(e::text, '') FROM mux_admin.webhook_events e) "
        "|| (SELECT string_agg(a::text, '') FROM mux_admin.audit a)"
    )[0][0]
    assert secret not in kept
    assert secret not in repr(opened)


def test_moving_the_old_video_later_does_not_take_the_new_one_out_of_the_lesson(
    stage: Stage, film: Path
) -> None:
    key = f"{uuid4()}.mp4"
    stage.s3.client().put_object(Bucket=BUCKET, Key=key, Body=film.read_bytes())
    lesson_id = stage.lesson(video_url=f"s3://{BUCKET}/{key}")
    scanning.scan(services=stage.services)
    opened = stage.open(lesson_id, film)
    stage.put(opened.url, film.read_bytes())
    uploaded = stage.until(opened, S.READY).asset_id
    options = Options(policy=PolicyRule.PUBLIC, mode=Mode.PUSH)
    migrating.start(Choice(keys=(key,)), options, name="Old", by=SYSTEM, services=stage.services)
    stage.sweep_until(lambda: stage.ask("SELECT state FROM mux_admin.items") == [("done",)])
    assert stage.row("lessons", lesson_id)["mux_asset_id"] == uploaded
    [(standing,)] = stage.ask("SELECT standing FROM mux_admin.sources WHERE key = %s", key)
    assert standing == "on_mux"


def test_an_uploaded_asset_that_is_deleted_at_mux_gives_the_lesson_back_to_s3(
    stage: Stage, film: Path
) -> None:
    lesson_id = stage.lesson(video_url="s3://school/old.mp4")
    opened = stage.open(lesson_id, film)
    stage.put(opened.url, film.read_bytes())
    upload = stage.until(opened, S.READY)
    assert upload.asset_id is not None
    stage.services.mux.delete_asset(upload.asset_id)
    assert stage.until(opened, S.ERRORED).trouble == "asset_deleted"
    lesson = stage.row("lessons", lesson_id)
    assert (lesson["mux_playback_id"], lesson["video_provider"], lesson["processing_status"]) == (
        *(None, "s3", "ready"),
    )


@pytest.mark.parametrize("first", ["film", "subtitles"])
def test_subtitles_beside_a_lesson_become_a_track_of_what_it_plays_and_chapters_do_not(
    stage: Stage, film: Path, tmp_path: Path, first: str
) -> None:
    lesson_id = stage.lesson()
    text, chapters = tmp_path / "lesson.de.vtt", tmp_path / "lesson.chapters.vtt"
    for one in (text, chapters):
        one.write_bytes(b"WEBVTT\n\n00:00.000 --> 00:01.000\nHallo\n")

    def bring_film() -> None:
        opened = stage.open(lesson_id, film)
        stage.put(opened.url, film.read_bytes())
        stage.until(opened, S.READY)

    def bring_subtitles() -> None:
        for one in (chapters, text):
            opened = stage.open(lesson_id, one, mime="text/vtt")
            etags = stage.put_parts(opened, one.read_bytes())
            uploading.finish(opened.upload.id, etags=etags, by=TESS, services=stage.services)
        stage.run()

    for bring in (bring_film, bring_subtitles) if first == "film" else (bring_subtitles, bring_film):
        bring()
    stage.run_until(lambda: len(texts_of(stage, lesson_id)) == 1)
    [track] = texts_of(stage, lesson_id)
    assert (track["language_code"], track["name"]) == ("de", "lesson.de")
    upload_captioning.caption(lesson_id=lesson_id, services=stage.services)
    assert len(texts_of(stage, lesson_id)) == 1


class Refusing:
    """Mux, which takes no captions."""

    def __init__(self, mux: VideoHost) -> None:
        self._mux = mux

    def __getattr__(self, name: str) -> Any:
        return getattr(self._mux, name)

    def add_text_track(self, *_: object, **__: object) -> str:
        raise Refused("Mux takes no captions in “xx”.", hint="")


def test_subtitles_that_mux_refuses_are_told_with_the_reason_and_not_asked_for_again(
    stage: Stage, film: Path, tmp_path: Path
) -> None:
    lesson_id = stage.lesson()
    opened = stage.open(lesson_id, film)
    stage.put(opened.url, film.read_bytes())
    stage.until(opened, S.READY)
    for name in ("lesson.xx.vtt", "lesson.xx.srt"):
        text = tmp_path / name
        text.write_bytes(b"WEBVTT\n\n00:00.000 --> 00:01.000\nHallo\n")
        beside = stage.open(lesson_id, text, mime="text/vtt")
        etags = stage.put_parts(beside, text.read_bytes())
        uploading.finish(beside.upload.id, etags=etags, by=TESS, services=stage.services)
    refusing = replace(stage.services, mux=cast(VideoHost, Refusing(stage.services.mux)))
    assert upload_captioning.caption(lesson_id=lesson_id, services=refusing) == 0
    stage.run()
    lines = captions(lesson_id, by=TESS, services=stage.services).lines
    reason = "Mux takes no captions in “xx”."
    assert {(line.name, line.state, line.reason) for line in lines} == {
        ("lesson.xx", TrackState.FAILED, reason),
        ("lesson.xx (2)", TrackState.FAILED, reason),
    }
    assert texts_of(stage, lesson_id) == []


def texts_of(stage: Stage, lesson_id: str) -> list[Mapping[str, object]]:
    asset = stage.services.mux.get_asset(str(stage.row("lessons", lesson_id)["mux_asset_id"]))
    return [track for track in asset.tracks if track["type"] == "text" and track["status"] == "ready"]


def test_callers_of_the_api_get_a_url_for_a_file_that_nobody_has_seen(stage: Stage, film: Path) -> None:
    lesson_id = stage.lesson()
    with pytest.raises(InvalidInput, match="signing key"):
        uploading.upload_url(lesson_id, by=TESS, cors_origin="*", services=stage.services)
    services = replace(
        stage.services, settings=replace(stage.services.settings, mux_playback_policy="public")
    )
    direct = uploading.upload_url(lesson_id, by=TESS, cors_origin="*", services=services)
    assert stage.put(direct.url, film.read_bytes()) == 200
    stage.run_until(lambda: stage.row("lessons", lesson_id)["video_provider"] == "mux")
    assert stage.row("lessons", lesson_id)["mux_upload_id"] == direct.id
