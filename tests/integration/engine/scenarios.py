"""Ways through the engine that together pass every failpoint; each survives being killed once, anywhere.

After a kill the same step is simply taken again, as a supervisor, the queue, Mux's webhook retry or the
person at the button would.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

from core import (
    bulk_starting,
    forgetting,
    ingesting,
    lesson_recalling,
    lesson_replacing,
    migrating,
    probing,
    reconciling,
    requesting,
    scanning,
    submitting,
    sweeping,
)
from core.access import SYSTEM
from core.asking import ask
from core.batch import ALIVE, BatchKind
from core.bulk import Picked
from core.errors import IllegalMove, RateLimited, Refused, StaleState, Unavailable
from core.jobs.steps import LAST_RESORT, STEPS
from core.library import LibraryFilter
from core.migration import Mode
from core.probing import PROBE_CHUNK
from core.records import Batch, Job
from core.selection import Choice
from core.settings import Secret
from core.source import Location, MediaFacts, parse_s3_url
from core.text_track import Origin, TextTrack, TrackState
from tests.integration.engine.harness import BUCKET, PUBLIC, Engine, Killed

CUES = "WEBVTT\n\n00:00.000 --> 00:02.000\nWelcome back.\n"
VIDEO = b"\0\0\0\x18ftypisom"
Scenario = Callable[[Engine], None]


def again(step: Callable[[], object]) -> None:
    """Take a step; when it is killed, take it once more."""
    try:
        step()
    except Killed:
        step()


def settle(school: Engine) -> None:
    """Let everything happen, then one reconcile, then what follows from it."""
    again(school.play_out)
    again(lambda: reconciling.reconcile(by=SYSTEM, services=school.services))
    again(school.play_out)
    again(lambda: forgetting.forget(services=school.services))


def begin(school: Engine, **options: object) -> Batch:
    """Scan and start; a start that was killed after its commit is not repeated: the batch is there."""
    again(lambda: scanning.scan(services=school.services))
    again(school.run)
    school.clock.tick(60)
    try:
        return school.start(replace(PUBLIC, **options))  # type: ignore[arg-type]
    except Killed:
        with school.services.uow("test.read") as tx:
            batches = tx.batches.newest()
        return batches[0][0] if batches else school.start(replace(PUBLIC, **options))  # type: ignore[arg-type]


def plain(school: Engine) -> None:
    """Three lessons, two with the same bytes, one that changes hands through every usual step."""
    school.lesson("a.mp4", VIDEO + b"same")
    school.lesson("b.mp4", VIDEO + b"same")
    school.lesson("c.mp4", VIDEO + b"other")
    begin(school)
    settle(school)


def many_to_probe(school: Engine) -> None:
    """More files than one probe job looks into; one of them has a lesson and moves."""
    for number in range(PROBE_CHUNK):
        school.store.put(BUCKET, f"extra/{number}.mp4", VIDEO + b"%d" % number)
    school.lesson("a.mp4")
    again(lambda: scanning.scan(services=school.services))
    again(school.run)
    choice = Choice(keys=("a.mp4",))
    again(lambda: migrating.start(choice, PUBLIC, name="One", by=SYSTEM, services=school.services))
    settle(school)


def not_looked_into(school: Engine) -> None:
    """Files whose names say nothing are submitted before any probe: one is a video, one is not."""
    school.lesson("recording")
    school.store.put(BUCKET, "notes", b"plain text")
    again(lambda: scanning.scan(services=school.services))
    school.ask("DELETE FROM jobs RETURNING id")
    again(lambda: _start_once(school))
    settle(school)


def _start_once(school: Engine) -> None:
    if school.ask("SELECT count(*) FROM mux_admin.batches") == [(0,)]:
        school.start()


def hard_to_reach(school: Engine) -> None:
    """A scan that breaks off by a bug of ours, and files that are refused until somebody asks again."""
    school.lessons(2)
    again(lambda: requesting.request_scan(by=SYSTEM, services=school.services))
    school.store.errors.append(ValueError("a bug"))  # type: ignore[arg-type]
    with suppress(ValueError):
        again(school.run)
    school.ask("DELETE FROM jobs RETURNING id")
    again(lambda: scanning.scan(services=school.services))
    refused = set(school.store.facts)
    school.store.denied |= refused
    again(school.run)
    school.store.denied -= refused
    again(lambda: probing.look_again(by=SYSTEM, services=school.services))
    again(school.run)
    again(lambda: _start_once(school))
    settle(school)


def silent_mux(school: Engine) -> None:
    """No event arrives, one answer is lost, another POST never took effect, and a twin exists."""
    school.lessons(3)
    school.losing.add("video.asset.ready")
    begin(school)
    school.mux.lost_answers = 1
    school.mux.errors.append(Unavailable("no answer"))
    again(school.play_out)
    school.mux.make(school.mux.bodies[-1])
    school.ask("UPDATE mux_admin.items SET since = since - interval '1 year' RETURNING id")
    again(lambda: sweeping.sweep(services=school.services))
    settle(school)


def deleted_elsewhere(school: Engine) -> None:
    """An asset vanishes at Mux while its item waits for an event: it fails and a retry brings it back."""
    school.lesson("a.mp4")
    school.losing.add("video.asset.ready")
    batch = begin(school)
    again(school.run)
    school.mux.assets.clear()
    school.clock.tick(3600)
    school.ask("UPDATE mux_admin.items SET since = since - interval '1 year' RETURNING id")
    again(lambda: sweeping.sweep(services=school.services))
    again(lambda: reconciling.reconcile(by=SYSTEM, services=school.services))
    school.losing.clear()
    again(lambda: _retry(school, batch))
    settle(school)


def pushed(school: Engine) -> None:
    """Push mode, and an HLS folder that is remuxed on the way."""
    school.lesson("a.mp4", VIDEO + b"pushed")
    school.store.put(BUCKET, "hls/1/index.m3u8", b"#EXTM3U")
    school.store.put(BUCKET, "hls/1/seg-0.ts", b"G" * 189)
    url = f"s3://{BUCKET}/hls/1/index.m3u8"
    school.ask("INSERT INTO lessons (title, hls_url) VALUES ('HLS', %s) RETURNING id", url)
    begin(school, mode=Mode.PUSH)
    school.trip.once("store.chunks:before", _no_answer)
    settle(school)


def _no_answer() -> None:
    raise Unavailable("S3 did not answer.")


def puzzling_event(school: Engine) -> None:
    """An event cannot be taken in at first, by a mistake of ours; its job is run again."""
    school.lesson("a.mp4")
    begin(school)
    again(lambda: school.run(within_s=1))
    school.trip.once("ingest:before", _mistake)
    again(school.mux_works)
    with suppress(ZeroDivisionError):
        again(lambda: school.run(within_s=1))
    settle(school)


def _mistake() -> None:
    raise ZeroDivisionError


def columns_come_late(school: Engine) -> None:
    """The school's table lacks the Mux columns until the batch is over."""
    school.drop_columns()
    school.lessons(2)
    begin(school)
    again(school.play_out)
    school.add_columns()
    again(lambda: STEPS[Job.WRITE_BACK](services=school.services))
    settle(school)


