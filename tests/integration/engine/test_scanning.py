"""A scan from the wish to its end: one run, whatever happens to a bucket on the way."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine as Database

from core import requesting, scanning
from core.access import Person, Role
from core.errors import ConfigError, NotAllowed, NotFound, Refused, Unavailable
from core.scanrun import MOVES_WITHIN, TAKEN_WITHIN, ScanRun
from core.settings import Bucket
from tests.integration.engine.harness import BUCKET, Engine, Killed

OTTO = Person(subject="otto", email="otto@school.example", roles=frozenset({Role.OPS}))
TESS = Person(subject="tess", email="tess@school.example", roles=frozenset({Role.TEACHER}))


def newest(school: Engine) -> ScanRun:
    with school.services.uow("test.read") as tx:
        run = tx.scan_runs.newest()
    assert run
    return run


def scanned_at(school: Engine) -> object:
    with school.services.uow("test.read") as tx:
        return tx.sources.facets().scanned_at


def test_a_scan_is_audited_each_time_it_is_asked_for_and_run_once(school: Engine) -> None:
    school.lessons(2)
    first = requesting.request_scan(by=OTTO, services=school.services)
    again = requesting.request_scan(by=OTTO, services=school.services)
    assert (again.id, first.asked_by, first.is_open) == (first.id, "otto", True)
    assert (
        school.ask("SELECT actor, action, subject FROM mux_admin.audit") == [("otto", "scan", "sources")] * 2
    )
    assert [job for job, _, _ in school.waiting()] == ["scan"]
    school.run()
    run = newest(school)
    assert (run.id, run.is_open, run.error) == (first.id, False, None)
    assert (run.objects, run.buckets, run.sources, run.rows) == (2, 1, 2, 2)


def test_only_who_may_scan_can_ask(school: Engine) -> None:
    with pytest.raises(NotAllowed):
        requesting.request_scan(by=TESS, services=school.services)
    assert school.waiting() == []


def test_without_a_bucket_it_is_said_at_once_which_setting_is_missing(
    engine: Database, database_url: str
) -> None:
    school = Engine(engine, database_url, s3_buckets=())
    with pytest.raises(ConfigError, match="S3_BUCKETS names no bucket"):
        requesting.request_scan(by=OTTO, services=school.services)


def test_one_bucket_that_cannot_be_listed_does_not_stop_the_others(
    engine: Database, database_url: str
) -> None:
    school = Engine(engine, database_url, s3_buckets=(Bucket(name="vidoes"), Bucket(name=BUCKET)))
    school.lessons(2)
    report = scanning.scan(services=school.services)
    assert (report.sources, report.rows, report.error) == (2, 2, "There is no bucket vidoes.")
    run = newest(school)
    assert (run.buckets, run.error) == (1, "There is no bucket vidoes.")
    assert "S3_BUCKETS" in run.hint
    assert scanned_at(school) == run.finished_at


def test_what_could_not_be_listed_is_not_called_missing(school: Engine) -> None:
    school.lessons(1)
    school.ask("UPDATE lessons SET video_url = %s RETURNING id", f"s3://{BUCKET}/lost.mp4")
    school.ask("INSERT INTO lessons (title, video_url) VALUES ('B', 's3://elsewhere/b.mp4') RETURNING id")
    school.store.errors.append(Refused("S3 refuses access.", status=403))
    scanning.scan(services=school.services)
    assert findings(school) == {"lost.mp4": ["unlisted"], "b.mp4": ["unlisted"]}
    scanning.scan(services=school.services)  # this time S3 answers, of the one bucket that is configured
    listed = findings(school)
    assert (listed["lost.mp4"], listed["b.mp4"]) == (["missing"], ["unlisted"])
    school.ask("INSERT INTO lessons (title, video_url) VALUES ('C', %s) RETURNING id", f"s3://{BUCKET}/c.mp4")
    school.store.errors.append(Refused("S3 refuses access.", status=403))
    scanning.scan(services=school.services)
    later = findings(school)
    assert (later["lost.mp4"], later["c.mp4"]) == (["missing"], ["unlisted"])


def test_what_lies_below_a_prefix_that_was_taken_out_is_counted_no_more(school: Engine) -> None:
    school.lessons(2)
    counted = "SELECT sum(objects), sum(bytes) > 0 FROM mux_admin.s3_days"
    scanning.scan(services=school.services)
    assert school.ask(counted) == [(2, True)]
    part = (Bucket(name=BUCKET, prefix="other/"),)
    settings = replace(school.services.settings, s3_buckets=part, upload_bucket=())
    scanning.scan(services=replace(school.services, settings=settings))
    assert school.ask(counted) == [(0, False)]


def findings(school: Engine) -> dict[str, list[str]]:
    return dict(school.ask("SELECT key, findings FROM mux_admin.sources WHERE rows > 0"))


def test_a_part_of_a_bucket_that_is_not_scanned_is_not_called_missing(
    engine: Database, database_url: str
) -> None:
    school = Engine(engine, database_url, s3_buckets=(Bucket(name=BUCKET, prefix="new/"),))
    for key in ("new/a.mp4", "old/b.mp4"):
        sql = "INSERT INTO lessons (title, video_url) VALUES ('A', %s) RETURNING id"
        school.ask(sql, f"s3://{BUCKET}/{key}")
    scanning.scan(services=school.services)
    assert findings(school) == {"new/a.mp4": ["missing"], "old/b.mp4": ["unlisted"]}


@pytest.mark.parametrize("error", [Refused("S3 refuses access.", status=403), NotFound("no bucket")])
def test_a_scan_that_fails_ends_with_its_reason(school: Engine, error: Refused | NotFound) -> None:
    school.store.errors.append(error)
    requesting.request_scan(by=OTTO, services=school.services)
    school.run()
    run = newest(school)
    assert (run.is_open, run.buckets, run.error) == (False, 0, str(error))
    assert run.hint
    assert scanned_at(school) is None


def test_what_passes_by_itself_is_said_and_raised_so_that_the_queue_tries_again(school: Engine) -> None:
    school.store.errors.append(Unavailable("S3 does not answer."))
    with pytest.raises(Unavailable):
        scanning.scan(services=school.services)
    assert newest(school).error == "S3 does not answer."
    scanning.scan(services=school.services)
    assert newest(school).error is None


def test_a_mistake_of_ours_ends_the_run_too(school: Engine) -> None:
    school.store.errors.append(ValueError("a bug"))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="bug"):
        scanning.scan(services=school.services)
    run = newest(school)
    assert not run.is_open
    assert "mistake in Lectern" in (run.error or "")


@pytest.mark.parametrize("point", ["scan.mark:after", "scan.link:before", "scan.link:after"])
def test_it_is_not_over_before_rows_are_linked_and_a_killed_one_goes_on_as_the_same(
    engine: Database, database_url: str, point: str
) -> None:
    school = Engine(engine, database_url, point=point)
    school.lessons(1)
    with pytest.raises(Killed):
        scanning.scan(services=school.services)
    killed = newest(school)
    assert killed.is_open
    assert scanned_at(school) is None
    scanning.scan(services=school.services)
    assert (newest(school).id, newest(school).is_open) == (killed.id, False)


def test_a_scan_that_nobody_takes_or_that_stands_still_is_found_out(school: Engine) -> None:
    run = requesting.request_scan(by=OTTO, services=school.services)
    assert not run.is_stuck(run.asked_at + TAKEN_WITHIN)
    assert run.is_stuck(run.asked_at + TAKEN_WITHIN + timedelta(seconds=1))
    with school.services.uow("test") as tx:
        begun = tx.scan_runs.begin("system")
        tx.commit()
    assert begun.moved_at
    assert not begun.is_stuck(begun.moved_at + MOVES_WITHIN)
    assert begun.is_stuck(begun.moved_at + MOVES_WITHIN + timedelta(seconds=1))


def test_files_of_captions_that_lectern_keeps_are_no_sources(school: Engine) -> None:
    school.lesson("lesson.mp4")
    ours = "captions/0b5f2f0e-6f3c-4a57-9f43-4d8a3a4d6c11.vtt"
    for key in (ours, "captions/lesson.vtt", "captions-0b5f2f0e-6f3c-4a57-9f43-4d8a3a4d6c11.vtt"):
        school.store.put(BUCKET, key, b"WEBVTT\n")
    school.store.page_size = 1
    school.scan()
    keys = {key for (key,) in school.ask("SELECT key FROM mux_admin.sources")}
    assert ours not in keys
    assert len(keys) == 3
