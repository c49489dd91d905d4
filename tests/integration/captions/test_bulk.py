"""Captions of many lessons at once: who is left out, how a batch comes to its end, and the way back."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine as Database

from core import bulk_changing, bulk_starting, captioning, migrating
from core.access import SYSTEM, Person, Role
from core.batch import BatchKind, BatchState
from core.bulk import Lessons, Order, Picked, Totals
from core.caption_adopting import found_track
from core.caption_lack import needless
from core.captions import Line
from core.errors import AppError, ConfigError, InvalidInput, Refused, Unavailable
from core.jobs.steps import LAST_RESORT
from core.library import LibraryFilter
from core.migration import SkipReason, Trouble
from core.planning import SKIPPED
from core.ports import Call, Lane
from core.records import Batch, Job
from core.text_track import TrackState
from tests.integration.captions.scenarios import SOUND, Way, begun, in_order
from tests.integration.engine.mishaps import again
from tests.integration.engine.points import PORTS
from tests.integration.engine.schools import schools

ANA = Person(subject="ana", email="ana@school.test", roles=frozenset({Role.TEACHER}), host_user_id="ana")
GERMAN = {"id": "t", "type": "text", "status": "ready", "language_code": "de", "name": "Deutsch"}
LESSON = """INSERT INTO lessons (title, creator_id, mux_asset_id, mux_playback_id)
    VALUES (%s, 'ana', %s, %s) RETURNING id"""


@pytest.fixture
def way(engine: Database, database_url: str) -> Way:
    return begun(schools(engine, database_url)(""))


def ordered(way: Way, *, by: Person = SYSTEM, wanted: str = "de", **more: Any) -> dict[str, Any]:
    chosen = {"filter": LibraryFilter(), "picked": Picked("all"), "wanted": wanted}
    return {**chosen, **more, "by": by, "services": way.services}


def plan(way: Way, **more: Any) -> Totals:
    return bulk_starting.plan(BatchKind.CAPTIONS, **ordered(way, **more))


def start(way: Way, **more: Any) -> Batch:
    return bulk_starting.start(BatchKind.CAPTIONS, **ordered(way, **more))


def items(way: Way) -> list[tuple[str, str | None]]:
    sql = "SELECT state, coalesce(trouble, reason) FROM mux_admin.items ORDER BY lesson_id::int"
    return way.school.ask(sql)  # type: ignore[return-value]


def another(way: Way, *tracks: Any, title: str = "More", ready: bool = True) -> str:
    """One more lesson, with an asset of its own."""
    mux = way.school.mux
    asset = mux.make({"playback_policies": ["public"]})
    if ready:
        mux.make_ready(asset.id)
        asset = mux._became(asset.id, tracks=tracks)
    with way.services.uow("test.another") as tx:
        tx.assets.fold(asset, at=way.school.clock())
        tx.commit()
    return str(way.school.ask(LESSON, title, asset.id, asset.playback_id)[0][0])


def twin_lesson(way: Way) -> str:
    """One more lesson over the same asset."""
    asset = way.school.mux.assets[way.asset_id]
    return str(way.school.ask(LESSON, "Twin", asset.id, asset.playback_id)[0][0])


def test_mux_writes_them_once_and_the_item_is_done_when_the_row_names_them(way: Way) -> None:
    batch = start(way)
    assert (batch.name, batch.movable) == ("Write captions in German", 1)
    again(way.school.run)
    assert items(way) == [("ingesting", None)]
    status = migrating.status(batch.id, services=way.services)
    assert (status.batch.state, status.progress.to_post) == (BatchState.RUNNING, 0)
    assert status.eta_s
    way.settle()
    assert items(way) == [("done", None)]
    [track] = way.records()
    assert (track.name, track.language, track.person) == ("German", "de", SYSTEM.name)
    assert str(track.id) in way.row()["captions_webvtt_url"]
    assert migrating.status(batch.id, services=way.services).batch.state is BatchState.DONE
    told = way.school.ask("SELECT actor, subject FROM mux_admin.audit WHERE action = 'generate captions'")
    assert told == [(SYSTEM.name, f"lesson {way.lesson_id}")]


def test_it_waits_for_its_slot_in_the_lane_of_batches_and_keeps_no_person_waiting(way: Way) -> None:
    start(way)
    way.settle()
    assert (Call.POST, Lane.BATCH) in way.school.pace.taken
    assert (Call.POST, Lane.INTERACTIVE) not in way.school.pace.taken


def test_the_plan_says_who_is_left_out_and_why(way: Way) -> None:
    another(way, SOUND, GERMAN)
    another(way, {"id": "v", "type": "video"})
    another(way, SOUND, {**GERMAN, "status": "preparing"})
    another(way, ready=False)
    theirs = another(way, SOUND)
    sql = "INSERT INTO videos (title, lesson_id, captions_webvtt_url) VALUES ('V', %s, %s) RETURNING id"
    way.school.ask(sql, int(theirs), "https://school.test/own.vtt")
    way.school.ask("INSERT INTO lessons (title) VALUES ('Nothing') RETURNING id")
    why = {
        SkipReason.CAPTIONED: 2,
        SkipReason.NO_SOUND: 1,
        SkipReason.CAPTIONS_COMING: 1,
        SkipReason.NOT_READY: 1,
        SkipReason.NOT_AT_MUX: 1,
    }
    assert plan(way) == Totals(change=1, skipped=why)
    assert plan(way, wanted="fr").change == 3
    batch = start(way)
    assert migrating.status(batch.id, services=way.services).skips == why
    assert plan(way).skipped[SkipReason.MOVING] == 1


CASES: tuple[tuple[dict[str, Any], str, SkipReason | None], ...] = (
    (GERMAN, "de", SkipReason.CAPTIONED),
    ({**GERMAN, "language_code": "de-AT"}, "de", SkipReason.CAPTIONED),
    (GERMAN, "en", None),
    (GERMAN, "auto", SkipReason.CAPTIONED),
    ({**GERMAN, "status": "preparing"}, "en", None),
    ({**GERMAN, "status": "preparing", "language_code": "auto"}, "en", SkipReason.CAPTIONS_COMING),
    ({**GERMAN, "status": "preparing"}, "auto", SkipReason.CAPTIONS_COMING),
    ({**GERMAN, "status": "errored"}, "de", None),
    ({"type": "text", "status": "ready", "id": "t"}, "de", None),
    ({"type": "text", "status": "ready", "id": "t"}, "auto", SkipReason.CAPTIONED),
)


def test_what_the_plan_leaves_out_the_step_leaves_out_as_well(way: Way) -> None:
    """The plan asks the database, the step the rule."""
    for track, wanted, reason in CASES:
        asset = way.school.mux._became(way.asset_id, tracks=(SOUND, track))
        with way.services.uow("test.meanwhile") as tx:
            asset = tx.assets.fold(asset, at=way.school.clock.tick())
            tx.commit()
        said = Totals(change=0 if reason else 1, skipped={reason: 1} if reason else {})
        assert (plan(way, wanted=wanted), needless(asset, (), wanted)) == (said, reason), track


def test_records_of_ours_count_as_what_mux_says_does(way: Way) -> None:
    for state, reason in (
        (TrackState.WAITING, SkipReason.CAPTIONS_COMING),
        (TrackState.READY, SkipReason.CAPTIONED),
        (TrackState.LOST, None),
        (TrackState.FAILED, None),
    ):
        said = {"id": "x", "language_code": "de"}
        held = found_track(way.asset_id, way.lesson_id, said, state=state, now=way.school.clock())
        with way.services.uow("test.record") as tx:
            tx.captions.add(held)
            asset = tx.assets.get(way.asset_id)
            assert asset
            order = Order(wanted="de", subject="", email="")
            totals = tx.bulk.totals(BatchKind.CAPTIONS, order, Lessons())
        assert (totals.skipped, needless(asset, [held], "de")) == ({reason: 1} if reason else {}, reason)


def test_two_lessons_over_one_copy_have_captions_written_once(way: Way) -> None:
    twin_lesson(way)
    assert plan(way).change == 2
    start(way)
    way.settle()
    assert sorted(items(way), key=str) == [("done", None), ("skipped", SkipReason.CAPTIONS_COMING)]
    assert len(way.at_mux()) == 1


def test_what_mux_cannot_write_fails_with_its_words_and_a_retry_writes_anew(way: Way) -> None:
    batch = start(way)
    way.broken = True
    way.settle()
    assert items(way) == [("failed", Trouble.NO_CAPTIONS)]
    assert way.school.ask("SELECT reason FROM mux_admin.items") == [("This is no file of captions",)]
    assert way.at_mux() == []
    way.broken = False
    assert migrating.retry(batch.id, by=SYSTEM, services=way.services) == 1
    way.settle()
    assert items(way) == [("done", None)]
    assert len(way.at_mux()) == 1


def test_captions_without_a_word_are_none(way: Way) -> None:
    way.school.player.captions = b"WEBVTT\n"
    start(way)
    way.settle()
    assert items(way) == [("failed", Trouble.NO_CAPTIONS)]
    assert way.at_mux() == []


def test_mux_saying_no_fails_the_item_and_leaves_nothing(way: Way) -> None:
    refusal = Refused("Mux refused it.", status=400)
    way.school.trip.at["mux.generate_subtitles:before"] = lambda: way.school.mux.errors.append(refusal)
    start(way)
    way.settle()
    assert items(way) == [("failed", Trouble.NO_CAPTIONS)]
    assert [one.state for one in way.records()] == [TrackState.FAILED]


WRONG_TOKEN = Refused("Mux refused the token.", account_wide=True)


def test_wrong_credentials_hold_the_batch_with_the_reason_and_fail_nothing(way: Way) -> None:
    way.school.mux.errors.append(WRONG_TOKEN)
    batch = start(way)
    way.school.run(within_s=1)
    now = migrating.status(batch.id, services=way.services).batch
    assert (items(way)[0][0], now.hold_reason) == ("queued", WRONG_TOKEN.sentence)
    way.settle()
    assert items(way) == [("done", None)]
    assert len(way.at_mux()) == 1
    assert migrating.status(batch.id, services=way.services).batch.hold_reason is None


def test_credentials_that_are_wrong_while_mux_writes_fail_nothing(way: Way) -> None:
    start(way)
    again(lambda: way.school.run(within_s=1))
    way.losing = True
    way.mux_works()
    way.school.mux.errors += [WRONG_TOKEN] * 2
    with suppress(AppError):
        way.settle()
    assert items(way)[0][0] == "ingesting"
    way.settle()
    assert items(way) == [("done", None)]


def test_events_that_never_come_are_gone_after_by_the_sweep(way: Way) -> None:
    way.losing = True
    start(way)
    way.settle()
    assert items(way) == [("done", None)]


@pytest.mark.parametrize("took_effect", [True, False])
def test_a_lost_answer_makes_no_second_track(way: Way, took_effect: bool) -> None:
    mux = way.school.mux
    away = Unavailable("Mux is away.")
    if took_effect:
        mux.lost_answers = 1
    else:
        way.school.trip.once("mux.generate_subtitles:before", lambda: mux.errors.append(away))
    start(way)
    with suppress(AppError):
        way.school.run()
    way.settle()
    assert items(way) == [("done", None)]
    assert len(way.at_mux()) == 1


def test_captions_that_a_person_deletes_on_their_way_fail_the_item(way: Way) -> None:
    start(way)
    again(lambda: way.school.run(within_s=1))
    [track] = way.records()
    captioning.delete(way.lesson_id, str(track.id), by=SYSTEM, services=way.services)
    assert items(way) == [("failed", Trouble.NO_CAPTIONS)]
    way.settle()
    assert way.at_mux() == []


def test_a_lesson_that_plays_another_video_by_now_is_told_and_retried(way: Way) -> None:
    batch = start(way)
    again(lambda: way.school.run(within_s=1))
    other = another(way, SOUND)
    [(asset_id,)] = way.school.ask("SELECT mux_asset_id FROM lessons WHERE id = %s", int(other))
    way.school.ask("UPDATE lessons SET mux_asset_id = %s WHERE id = %s RETURNING id", asset_id, way.lesson_id)
    way.settle()
    assert items(way) == [("failed", Trouble.NO_CAPTIONS)]
    assert "another video" in way.school.ask("SELECT reason FROM mux_admin.items")[0][0]
    assert migrating.retry(batch.id, by=SYSTEM, services=way.services) == 1
    way.asset_id = str(asset_id)
    way.settle()
    assert items(way) == [("done", None)]


def test_a_teacher_has_captions_written_for_their_own_lessons(way: Way) -> None:
    mine = another(way, SOUND)
    way.school.ask("UPDATE lessons SET creator_id = 'ben' WHERE id = %s RETURNING id", int(way.lesson_id))
    every = Picked("some", frozenset({mine, way.lesson_id}))
    assert plan(way, by=ANA, picked=every).change == 1
    start(way, by=ANA, picked=every)
    again(lambda: way.school.run(within_s=1))
    assert way.school.ask("SELECT lesson_id, person FROM mux_admin.text_tracks") == [(mine, "ana")]
    way.school.ask("UPDATE lessons SET creator_id = 'ben' RETURNING id")


def test_a_lesson_that_is_somebody_elses_by_now_gets_none(way: Way) -> None:
    mine = another(way, SOUND)
    start(way, by=ANA, picked=Picked("some", frozenset({mine})))
    way.school.ask("UPDATE lessons SET creator_id = 'ben' RETURNING id")
    way.settle()
    assert items(way) == [("failed", Trouble.NOT_YOURS)]
    assert way.school.mux.calls.count("generate_subtitles") == 0


def test_nothing_is_started_where_every_lesson_has_captions_or_gets_them(way: Way) -> None:
    assert {*SkipReason} == {*SKIPPED}
    start(way)
    way.settle()
    with pytest.raises(InvalidInput, match="1 captioned already"):
        start(way)


def test_what_cannot_work_is_refused_before_anything_is_done(way: Way) -> None:
    with pytest.raises(InvalidInput, match="does not write captions in"):
        plan(way, wanted="tlh")
    way.school.services = replace(way.services, settings=replace(way.services.settings, s3_buckets=()))
    with pytest.raises(ConfigError, match="no place for captions"):
        start(way)


def test_signed_captions_without_a_key_cost_mux_nothing(way: Way) -> None:
    way.school.ask("UPDATE mux_admin.assets SET policy = 'signed' RETURNING id")
    way.school.services = replace(way.services, signer=None)
    start(way)
    way.settle()
    assert items(way) == [("failed", Trouble.SIGNING_KEY_MISSING)]
    assert way.school.mux.calls.count("generate_subtitles") == 0


@pytest.mark.parametrize("job", [Job.CHANGE_AT_MUX, Job.TRACK])
def test_a_mistake_of_ours_ends_the_item_and_its_captions(job: Job, way: Way) -> None:
    """As a worker does after the last try."""
    start(way)
    [(item_id,)] = way.school.ask("SELECT id FROM mux_admin.items")
    way.school.trip.at["captions.intent:before"] = lambda: 1 / 0
    with suppress(ZeroDivisionError):
        way.school.run()
    [track] = way.records()
    assert track.state is TrackState.WAITING
    args = {"item_id": str(item_id)} if job is Job.CHANGE_AT_MUX else {"track": str(track.id)}
    LAST_RESORT[job](services=way.services, reason="Report 0123abcd.", **args)
    assert items(way) == [("failed", Trouble.NO_CAPTIONS)]
    assert [one.state for one in way.records()] == [TrackState.FAILED]
    bulk_changing.give_up(item_id, reason="Report 0123abcd.", services=way.services)


def test_captions_given_up_after_a_lost_answer_leave_nothing_at_mux(way: Way) -> None:
    start(way)
    way.school.mux.lost_answers = 1
    with suppress(Unavailable):
        way.school.run()
    assert len(way.at_mux()) == 1
    [(item_id,)] = way.school.ask("SELECT id FROM mux_admin.items")
    bulk_changing.give_up(item_id, reason="Report 0123abcd.", services=way.services)
    way.settle()
    assert way.at_mux() == []
    assert items(way) == [("failed", Trouble.NO_CAPTIONS)]


def test_the_way_back_deletes_what_the_batch_made_and_nothing_else(way: Way) -> None:
    way.put(name="Englisch")
    way.settle()
    way.school.ask("UPDATE mux_admin.text_tracks SET language = 'en' RETURNING id")
    way.school.mux.track_became(way.asset_id, way.at_mux()[0]["id"], language_code="en")
    with way.services.uow("test.seen") as tx:
        tx.assets.fold(way.school.mux.assets[way.asset_id], at=way.school.clock.tick())
        tx.commit()
    batch = start(way)
    way.settle()
    assert len(way.at_mux()) == 2
    migrating.roll_back(batch.id, by=SYSTEM, services=way.services)
    way.settle()
    assert [one["name"] for one in way.at_mux()] == ["Englisch"]
    assert items(way)[0][0] == "rolled_back"
    in_order(way)


def test_captions_that_somebody_changed_since_are_left_and_reported(way: Way) -> None:
    batch = start(way)
    way.settle()
    line = Line(start="0:00:01", end="0:00:02", text="Guten Tag")
    captioning.edit(way.lesson_id, way.only(), [line], by=SYSTEM, services=way.services)
    way.settle()
    migrating.roll_back(batch.id, by=SYSTEM, services=way.services)
    way.settle()
    assert items(way) == [("done", Trouble.ROW_CHANGED)]
    assert len(way.at_mux()) == 1


def test_captions_of_a_copy_that_is_not_played_any_more_are_left_and_reported(way: Way) -> None:
    batch = start(way)
    way.settle()
    [(other,)] = way.school.ask("SELECT mux_asset_id FROM lessons WHERE id = %s", int(another(way, SOUND)))
    way.school.ask("UPDATE lessons SET mux_asset_id = %s WHERE id = %s RETURNING id", other, way.lesson_id)
    migrating.roll_back(batch.id, by=SYSTEM, services=way.services)
    way.settle()
    assert items(way) == [("done", Trouble.ROW_CHANGED)]
    assert len(way.at_mux()) == 1


def test_what_was_deleted_since_needs_no_way_back(way: Way) -> None:
    batch = start(way)
    way.settle()
    captioning.delete(way.lesson_id, way.only(), by=SYSTEM, services=way.services)
    way.settle()
    migrating.roll_back(batch.id, by=SYSTEM, services=way.services)
    way.settle()
    assert items(way)[0][0] == "rolled_back"


def test_the_pace_of_a_batch_is_what_was_asked_of_mux(way: Way) -> None:
    for _ in range(3):
        another(way, SOUND)
    batch = start(way)
    way.school.clock.now = way.school.ask("SELECT now()")[0][0]  # type: ignore[assignment]
    again(lambda: way.school.run(within_s=1))
    progress = migrating.status(batch.id, services=way.services).progress
    assert progress.posts_in_window == 4
    way.school.clock.now += timedelta(seconds=1)


def bulk(way: Way) -> None:
    """A batch over two lessons that share a copy, and its way back; every click is repeated after a kill."""
    twin_lesson(way)
    made: list[Batch] = []
    again(lambda: made.append(start(way, wanted="auto", once="bulk")))
    way.settle()
    in_order(way)
    assert len(way.at_mux()) == 1, "one track, never two"
    assert sorted(state for state, _ in items(way)) == ["done", "skipped"]
    again(lambda: migrating.roll_back(made[0].id, by=SYSTEM, services=way.services))
    way.settle()
    assert way.at_mux() == []


STEPS = (
    *("bulk.captions", "captions.intent", "mux.generate_subtitles", "captions.answer", "captions.ready"),
    "roll_back.item",
)
"""What a batch takes that a person's captions do not, or that brings its item on."""

POINTS = [f"{step}:{side}" for step in STEPS for side in ("before", "after")]


def test_nobody_outside_is_asked_while_a_transaction_of_a_batch_of_captions_is_open(way: Way) -> None:
    bulk(way)
    passed = {point for point in way.school.trip.passed if not point.startswith("test")}
    assert set(POINTS) - passed == set()
    assert not [point for point in way.school.trip.passed_inside if point.partition(".")[0] in PORTS]


@pytest.mark.parametrize("point", POINTS)
def test_a_batch_killed_at_this_point_goes_on_and_writes_captions_once(point: str, way: Way) -> None:
    way.school.trip.point = point
    bulk(way)
    assert way.school.trip.killed
    in_order(way)