def given_up(school: Engine) -> None:
    """A step that fails for no foreseen reason is given up, a signing key vanishes; both are retried."""
    school.lessons(2)
    batch = begin(school)
    again(lambda: school.run(most=1))
    item_id = school.ask("SELECT id FROM mux_admin.items ORDER BY position")[0][0]
    again(lambda: submitting.give_up(item_id, reason="Report 0123abcd.", services=school.services))
    _ask_for(school, "signed")
    again(school.play_out)
    _ask_for(school, "public")
    again(lambda: _retry(school, batch))
    settle(school)


def _ask_for(school: Engine, policy: str) -> None:
    sql = "UPDATE mux_admin.batches SET options = jsonb_set(options, '{policy}', to_jsonb(%s::text))"
    school.ask(f"{sql} RETURNING id", policy)


def refused(school: Engine) -> None:
    """429, wrong credentials, a refusal, S3 away for a moment, a copy that is not right, then a retry."""
    school.lessons(4)
    school.media.facts["lesson-3.mp4"] = MediaFacts(
        duration_s=60.0, width=1, height=1, video_codec="h264", audio_codec=None
    )
    batch = begin(school)
    refusals = [RateLimited("slow"), Refused("token", account_wide=True), Refused("no", status=400)]
    school.mux.errors += refusals
    school.store.errors.append(Unavailable("S3 did not answer."))
    school.player.errors.append(Unavailable("not yet"))
    again(school.play_out)
    del school.media.facts["lesson-3.mp4"]
    school.ask("UPDATE mux_admin.sources SET duration_s = 10 RETURNING id")
    again(lambda: _retry(school, batch))
    settle(school)


