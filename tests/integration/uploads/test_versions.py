"""What a lesson played before is kept, played again, and let go when its time is over."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core import lesson_picking, lesson_recalling, lesson_replacing, migrating, scanning
from core.access import SYSTEM
from core.errors import NotAllowed, NotFound, StaleState
from core.lesson_former import Versions, Why
from core.lesson_telling import film as film_of_lesson
from core.library import Film
from core.migration import Mode, Options, PolicyRule
from core.playback import Provider
from core.playing import playback
from core.selection import Choice
from core.upload import UploadState
from tests.integration.uploads.stage import ADMIN, BUCKET, TESS, TIM, Stage, http
from tests.integration.uploads.test_s3_way import stored

DAYS_31_S = 31 * 86_400.0


def upload(stage: Stage, lesson_id: str, film: Path) -> str:
    """Somebody uploads a video to the lesson; returns its asset."""
    opened = stage.open(lesson_id, film)
    stage.put(opened.url, film.read_bytes())
    return str(stage.until(opened, UploadState.READY).asset_id)


def versions(stage: Stage, lesson_id: str) -> Versions:
    return lesson_recalling.versions(lesson_id, by=TESS, services=stage.services)


def kept(stage: Stage, lesson_id: str) -> list[str]:
    return [one.what for one in versions(stage, lesson_id).found]


def again(stage: Stage, lesson_id: str, what: str, *, seen: str | None = None, by: Any = TESS) -> bool:
    mark = versions(stage, lesson_id).mark if seen is None else seen
    return lesson_replacing.play_again(lesson_id, what, seen=mark, by=by, services=stage.services)


def take_away(stage: Stage, lesson_id: str, *, seen: str | None = None, by: Any = TESS) -> bool:
    mark = versions(stage, lesson_id).mark if seen is None else seen
    return lesson_replacing.take_away(lesson_id, seen=mark, by=by, services=stage.services)


def delete_at_mux(stage: Stage, asset_id: str) -> None:
    """Somebody deletes it at Mux itself, and Mux tells."""
    url = f"{stage.settings['mux_base_url']}/video/v1/assets/{asset_id}"
    headers = {"Authorization": "Basic dG9rZW4taWQ6dG9rZW4tc2VjcmV0"}
    assert http.request("DELETE", url, headers=headers).status == 204
    gone = "SELECT status FROM mux_admin.assets WHERE id = %s"
    stage.run_until(lambda: stage.ask(gone, asset_id) == [("deleted",)])


def plays(stage: Stage, lesson_id: str) -> tuple[Any, Any, Any]:
    lesson = stage.row("lessons", lesson_id)
    return lesson["mux_asset_id"], lesson["video_provider"], lesson["processing_status"]


def video(stage: Stage, lesson_id: str) -> Mapping[str, Any]:
    [(row_id,)] = stage.ask("SELECT id FROM videos WHERE lesson_id = %s", int(lesson_id))
    return stage.row("videos", row_id)


def test_the_video_before_is_kept_with_who_why_and_until_when(stage: Stage, film: Path) -> None:
    lesson_id = stage.lesson()
    first = upload(stage, lesson_id, film)
    assert kept(stage, lesson_id) == []
    second = upload(stage, lesson_id, film)
    [version] = versions(stage, lesson_id).found
    assert (version.what, version.person, version.why, version.came) == (
        first,
        "tess",
        Why.UPLOADED,
        "lesson.mp4",
    )
    assert version.expires_at == version.at + timedelta(days=30)
    assert (version.missing, round(version.duration_s or 0)) == ("", 2)
    assert plays(stage, lesson_id)[0] == second


def test_going_back_changes_all_rows_and_can_itself_be_taken_back(stage: Stage, film: Path) -> None:
    lesson_id = stage.lesson()
    first = upload(stage, lesson_id, film)
    before = stage.row("lessons", lesson_id), video(stage, lesson_id)
    second = upload(stage, lesson_id, film)
    assert again(stage, lesson_id, first)
    told = (
        "mux_asset_id",
        "mux_playback_id",
        "mux_upload_id",
        "video_provider",
        "processing_status",
        "duration",
    )
    assert {name: stage.row("lessons", lesson_id)[name] for name in told} == {n: before[0][n] for n in told}
    names = [name for name in before[1] if name.startswith("mux_")]
    assert {name: video(stage, lesson_id)[name] for name in names} == {n: before[1][n] for n in names}
    [version] = versions(stage, lesson_id).found
    assert (version.what, version.why, version.person) == (second, Why.BACK, "tess")
    assert again(stage, lesson_id, second)
    assert (plays(stage, lesson_id)[0], kept(stage, lesson_id)) == (second, [first])


def test_pressed_twice_it_happens_once_and_of_two_people_the_slower_is_told(stage: Stage, film: Path) -> None:
    lesson_id = stage.lesson()
    first, second = upload(stage, lesson_id, film), upload(stage, lesson_id, film)
    seen = versions(stage, lesson_id).mark
    assert again(stage, lesson_id, first, seen=seen)
    assert not again(stage, lesson_id, first, seen=seen)
    with pytest.raises(StaleState, match=r"another video meanwhile \(tess\)"):
        take_away(stage, lesson_id, seen=seen, by=ADMIN)
    assert (plays(stage, lesson_id)[0], kept(stage, lesson_id)) == (first, [second])


def test_without_a_video_the_rows_name_nothing_and_the_way_back_leads_to_all_of_it(
    stage: Stage, film: Path
) -> None:
    stage.s3.client().upload_file(str(film), BUCKET, "old/a.mp4")
    lesson_id = stage.lesson(video_url=f"s3://{BUCKET}/old/a.mp4")
    stage.ask(
        "INSERT INTO videos (lesson_id, s3_bucket, s3_key) VALUES (%s, %s, 'old/a.mp4')",
        int(lesson_id),
        BUCKET,
    )
    asset_id = migrate(stage, "old/a.mp4")
    assert plays(stage, lesson_id) == (asset_id, "mux", "ready")
    assert take_away(stage, lesson_id)
    lesson, beside = stage.row("lessons", lesson_id), video(stage, lesson_id)
    assert plays(stage, lesson_id) == (None, "s3", "pending")
    assert [lesson["video_url"], beside["s3_key"], beside["mux_playback_id"]] == [None, None, None]
    assert lesson["duration"] is None
    assert playback(lesson_id, by=ADMIN, services=stage.services).provider is Provider.NONE
    found = film_of_lesson(lesson_id, by=ADMIN, services=stage.services)
    assert (found.film, found.gone) == (Film.MISSING, None)
    assert stage.ask("SELECT rows FROM mux_admin.sources WHERE key = 'old/a.mp4'") == [(0,)]
    assert not take_away(stage, lesson_id)
    [version] = versions(stage, lesson_id).found
    assert (version.why, version.came, version.missing) == (Why.AWAY, "old/a.mp4", "")
    assert again(stage, lesson_id, asset_id)
    assert plays(stage, lesson_id) == (asset_id, "mux", "ready")
    assert stage.row("lessons", lesson_id)["duration"] == 2
    assert stage.row("lessons", lesson_id)["video_url"] == f"s3://{BUCKET}/old/a.mp4"
    assert video(stage, lesson_id)["s3_key"] == "old/a.mp4"
    assert stage.ask("SELECT rows FROM mux_admin.sources WHERE key = 'old/a.mp4'") == [(2,)]


def migrate(stage: Stage, key: str) -> str:
    scanning.scan(services=stage.services)
    stage.run()
    options = Options(policy=PolicyRule.PUBLIC, mode=Mode.PUSH)
    migrating.start(Choice(keys=(key,)), options, name="Old", by=SYSTEM, services=stage.services)
    asked = "SELECT asset_id FROM mux_admin.items WHERE state = 'done' ORDER BY batch_id DESC"
    stage.run_until(lambda: bool(stage.ask(asked)))
    return str(stage.ask(asked)[0][0])


def test_a_file_of_s3_takes_the_place_of_a_copy_and_moves_to_mux_though_an_upload_came_later(
    stage: Stage, film: Path
) -> None:
    lesson_id = stage.lesson()
    uploaded = upload(stage, lesson_id, film)
    stage.s3.client().upload_file(str(film), BUCKET, "picked/b.mp4")
    scanning.scan(services=stage.services)
    [(source_id,)] = stage.ask("SELECT id FROM mux_admin.sources WHERE key = 'picked/b.mp4'")
    lesson_picking.pick(lesson_id, source_id, by=ADMIN, services=stage.services)
    assert plays(stage, lesson_id) == (None, "s3", "ready")
    assert video(stage, lesson_id)["mux_playback_id"] is None
    [version] = versions(stage, lesson_id).found
    assert (version.what, version.why, version.person) == (uploaded, Why.PICKED, "ada")
    moved = migrate(stage, "picked/b.mp4")
    assert (plays(stage, lesson_id)[0], kept(stage, lesson_id)) == (moved, [uploaded])
    assert again(stage, lesson_id, uploaded)
    assert stage.row("lessons", lesson_id)["video_url"] is None
    assert kept(stage, lesson_id) == [moved]


def test_an_upload_that_goes_by_s3_takes_the_place_of_what_played_once_it_is_at_mux(
    stage: Stage, film: Path
) -> None:
    lesson_id = stage.lesson(video_url="s3://elsewhere/old.mp4")
    first = upload(stage, lesson_id, film)
    opened = stored(stage, lesson_id, film)
    assert (plays(stage, lesson_id)[0], kept(stage, lesson_id)) == (first, ["s3://elsewhere/old.mp4"])
    stage.mux_is_away(False)
    stage.sweep_until(lambda: stage.upload(opened).state is UploadState.READY)
    [version, _] = versions(stage, lesson_id).found
    assert (version.what, version.why, version.person) == (first, Why.UPLOADED, "tess")
    assert again(stage, lesson_id, first)
    assert stage.row("lessons", lesson_id)["video_url"] == "s3://elsewhere/old.mp4"
    assert again(stage, lesson_id, str(stage.upload(opened).asset_id))
    assert stage.row("lessons", lesson_id)["video_url"].endswith("/lesson.mp4")


def test_captions_follow_what_is_played(stage: Stage, film: Path) -> None:
    lesson_id = stage.lesson()
    first = upload(stage, lesson_id, film)
    stage.ask(
        "INSERT INTO mux_admin.text_tracks (id, lesson_id, asset_id, origin, state, language, name, person,"
        " created_at, moved_at, first_at, bucket, key, words) VALUES (gen_random_uuid(), %s, %s, 'uploaded',"
        " 'ready', 'en', 'English', 'tess', now(), now(), now(), %s, 'captions/x.vtt', 'What a set is')",
        lesson_id,
        first,
        BUCKET,
    )
    second = upload(stage, lesson_id, film)
    assert video(stage, lesson_id)["transcript_text"] is None
    again(stage, lesson_id, first)
    said = video(stage, lesson_id)
    assert said["transcript_text"] == "What a set is"
    assert said["captions_webvtt_url"].startswith(f"/api/videos/{lesson_id}/captions/")
    again(stage, lesson_id, second)
    assert video(stage, lesson_id)["captions_webvtt_url"] is None


def test_a_version_whose_copy_somebody_deleted_at_mux_is_shown_as_such_and_refused(
    stage: Stage, film: Path
) -> None:
    lesson_id = stage.lesson()
    first, second = upload(stage, lesson_id, film), upload(stage, lesson_id, film)
    delete_at_mux(stage, first)
    [version] = versions(stage, lesson_id).found
    assert version.gone_at is not None
    assert version.missing == "Its copy at Mux was deleted."
    with pytest.raises(StaleState, match="was deleted"):
        again(stage, lesson_id, first)
    delete_at_mux(stage, second)  # and what it would fall back to is not there any more
    assert plays(stage, lesson_id) == (None, "s3", "error")
    assert video(stage, lesson_id)["mux_playback_id"] is None


def test_what_is_played_again_falls_back_when_it_is_deleted_at_mux_itself(stage: Stage, film: Path) -> None:
    lesson_id = stage.lesson()
    first, second = upload(stage, lesson_id, film), upload(stage, lesson_id, film)
    again(stage, lesson_id, first)
    again(stage, lesson_id, second)
    told = lesson_recalling.after_deletion(lesson_id, by=TESS, services=stage.services)
    assert told is not None
    assert told.what == first
    delete_at_mux(stage, second)
    assert (plays(stage, lesson_id)[0], kept(stage, lesson_id)) == (first, [])


def test_when_its_time_is_over_the_copy_goes_at_mux_unless_a_row_names_it(stage: Stage, film: Path) -> None:
    lesson_id, other = stage.lesson(), stage.lesson("Sets")
    first = upload(stage, lesson_id, film)
    stage.ask(
        "UPDATE lessons SET (mux_asset_id, mux_playback_id) ="
        " (SELECT mux_asset_id, mux_playback_id FROM lessons WHERE id = %s) WHERE id = %s",
        int(lesson_id),
        int(other),
    )
    second, third = upload(stage, lesson_id, film), upload(stage, lesson_id, film)
    assert set(kept(stage, lesson_id)) == {first, second}
    stage.clock.ahead_s += DAYS_31_S
    gone = "SELECT id FROM mux_admin.assets WHERE status = 'deleted'"
    stage.sweep_until(lambda: bool(stage.ask(gone)))
    assert stage.ask(gone) == [(second,)]
    assert (plays(stage, lesson_id)[0], plays(stage, other)[0]) == (third, first)
    assert kept(stage, lesson_id) == []
    with pytest.raises(NotFound, match="not kept any more"):
        again(stage, lesson_id, second)


def test_a_copy_whose_time_is_over_is_not_played_again_while_it_is_being_deleted(
    stage: Stage, film: Path
) -> None:
    lesson_id = stage.lesson()
    first, second = upload(stage, lesson_id, film), upload(stage, lesson_id, film)
    stage.ask("INSERT INTO mux_admin.discards VALUES (%s, true, 'lectern', 'system', now())", first)
    with pytest.raises(StaleState, match="is being deleted"):
        again(stage, lesson_id, first)
    assert plays(stage, lesson_id)[0] == second


def test_an_original_in_s3_stays_a_version_when_its_copy_goes(stage: Stage, film: Path) -> None:
    stage.s3.client().upload_file(str(film), BUCKET, "old/c.mp4")
    lesson_id = stage.lesson(video_url=f"s3://{BUCKET}/old/c.mp4")
    asset_id = migrate(stage, "old/c.mp4")
    second = upload(stage, lesson_id, film)
    stage.clock.ahead_s += DAYS_31_S
    gone = "SELECT id FROM mux_admin.assets WHERE status = 'deleted'"
    stage.sweep_until(lambda: stage.ask(gone) == [(asset_id,)])
    [version] = versions(stage, lesson_id).found
    assert (version.what, version.asset, version.expires_at) == (f"s3://{BUCKET}/old/c.mp4", None, None)
    assert again(stage, lesson_id, version.what)
    assert plays(stage, lesson_id) == (None, "s3", "ready")
    assert kept(stage, lesson_id) == [second]


def test_an_earlier_copy_of_a_lesson_that_the_school_deleted_goes_when_its_time_is_over(
    stage: Stage, film: Path
) -> None:
    stage.s3.client().upload_file(str(film), BUCKET, "old/d.mp4")
    lesson_id = stage.lesson(video_url=f"s3://{BUCKET}/old/d.mp4")
    first, second = migrate(stage, "old/d.mp4"), upload(stage, lesson_id, film)
    stage.ask("DELETE FROM videos WHERE lesson_id = %s RETURNING id", int(lesson_id))
    stage.ask("DELETE FROM lessons WHERE id = %s RETURNING id", int(lesson_id))
    stage.clock.ahead_s += DAYS_31_S
    gone = "SELECT id FROM mux_admin.assets WHERE status = 'deleted'"
    stage.sweep_until(lambda: bool(stage.ask(gone)))
    assert stage.ask(gone) == [(first,)]
    assert stage.services.mux.get_asset(second)
    assert stage.ask("SELECT count(*) FROM mux_admin.former_versions") == [(0,)]


def test_a_version_can_be_looked_at_before_it_is_chosen(stage: Stage, film: Path) -> None:
    lesson_id = stage.lesson()
    first, second = upload(stage, lesson_id, film), upload(stage, lesson_id, film)
    seen = lesson_recalling.look_at(lesson_id, first, by=TESS, services=stage.services)
    assert (seen.provider, stage.get(seen.src)[:7]) == (Provider.MUX, b"#EXTM3U")
    assert plays(stage, lesson_id)[0] == second


def test_only_whoever_may_change_the_lesson_sees_and_changes_what_it_played(stage: Stage, film: Path) -> None:
    lesson_id = stage.lesson()
    first = upload(stage, lesson_id, film)
    upload(stage, lesson_id, film)
    seen = versions(stage, lesson_id).mark
    for refused in (
        lambda: lesson_recalling.versions(lesson_id, by=TIM, services=stage.services),
        lambda: lesson_recalling.look_at(lesson_id, first, by=TIM, services=stage.services),
        lambda: again(stage, lesson_id, first, seen=seen, by=TIM),
        lambda: take_away(stage, lesson_id, seen=seen, by=TIM),
    ):
        with pytest.raises((NotAllowed, NotFound)):
            refused()


def test_no_video_is_taken_away_while_another_is_on_its_way(stage: Stage, film: Path) -> None:
    lesson_id = stage.lesson()
    asset_id = upload(stage, lesson_id, film)
    stage.open(lesson_id, film)
    with pytest.raises(StaleState, match="tess is uploading"):
        take_away(stage, lesson_id)
    assert plays(stage, lesson_id)[0] == asset_id
