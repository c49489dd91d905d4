"""Evening out sound: a new copy with the old one's place, from S3 or from the old copy's master."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine as Database

from core import (
    bulk_starting,
    completing,
    lesson_recalling,
    lesson_replacing,
    migrating,
    reconciling,
    sweeping,
)
from core.access import SYSTEM, Person, Role
from core.asking import ask
from core.asset import Quality
from core.batch import BatchKind, BatchState, ItemState
from core.bulk import Picked, Totals
from core.errors import InvalidInput, NotAllowed, Refused
from core.library import LibraryFilter
from core.master import PREPARED, MasterState
from core.migration import Mode, SkipReason, Trouble
from core.ports import Call, Lane
from core.records import Batch
from core.rendition import Resolution
from core.text_track import Origin
from tests.integration.engine.harness import BUCKET, PUBLIC, Engine
from tests.integration.engine.scenarios import captioned
from tests.integration.engine.test_starts import A_WORKER, AGES_AGO

ANA = Person(subject="ana", email="ana@school.test", roles=frozenset({Role.TEACHER}), host_user_id="ana")
EVERYTHING: dict[str, Any] = {"filter": LibraryFilter(), "picked": Picked("all")}
SOUND = {"id": "sound", "type": "audio"}
PICTURE = {"id": "picture", "type": "video"}


def plan(school: Engine, **more: Any) -> Totals:
    wanted = {**EVERYTHING, "by": SYSTEM, **more}
    return bulk_starting.plan(BatchKind.NORMALISE, **wanted, services=school.services)


def start(school: Engine, **more: Any) -> Batch:
    wanted = {**EVERYTHING, "by": SYSTEM, **more}
    return bulk_starting.start(BatchKind.NORMALISE, **wanted, services=school.services)


def evened(school: Engine, **more: Any) -> Batch:
    batch = start(school, **more)
    school.play_out()
    return batch


def items(school: Engine, batch: Batch) -> list[tuple[str, str | None]]:
    sql = (
        "SELECT state, coalesce(trouble, reason) FROM mux_admin.items WHERE batch_id = %s ORDER BY lesson_id"
    )
    return school.ask(sql, batch.id)  # type: ignore[return-value]


def played(school: Engine) -> list[str | None]:
    return [one for (one,) in school.ask("SELECT mux_asset_id FROM lessons ORDER BY id")]


def without_file(school: Engine, key: str = "lesson-0.mp4") -> None:
    """The file is gone from S3, and a scan has seen that."""
    school.store.remove(BUCKET, key)
    school.scan()


def test_a_new_copy_from_s3_takes_the_old_ones_place_and_the_old_one_stays(school: Engine) -> None:
    school.lessons(2)
    school.migrate()
    old = played(school)
    assert plan(school) == Totals(change=2, skipped={}, made_s={"plus": 20.0}, size_bytes=48)
    batch = evened(school)
    new = played(school)
    assert items(school, batch) == [("done", None)] * 2
    assert not set(old) & set(new)
    assert set(school.mux.assets) == {*old, *new}
    body = school.mux.bodies[-1]
    assert body["normalize_audio"] is True
    assert (body["video_quality"], body["playback_policies"]) == ("plus", ["public"])
    assert body["meta"] == {"title": "Lesson"}
    assert "open_master" not in school.mux.calls
    status = migrating.status(batch.id, services=school.services)
    assert status.batch.state is BatchState.DONE
    posted = "SELECT min(posted_at) FROM mux_admin.intents WHERE batch_id = %s"
    assert school.ask(posted, batch.id) == [(status.progress.first_post_at,)]
    assert plan(school).skipped == {SkipReason.ALREADY: 2}


def test_the_new_copy_shows_the_moment_that_was_chosen_for_the_old_one(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    [old] = played(school)
    with school.services.uow("test.choose") as tx:
        tx.assets.choose_thumbnail(str(old), 4.0, now=school.clock())
        tx.commit()
    evened(school)
    [new] = played(school)
    assert school.mux.thumbnails == {new: 4.0}


def test_the_old_copy_is_no_twin_and_the_file_counts_as_at_mux(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    evened(school)
    found = reconciling.reconcile(by=SYSTEM, services=school.services)
    assert (found.twins, len(school.mux.assets)) == (0, 2)
    assert school.ask("SELECT standing, asset_id FROM mux_admin.sources") == [("on_mux", played(school)[0])]


def test_without_a_file_in_s3_the_old_copys_master_is_opened_used_and_closed_again(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    without_file(school)
    [old] = played(school)
    batch = evened(school)
    assert items(school, batch) == [("done", None)]
    assert played(school) != [old]
    assert school.mux.bodies[-1]["inputs"][0]["url"].startswith(f"https://masters.test/{old}")
    sweeping.sweep(services=school.services)
    assert school.mux.calls.count("open_master") == school.mux.calls.count("close_master") == 1
    assert school.mux.masters == {}
    assert school.ask("SELECT asset_id FROM mux_admin.masters") == []


def test_a_master_that_mux_does_not_close_is_left_to_close_by_itself(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    without_file(school)
    evened(school)

    def refuse() -> None:
        raise Refused("No.", status=400)

    school.trip.at["mux.close_master:before"] = refuse
    sweeping.sweep(services=school.services)
    assert len(school.ask("SELECT asset_id FROM mux_admin.masters")) == 1
    school.clock.tick(25 * 3600)
    sweeping.sweep(services=school.services)
    assert school.ask("SELECT asset_id FROM mux_admin.masters") == []


def test_no_address_of_a_master_is_kept_anywhere(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    without_file(school)
    evened(school)
    tables = school.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'mux_admin'")
    for (table,) in tables:
        rows = school.ask(f"SELECT t::text FROM mux_admin.{table} AS t")  # noqa: S608
        assert not [row for (row,) in rows if "masters.test" in row or "signature=secret" in row]


def test_a_file_that_was_replaced_in_s3_is_not_what_the_lesson_plays(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    school.store.put(BUCKET, "lesson-0.mp4", b"\0\0\0\x18ftypisomsomething else")
    evened(school)
    assert "masters.test" in school.mux.bodies[-1]["inputs"][0]["url"]


def test_an_event_that_never_comes_costs_a_minute(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    without_file(school)
    school.losing.add("video.asset.master.ready")
    batch = start(school)
    school.run(within_s=1)
    assert items(school, batch)[0][0] == ItemState.QUEUED
    school.play_out()
    assert items(school, batch) == [("done", None)]


def test_a_batch_whose_masters_take_long_says_that_and_is_not_told_to_stand_still(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    without_file(school)
    school.ask(A_WORKER)
    batch = start(school)
    school.run(within_s=1)
    school.ask(AGES_AGO)
    status = migrating.status(batch.id, services=school.services)
    assert (status.awaits, status.stalled_since, status.eta_s) == (PREPARED, None, None)
    school.ask("UPDATE mux_admin.batches SET started_at = started_at - interval '7 h' RETURNING id")
    school.ask("UPDATE mux_admin.item_changes SET at = at - interval '7 h' RETURNING batch_id")
    school.ask("UPDATE mux_admin.items SET since = since - interval '7 h' RETURNING id")
    assert migrating.status(batch.id, services=school.services).stalled_since


def test_a_master_that_mux_cannot_give_fails_the_lesson_and_a_retry_asks_anew(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    without_file(school)
    batch = start(school)
    school.run(within_s=1)
    school.mux.master_became(str(played(school)[0]), MasterState.ERRORED)
    school.run(within_s=300)
    assert items(school, batch) == [("failed", Trouble.NO_MASTER)]
    sweeping.sweep(services=school.services)
    migrating.retry(batch.id, by=SYSTEM, services=school.services)
    school.play_out()
    assert items(school, batch) == [("done", None)]


def test_lessons_that_play_one_copy_get_one_new_copy(school: Engine) -> None:
    first, second = school.lesson("a.mp4"), school.lesson("a.mp4")
    school.migrate()
    assert plan(school).skipped == {SkipReason.TOGETHER: 1}
    batch = evened(school)
    assert items(school, batch) == [("skipped", "together"), ("done", None)]
    assert len(set(played(school))) == 1
    assert len(school.mux.assets) == 2
    assert (first, second) == (1, 2)


def test_a_copy_that_another_batch_makes_anew_is_left_out(school: Engine) -> None:
    one, other = school.lesson("a.mp4"), school.lesson("a.mp4")
    school.migrate()
    start(school, picked=Picked("some", frozenset({str(one)})))
    assert plan(school, picked=Picked("some", frozenset({str(other)}))).skipped == {SkipReason.MOVING: 1}


def test_what_has_no_copy_no_ready_one_or_no_sound_is_left_out_with_its_reason(school: Engine) -> None:
    school.lessons(3)
    school.migrate()
    school.ask("INSERT INTO lessons (title) VALUES ('Empty') RETURNING id")
    first, second, _ = played(school)[:3]
    ask_tracks = "UPDATE mux_admin.assets SET tracks = %s::jsonb WHERE id = %s RETURNING id"
    school.ask(ask_tracks, '[{"type": "video"}]', first)
    school.ask("UPDATE mux_admin.assets SET status = 'preparing' WHERE id = %s RETURNING id", second)
    totals = plan(school)
    assert totals.change == 1
    assert totals.skipped == {
        SkipReason.NO_SOUND: 1,
        SkipReason.NOT_READY: 1,
        SkipReason.NOT_AT_MUX: 1,
    }


def test_a_rollback_plays_the_old_copy_again_and_the_new_one_is_taken_the_next_time(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    [old] = played(school)
    batch = evened(school)
    [new] = played(school)
    migrating.roll_back(batch.id, by=SYSTEM, services=school.services)
    school.play_out()
    assert played(school) == [old]
    assert items(school, batch)[0][0] == "rolled_back"
    assert school.ask("SELECT asset_id FROM mux_admin.sources") == [(old,)]
    posts = len(school.mux.bodies)
    evened(school)
    assert played(school) == [new]
    assert len(school.mux.bodies) == posts


def formers(school: Engine) -> list[tuple[str, str, bool]]:
    return school.ask("SELECT what, why, expires_at IS NOT NULL FROM mux_admin.former_versions ORDER BY at")  # type: ignore[return-value]


def test_the_old_copy_is_an_earlier_version_that_can_be_played_again(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    [old] = played(school)
    evened(school)
    assert formers(school) == [(old, "normalised", True)]
    seen = lesson_recalling.versions("1", by=SYSTEM, services=school.services)
    assert [(one.what, one.missing) for one in seen.found] == [(old, "")]
    lesson_replacing.play_again("1", str(old), seen=seen.mark, by=SYSTEM, services=school.services)
    assert played(school) == [old]


def test_after_a_rollback_the_new_copy_is_the_earlier_version(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    batch = evened(school)
    [new] = played(school)
    migrating.roll_back(batch.id, by=SYSTEM, services=school.services)
    school.play_out()
    assert formers(school) == [(new, "back", True)]


def test_a_rollback_may_delete_the_new_copy(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    [old] = played(school)
    batch = evened(school)
    migrating.roll_back(batch.id, by=SYSTEM, services=school.services, delete_assets=True)
    school.play_out()
    assert played(school) == [old]
    assert list(school.mux.assets) == [old]


def test_a_rollback_is_refused_once_the_old_copy_is_gone(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    [old] = played(school)
    batch = evened(school)
    [new] = played(school)
    school.mux.assets.pop(str(old))
    ask(str(old), services=school.services)
    migrating.roll_back(batch.id, by=SYSTEM, services=school.services)
    school.play_out()
    assert played(school) == [new]
    assert items(school, batch) == [("done", Trouble.ROW_REFUSED)]


def test_when_the_new_copy_is_deleted_at_mux_the_lesson_plays_the_old_one(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    [old] = played(school)
    evened(school)
    [new] = played(school)
    school.mux.assets.pop(str(new))
    ask(str(new), services=school.services)
    assert played(school) == [old]
    assert school.ask("SELECT asset_id FROM mux_admin.sources") == [(old,)]


@pytest.mark.parametrize("there", [True, False])
def test_a_lesson_that_plays_another_video_by_now_keeps_it(school: Engine, there: bool) -> None:
    school.lessons(1)
    school.migrate()
    batch = start(school)
    if there:
        school.run(within_s=1)
    school.ask("UPDATE lessons SET mux_asset_id = 'b', mux_playback_id = 'b' RETURNING id")
    school.play_out()
    assert played(school) == ["b"]
    said = ("failed", Trouble.ROW_CHANGED) if there else ("skipped", SkipReason.MOVED_ON)
    assert items(school, batch) == [said]
    assert len(school.mux.assets) == 1


def test_a_copy_of_another_length_is_not_used(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    [old] = played(school)
    batch = start(school)
    school.run(within_s=1)
    new = next(one for one in school.mux.assets if one != old)
    school.deliver("video.asset.ready", school.mux.make_ready(new, duration_s=4.0))
    school.play_out()
    assert items(school, batch) == [("failed", Trouble.LENGTH_DIFFERS)]
    assert (played(school), list(school.mux.assets)) == ([old], [old])


def test_a_teacher_evens_out_their_own_lessons_and_no_copy_that_plays_somebody_elses(school: Engine) -> None:
    school.lesson("a.mp4"), school.lesson("a.mp4"), school.lesson("b.mp4")
    school.ask("UPDATE lessons SET creator_id = 'ana' WHERE id <> 2 RETURNING id")
    school.ask("UPDATE lessons SET creator_id = 'ben' WHERE id = 2 RETURNING id")
    school.migrate()
    assert plan(school, by=ANA).change == 2
    batch = evened(school, by=ANA)
    assert items(school, batch) == [("failed", Trouble.NOT_YOURS), ("done", None)]
    found = school.ask("SELECT actor, subject FROM mux_admin.audit WHERE action = 'even out sound'")
    assert found == [("ana", "lessons 3")]


def test_who_may_edit_no_lesson_starts_nothing(school: Engine) -> None:
    olu = Person(subject="olu", email="olu@school.test", roles=frozenset({Role.OPS}))
    with pytest.raises(NotAllowed):
        plan(school, by=olu)


def test_without_a_token_nothing_is_started(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    school.services = replace(school.services, settings=replace(school.services.settings, mux_token_id=""))
    with pytest.raises(InvalidInput, match="access token"):
        start(school)


def test_captions_are_ready_on_the_new_copy_before_any_lesson_plays_it(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    captioned(school, origin=Origin.GENERATED, item_id=uuid4(), confidence=0.98)
    [old] = played(school)
    seen: list[tuple[str | None, list[str]]] = []

    def look() -> None:
        states = "SELECT state FROM mux_admin.text_tracks WHERE asset_id <> %s"
        seen.append((played(school)[0], [state for (state,) in school.ask(states, old)]))

    school.trip.at["verify.switch:before"] = look
    batch = evened(school)
    assert items(school, batch) == [("done", None)]
    assert seen == [(old, ["ready"])]
    [new] = played(school)
    tracks = [one for one in school.mux.assets[str(new)].tracks if one.get("type") == "text"]
    assert [(one["name"], one["text_source"]) for one in tracks] == [("English", "uploaded")]
    assert school.ask("SELECT count(DISTINCT key) FROM mux_admin.text_tracks") == [(2,)]
    assert (Call.POST, Lane.INTERACTIVE) not in school.pace.taken


def test_a_copy_waits_for_its_captions_however_long_their_turn_takes(
    school: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.lessons(1)
    school.migrate()
    captioned(school)
    [old] = played(school)
    batch = start(school)
    with monkeypatch.context() as mux_is_slow:
        mux_is_slow.setattr(Engine, "_captions_come", lambda _: False)
        for _ in range(60):
            school.run(within_s=60)
            school.mux_works()
    assert items(school, batch)[0][0] == ItemState.VERIFYING
    assert played(school) == [old]
    school.play_out()
    assert items(school, batch) == [("done", None)]


def test_captions_that_mux_wrote_stay_its_own_on_the_new_copy(school: Engine) -> None:
    school.lessons(1)
    school._execute(
        "ALTER TABLE videos ADD transcription_job_id text, ADD transcript_confidence numeric(3,2)"
    )
    school.ask("INSERT INTO videos (title, lesson_id) VALUES ('Sets', 1) RETURNING id")
    school.migrate()
    captioned(school, origin=Origin.GENERATED, confidence=0.98)
    for copies in (2, 3):
        batch = evened(school)
        assert items(school, batch) == [("done", None)]
        told = "SELECT transcription_job_id, transcript_confidence::float FROM videos"
        assert school.ask(told) == [("track-old", 0.98)]
        assert len(school.mux.assets) == copies
        school.ask("UPDATE mux_admin.assets SET normalized = false, tracks = '[]' RETURNING id")


def test_captions_that_mux_refuses_keep_the_old_copy_and_leave_nothing(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    captioned(school)
    [old] = played(school)

    def refuse() -> None:
        raise Refused("No such language.", status=400)

    school.trip.once("mux.add_text_track:before", refuse)
    batch = evened(school)
    school.clock.now += timedelta(hours=1)
    school.play_out()
    assert items(school, batch) == [("failed", Trouble.CAPTIONS_REFUSED)]
    assert (played(school), list(school.mux.assets)) == ([old], [old])
    states = "SELECT state FROM mux_admin.text_tracks WHERE asset_id <> %s"
    assert school.ask(states, old) == [("gone",)]


def test_quality_and_policy_are_the_old_copys(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    [old] = played(school)
    school.ask("UPDATE mux_admin.assets SET video_quality = 'basic' WHERE id = %s RETURNING id", old)
    assert plan(school).made_s == {"basic": 10.0}
    evened(school)
    assert school.mux.bodies[-1]["video_quality"] == Quality.BASIC


def test_the_plan_counts_the_mp4s_that_are_made_anew(school: Engine) -> None:
    school.lessons(2)
    school.migrate()
    [first, _] = played(school)
    sql = """INSERT INTO mux_admin.renditions (id, lesson_id, asset_id, resolution, state, person,
        created_at, moved_at, used_at) VALUES (gen_random_uuid(), '1', %s, %s, %s, 'ana', now(), now(), now())
        RETURNING id"""
    for resolution, state in (("720p", "ready"), ("audio-only", "ready"), ("360p", "failed")):
        school.ask(sql, first, resolution, state)
    made = plan(school).made_files
    assert sorted((one.resolution, one.duration_s, one.quality) for one in made) == [
        (Resolution.P720, 10.0, "plus"),
        (Resolution.AUDIO, 10.0, "plus"),
    ]


def test_what_waits_for_columns_is_written_when_they_come(school: Engine) -> None:
    school.drop_columns()
    school.lessons(1)
    school.migrate()
    batch = evened(school)
    assert items(school, batch)[0][0] == ItemState.AWAITING_SCHEMA
    school.add_columns()
    completing.write_back(services=school.services)
    [new] = played(school)
    assert school.mux.assets[str(new)].normalized
    assert items(school, batch)[0][0] == ItemState.DONE


def test_from_an_s3_that_mux_does_not_reach_the_file_is_pushed_and_captions_are_not_lost(
    engine: Database, database_url: str
) -> None:
    school = Engine(engine, database_url, s3_endpoint_url="http://127.0.0.1:9000")
    school.add_columns()
    school.lessons(1)
    school.migrate(replace(PUBLIC, mode=Mode.PUSH))
    batch = evened(school)
    assert items(school, batch) == [("done", None)]
    assert [one["normalize_audio"] for one in school.mux.settings.values() if "normalize_audio" in one] == [
        True
    ]
    migrating.roll_back(batch.id, by=SYSTEM, services=school.services, delete_assets=True)
    school.play_out()
    captioned(school)
    again = evened(school)
    assert items(school, again) == [("failed", Trouble.CAPTIONS_REFUSED)]
    assert len(school.mux.assets) == 1