def stopped_and_rolled_back(school: Engine) -> None:
    """Paused in the middle, resumed, an event replayed, a rollback given up before it began, rolled back with
    its assets, migrated again; a row that somebody changed meanwhile is rolled back when it is as it was."""
    school.lessons(3)
    batch = begin(school)
    again(lambda: school.run(most=1))  # claimed, not yet submitted
    again(lambda: _unless_done(lambda: migrating.pause(batch.id, by=SYSTEM, services=school.services)))
    again(school.play_out)
    again(lambda: _unless_done(lambda: migrating.resume(batch.id, by=SYSTEM, services=school.services)))
    again(school.play_out)
    again(lambda: ingesting.replay(_an_event(school), by=SYSTEM, services=school.services))
    again(school.run)
    again(lambda: _roll_back(school, batch))
    again(lambda: _give_up_rolling_back(school))
    school.ask("UPDATE lessons SET mux_playback_id = mux_playback_id || '*' WHERE id = 1 RETURNING id")
    again(lambda: _roll_back(school, batch))
    again(school.run)
    school.ask("UPDATE lessons SET mux_playback_id = rtrim(mux_playback_id, '*') WHERE id = 1 RETURNING id")
    again(lambda: _roll_back(school, batch))
    again(school.run)
    other = begin(school)
    again(lambda: school.run(most=1))
    again(lambda: _unless_done(lambda: migrating.cancel(other.id, by=SYSTEM, services=school.services)))
    again(school.play_out)
    begin(school)
    settle(school)


def _an_event(school: Engine) -> str:
    return str(school.ask("SELECT id FROM mux_admin.webhook_events LIMIT 1")[0][0])


def _unless_done(step: Callable[[], object]) -> None:
    """A step that was killed after its commit is refused the second time, and rightly."""
    try:
        step()
    except IllegalMove:
        return


def _retry(school: Engine, batch: Batch) -> None:
    try:
        migrating.retry(batch.id, by=SYSTEM, services=school.services)
    except StaleState:
        return


def _roll_back(school: Engine, batch: Batch) -> None:
    try:
        migrating.roll_back(batch.id, by=SYSTEM, services=school.services, delete_assets=True)
    except StaleState:
        return


def _give_up_rolling_back(school: Engine) -> None:
    """As a worker does after the last try."""
    for job, _at, args in school.waiting():
        if job == Job.UNDO:
            LAST_RESORT[Job.UNDO](services=school.services, reason="Report 0123abcd.", **args)
    school.ask("DELETE FROM jobs WHERE job = 'undo' RETURNING id")


def many_lessons(school: Engine) -> None:
    """Lessons that play from Mux become drafts, move to a course and back; one of them is deleted meanwhile,
    and one refuses at first."""
    school.lessons(2)
    begin(school)
    settle(school)
    school.ask("INSERT INTO lessons (title) VALUES ('Gone') RETURNING id")
    course = str(school.ask("INSERT INTO courses (title) VALUES ('Algebra') RETURNING id")[0][0])
    drafts = _in_bulk(school, BatchKind.UNPUBLISH)
    school.ask("DELETE FROM lessons WHERE title = 'Gone' RETURNING id")
    again(school.play_out)
    again(lambda: _retry(school, drafts))
    again(school.play_out)
    moved = _in_bulk(school, BatchKind.COURSE, course)
    again(school.play_out)
    again(lambda: _roll_back(school, moved))
    again(school.play_out)
    assert school.ask("SELECT status, course_id FROM lessons") == [("draft", None)] * 2
    states = "SELECT DISTINCT state FROM mux_admin.items WHERE batch_id = %s ORDER BY state"
    assert school.ask(states, drafts.id) == [("done",), ("failed",)]
    assert school.ask(states, moved.id) == [("rolled_back",)]
    settle(school)


def copies_deleted(school: Engine) -> None:
    """The copies of lessons are deleted at Mux in bulk, of one twice; then everything is moved again."""
    school.lessons(2)
    begin(school)
    settle(school)
    deleted = _in_bulk(school, BatchKind.DELETE)
    again(lambda: school.run(most=1))
    school.mux.assets.pop(next(iter(school.mux.assets)), None)
    again(school.play_out)
    assert school.mux.assets == {}
    assert school.ask("SELECT DISTINCT mux_playback_id FROM lessons") == [(None,)]
    states = "SELECT DISTINCT state FROM mux_admin.items WHERE batch_id = %s"
    assert school.ask(states, deleted.id) == [("done",)]
    begin(school)
    settle(school)


def earlier_version_over(school: Engine) -> None:
    """A lesson's video is taken away; its copy goes when its time is over, and its file is played and moved
    again."""
    lesson_id = str(school.lesson("a.mp4"))
    begin(school)
    settle(school)
    _replace(school, lesson_id, lesson_replacing.take_away)
    school.clock.tick(31 * 86_400)
    again(lambda: sweeping.sweep(services=school.services))
    again(school.play_out)
    assert school.mux.assets == {}
    _replace(school, lesson_id, partial(lesson_replacing.play_again, what=f"s3://{BUCKET}/a.mp4"))
    begin(school)
    settle(school)


def _replace(school: Engine, lesson_id: str, step: Callable[..., object]) -> None:
    found = lesson_recalling.versions(lesson_id, by=SYSTEM, services=school.services)
    step(lesson_id=lesson_id, seen=found.mark, by=SYSTEM, services=school.services)


def policy_changed(school: Engine) -> None:
    """Copies that anybody could play become signed, once the credentials are right; one does not play at
    first, one goes meanwhile."""
    keys = {"mux_signing_key": "key1", "mux_private_key": Secret("pem")}
    school.services = replace(school.services, settings=replace(school.services.settings, **keys))  # type: ignore[arg-type]
    school.lessons(3)
    begin(school)
    settle(school)
    changed = _in_bulk(school, BatchKind.POLICY, "signed")
    again(lambda: school.run(most=1))
    gone = next(iter(school.mux.assets))
    school.mux.assets.pop(gone)
    again(lambda: ask(gone, services=school.services))
    school.player.errors.append(Refused("It does not play."))
    wrong = Refused("token", account_wide=True)
    school.trip.once("mux.create_playback_id:before", lambda: school.mux.errors.append(wrong))
    again(school.play_out)
    again(lambda: _retry(school, changed))
    again(school.play_out)
    policies = [one.playback_ids for one in school.mux.assets.values()]
    assert [[policy for _, policy in ids] for ids in policies] == [["signed"]] * 2
    named = "SELECT mux_playback_id FROM lessons WHERE mux_playback_id IS NOT NULL"
    assert {one for (one,) in school.ask(named)} == {
        playback_id for ids in policies for playback_id, _ in ids
    }
    begin(school)
    settle(school)


def sound_evened(school: Engine) -> None:
    """Copies get even sound: one from S3, one from the old copy's master, captions along; then the
    old ones go."""
    school.lessons(2)
    begin(school)
    again(school.play_out)
    captioned(school)
    school.store.put(BUCKET, "lesson-1.mp4", VIDEO + b"replaced")
    old = set(school.mux.assets)
    batch = _in_bulk(school, BatchKind.NORMALISE)
    again(school.play_out)
    school.ask("UPDATE mux_admin.items SET since = since - interval '1 year' RETURNING id")
    again(lambda: sweeping.sweep(services=school.services))
    again(school.play_out)
    again(lambda: sweeping.sweep(services=school.services))
    assert len(school.mux.assets) == 4, "one new copy of each"
    assert school.ask("SELECT state FROM mux_admin.items WHERE batch_id = %s", batch.id) == [("done",)] * 2
    assert school.mux.masters == {}
    new = school.mux.assets.keys() - old
    for asset_id in old:
        del school.mux.assets[asset_id]
        again(partial(ask, asset_id, services=school.services))
    assert {one for (one,) in school.ask("SELECT mux_asset_id FROM lessons")} == new
    settle(school)


def captioned(school: Engine, **more: Any) -> TextTrack:
    """Captions of ours on what the first lesson plays."""
    [(asset_id,)] = school.ask("SELECT mux_asset_id FROM lessons WHERE id = 1")
    location = Location(BUCKET, "captions/one.vtt")
    school.store.put(BUCKET, location.key, CUES.encode())
    now = school.clock.now
    track = TextTrack(
        **{
            "id": uuid4(),
            "lesson_id": "1",
            "asset_id": str(asset_id),
            "origin": Origin.UPLOADED,
            "state": TrackState.READY,
            "language": "en",
            "name": "English",
            "person": "ana",
            "created_at": now,
            "moved_at": now,
            "first_at": now,
            "track_id": "track-old",
            "given_name": "English",
            "location": location,
            "words": "Welcome back.",
            **more,
        }
    )
    with school.services.uow("test") as tx:
        tx.captions.add(track)
        tx.commit()
    return track


def _in_bulk(school: Engine, kind: BatchKind, wanted: str = "") -> Batch:
    """Start it on every lesson; a click that was cut off is repeated, and starts no second batch."""
    chosen = {"filter": LibraryFilter(), "picked": Picked("all"), "wanted": wanted, "once": kind.value}
    begun: list[Batch] = []
    again(lambda: begun.append(bulk_starting.start(kind, by=SYSTEM, services=school.services, **chosen)))  # type: ignore[arg-type]
    return begun[0]


def exactly_once(school: Engine) -> None:
    """What must hold at the end of every scenario, wherever it was killed."""
    sources = school.ask("SELECT DISTINCT coalesce(video_url, hls_url) FROM lessons")
    contents = {school.store.objects[_at(url)] for (url,) in sources}
    assert len(school.mux.assets) == len(contents), "one live asset per content"
    assert {asset.status.value for asset in school.mux.assets.values()} == {"ready"}
    rows = school.ask("SELECT mux_asset_id, video_provider FROM lessons")
    assert {provider for _, provider in rows} == {"mux"}, "every row is switched"
    assert {asset_id for asset_id, _ in rows} == set(school.mux.assets)
    left = "SELECT state, reason FROM mux_admin.items WHERE state = ANY(%s)"
    assert school.ask(left, [state.value for state in ALIVE]) == []


def _at(url: str) -> Location:
    location = parse_s3_url(url)
    assert location
    return location


SCENARIOS: tuple[Scenario, ...] = (
    plain,
    many_to_probe,
    not_looked_into,
    hard_to_reach,
    silent_mux,
    deleted_elsewhere,
    pushed,
    columns_come_late,
    puzzling_event,
    given_up,
    refused,
    stopped_and_rolled_back,
    many_lessons,
    copies_deleted,
    earlier_version_over,
    policy_changed,
    sound_evened,
)
