"""What Lectern added and is still empty is taken away again, exactly, and nobody's value with it."""

import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import Engine, text

from core import applying, correcting, inspecting, withdrawing
from core.db import known_columns
from core.db.engine import create_engine
from core.errors import InvalidInput, NotAllowed, Refused, StaleState, Unavailable
from core.records import Job
from core.schema_detail import DRIFT
from core.schema_run import Purpose, RunState
from core.tripwire import Tripwire
from tests.integration.hosts import School
from tests.integration.schema.stage import OPS, TEACHER, Stage
from tests.integration.schema.test_apply_under_load import meanwhile
from tests.integration.schema.test_interruptions import FORK, wait_until

CATALOG = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid), NULL
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'school'::regnamespace AND c.relkind IN ('r', 'p')
    UNION ALL
    SELECT c.relname, pg_get_indexdef(x.indexrelid), NULL, NULL, NULL
    FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid WHERE c.relnamespace = 'school'::regnamespace
    UNION ALL
    SELECT c.relname, k.conname, pg_get_constraintdef(k.oid), NULL, NULL
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE c.relnamespace = 'school'::regnamespace
    ORDER BY 1, 2
"""


def catalog(engine: Engine) -> list[tuple[str, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(CATALOG))]


def newest(stage: Stage):
    return inspecting.history(services=stage)[0]


def test_an_undo_leaves_the_catalog_as_it_was(school: School, stage: Stage, engine: Engine):
    before = catalog(engine)
    applying.apply(by=OPS, services=stage)
    applying.apply(by=OPS, services=stage, offer="creator_id")
    found = withdrawing.undo(by=OPS, services=stage)
    assert catalog(engine) == before
    assert (found.stays, newest(stage).state, newest(stage).purpose) == (None, RunState.DONE, Purpose.UNDO)
    assert {"videos.mux_asset_id", "lessons.creator_id", "video_analytics"} <= set(found.dropped)
    assert not {part.state for part in inspecting.inspect(services=stage).parts} & DRIFT
    assert inspecting.status(services=stage).pending == 32
    assert applying.apply(by=OPS, services=stage).success


def test_one_run_alone_is_undone(school: School, stage: Stage):
    first = applying.apply(by=OPS, services=stage).run
    applying.apply(by=OPS, services=stage, offer="creator_id")
    of_second = withdrawing.going(services=stage, of=newest(stage).id)
    assert of_second == ("lessons.creator_id", "lessons.idx_lessons_creator")
    withdrawing.undo(by=OPS, services=stage, of=first.id)
    assert school.columns("lessons") == {"id", "video_url", "title", "creator_id"}


def test_what_the_school_had_before_is_not_touched(school: School, stage: Stage):
    school.add_columns("videos", "mux_asset_id", "mux_status")
    applying.apply(by=OPS, services=stage)
    assert "idx_videos_mux_asset" in withdrawing.undo(by=OPS, services=stage).dropped
    assert school.columns("videos") == {"id", "s3_bucket", "s3_key", "mux_asset_id", "mux_status"}


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("lessons", "mux_asset_id", "a1"), ("videos", "audio_enhanced", "true"), ("lessons", "duration", "61")],
)
def test_a_column_that_holds_a_value_stays_and_is_named(
    school: School, stage: Stage, engine: Engine, table: str, column: str, value: str
):
    applying.apply(by=OPS, services=stage)
    school.run(f"UPDATE {table} SET {column} = '{value}'")  # noqa: S608
    found = withdrawing.undo(by=OPS, services=stage)
    assert found.stays == f"Stays: {table}.{column} holds values."
    assert column in school.columns(table)
    assert not [row for row in catalog(engine) if "lectern_empty" in row[1]]
    assert (f"idx_{table}_mux_asset" in {one.name for one in stage.schema.found().tables[table].indexes}) == (
        column == "mux_asset_id"
    )


def test_statuses_that_are_as_they_were_given_are_empty(school: School, stage: Stage):
    school.run("UPDATE lessons SET video_url = NULL")
    applying.apply(by=OPS, services=stage)
    assert correcting.correct_lessons(services=stage).corrected == 1
    school.add_row("lessons", "8")
    assert withdrawing.undo(by=OPS, services=stage).stays is None


def test_analytics_that_have_rows_stay(school: School, stage: Stage):
    applying.apply(by=OPS, services=stage)
    school.run("INSERT INTO video_analytics (lesson_id, provider) VALUES (7, 'mux')")
    assert withdrawing.undo(by=OPS, services=stage).stays == "Stays: video_analytics has rows."


def test_a_value_that_comes_while_rows_are_looked_through_keeps_its_column(
    school: School, stage: Stage, engine: Engine
):
    applying.apply(by=OPS, services=stage)

    def write_before_the_check(point: str) -> None:
        stage.trip = None
        school.run("UPDATE videos SET mux_aspect_ratio = '16:9'")

    stage.trip = write_before_the_check
    found = withdrawing.undo(by=OPS, services=stage)
    assert found.stays == "Stays: videos.mux_aspect_ratio holds values."
    assert school.columns("videos") == {"id", "s3_bucket", "s3_key", "mux_aspect_ratio"}
    assert not [row for row in catalog(engine) if "lectern_empty" in row[1]]


@pytest.mark.parametrize(
    "using",
    [
        "CREATE VIEW ready AS SELECT id FROM lessons WHERE video_status = 'ready'",
        "CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN PERFORM NEW.video_status; RETURN NEW; END$$; "
        "CREATE TRIGGER told BEFORE UPDATE ON lessons FOR EACH ROW EXECUTE FUNCTION told()",
    ],
)
def test_a_column_that_the_school_uses_by_now_stays(school: School, stage: Stage, using: str):
    applying.apply(by=OPS, services=stage)
    school.run(using)
    found = withdrawing.undo(by=OPS, services=stage)
    assert found.stays == "Stays: lessons.video_status is used by a view, a policy or a trigger."
    school.run("UPDATE lessons SET title = 'still works'")


def test_facts_and_batches_that_need_the_columns_refuse_it(school: School, stage: Stage):
    with stage.uow("upload") as tx:
        tx.host.write("videos", "7", {"mux_asset_id": "a1"})
        tx.commit()
    applying.apply(by=OPS, services=stage)
    with pytest.raises(StaleState, match="Facts wait"):
        withdrawing.undo(by=OPS, services=stage)
    school.run("DELETE FROM mux_admin.pending_facts")
    stage.batches = [1]
    with pytest.raises(StaleState, match="batch is under way"):
        withdrawing.request(by=OPS, services=stage)


def test_with_nothing_of_ours_there_is_nothing_to_undo_and_teachers_may_not(school: School, stage: Stage):
    with pytest.raises(InvalidInput):
        withdrawing.request(by=OPS, services=stage)
    with pytest.raises(NotAllowed):
        withdrawing.undo(by=TEACHER, services=stage)


def test_the_worker_carries_it_out_once(school: School, stage: Stage, engine: Engine):
    before = catalog(engine)
    applying.apply(by=OPS, services=stage)
    run_id = withdrawing.request(by=OPS, services=stage)
    assert stage.jobs[-1] is Job.UNDO_SCHEMA
    withdrawing.carry_out(run_id=run_id, services=stage)
    assert Job.WRITE_BACK in stage.jobs[stage.jobs.index(Job.UNDO_SCHEMA) :]
    ended = newest(stage)
    withdrawing.carry_out(run_id=run_id, services=stage)
    assert (newest(stage), ended.state) == (ended, RunState.DONE)
    assert catalog(engine) == before


@pytest.mark.parametrize("side", ["before", "after"])
def test_killed_around_every_single_statement_it_ends_as_if_it_had_not_been(
    school: School, stage: Stage, engine: Engine, database_url: str, side: str
):
    before = catalog(engine)
    applying.apply(by=OPS, services=stage)
    run_id = withdrawing.request(by=OPS, services=stage)
    ends = []
    while not ends or (ends[-1] == -signal.SIGKILL and len(ends) < 30):
        process = FORK.Process(target=_die_at, args=(database_url, run_id, f"schema.statement:{side}"))
        process.start()
        process.join(20)
        ends.append(process.exitcode)
        wait_until(lambda: newest(stage).state is not RunState.RUNNING)
        stage_write(stage)
    assert ends[-1] == 0
    assert len(ends) > 5
    assert catalog(engine) == before
    assert not {part.state for part in inspecting.inspect(services=stage).parts} & DRIFT


def _die_at(url: str, run_id: int, point: str) -> None:
    """With one statement done."""
    trip = Tripwire(f"{point}:2" if point.endswith("before") else point)
    withdrawing.carry_out(run_id=run_id, services=Stage(create_engine(url), trip=trip))


def stage_write(stage: Stage) -> None:
    """A write of ours in the middle of it: taken, whatever columns are left, at the second try if need be."""
    for wrong in (Unavailable, ()):
        with suppress(wrong), stage.uow("event") as tx:
            assert tx.host.write("videos", "7", {"mux_mp4_url": None}).found
            tx.rollback()
            return


def test_a_write_of_ours_that_meets_the_check_is_tried_again_and_kept_for_later(
    school: School, stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(known_columns, "FRESH_S", 3600.0)
    applying.apply(by=OPS, services=stage)
    with stage.uow("look") as tx:
        assert not tx.host.write("videos", "7", {"mux_mp4_url": None}).fallback_used  # columns are known now
        tx.rollback()
    school.run(
        "ALTER TABLE videos ADD CONSTRAINT lectern_empty_mux_mp4_url CHECK (mux_mp4_url IS NULL) NOT VALID"
    )
    with stage.uow("event") as tx, pytest.raises(Unavailable):
        tx.host.write("videos", "7", {"mux_mp4_url": "https://m"})
    with stage.uow("event again") as tx:
        written = tx.host.write("videos", "7", {"mux_mp4_url": "https://m", "mux_asset_id": "a"})
        tx.commit()
    assert (written.fallback_used, written.missing) == (True, ("mux_mp4_url",))
    assert school.pending() == {("videos", "7"): {"mux_mp4_url": "https://m"}}
    applying.apply(by=OPS, services=stage)
    assert not stage.schema.found().tables["videos"].guards


def test_a_table_that_stays_in_use_fails_it_and_leaves_no_check_behind(
    school: School, stage: Stage, engine: Engine
):
    applying.apply(by=OPS, services=stage)
    before = catalog(engine)
    stage.manners = type(stage.manners)(pause_s=(0.01, 0.02), patience_s=0.1)
    with engine.connect() as reader:
        reader.execute(text("SELECT 1 FROM school.lessons LIMIT 1"))
        with pytest.raises(Unavailable):
            withdrawing.undo(by=OPS, services=stage)
    assert newest(stage).state is RunState.FAILED
    assert [row for row in before if row[0] == "lessons"] == [
        row for row in catalog(engine) if row[0] == "lessons"
    ]
    assert withdrawing.undo(by=OPS, services=stage).stays is None


def test_a_partitioned_table_is_undone_too(engine: Engine, stage: Stage):
    school = School(engine, tables=["lessons"])
    school.run("CREATE TABLE videos (id int, mux_upload_id text) PARTITION BY LIST (id)")
    school.run("CREATE TABLE videos_1 PARTITION OF videos FOR VALUES IN (1)")
    before = catalog(engine)
    applying.apply(by=OPS, services=stage)
    assert withdrawing.undo(by=OPS, services=stage).stays is None
    assert catalog(engine) == before


def test_without_the_grant_it_is_refused(school: School, stage: Stage, monkeypatch: pytest.MonkeyPatch):
    applying.apply(by=OPS, services=stage)
    school.run("CREATE ROLE undo_owner; ALTER TABLE videos OWNER TO undo_owner")
    with stage.engine.begin() as connection:
        connection.execute(text("CREATE ROLE undo_clerk LOGIN"))
        connection.execute(text("GRANT USAGE ON SCHEMA mux_admin, school TO undo_clerk"))
        connection.execute(text("GRANT ALL ON ALL TABLES IN SCHEMA mux_admin TO undo_clerk"))
    clerk = Stage(create_engine(stage.engine.url.set(username="undo_clerk").render_as_string(False)))
    with pytest.raises(Refused, match='GRANT "undo_owner" TO "undo_clerk"'):
        withdrawing.request(by=OPS, services=clerk)
    clerk.engine.dispose()
    school.run("DROP OWNED BY undo_owner, undo_clerk CASCADE; DROP ROLE undo_owner, undo_clerk")


def test_writes_of_ours_go_on_during_an_undo_and_lose_nothing(school: School, stage: Stage, engine: Engine):
    school.run("INSERT INTO videos (id) SELECT generate_series(100, 20099)")
    applying.apply(by=OPS, services=stage)
    stage.manners = replace(stage.manners, known_after_s=3.0)
    written: list[int] = []
    visits: list[int] = []

    def let_others_write(point: str) -> None:
        if point.startswith("schema.statement"):
            seen = len(visits)
            wait_until(lambda: len(visits) > seen + 2)

    def keep_writing(stop: threading.Event) -> None:
        number = 100
        while not stop.is_set():
            with stage.uow("event") as tx:
                undoing = newest(stage).purpose is Purpose.UNDO and newest(stage).steps
                facts = {"mux_asset_id": f"a{number}" if undoing else None}
                assert tx.host.write("videos", str(number), facts).found
                tx.commit()
            written.extend([number] if undoing else [])
            visits.append(number)
            number += 1

    failures: list[BaseException] = []
    stage.trip = let_others_write
    with meanwhile(partial(noting, keep_writing, failures)):
        found = withdrawing.undo(by=OPS, services=stage)
    assert failures == []
    assert found.stays is None
    kept = {int(row_id) for (_, row_id), facts in school.pending().items() if facts["mux_asset_id"]}
    assert kept == set(written)
    assert len(kept) > 5


def noting(
    work: Callable[[threading.Event], None], failures: list[BaseException], stop: threading.Event
) -> None:
    try:
        work(stop)
    except Exception as error:  # noted, and asserted on by the test
        failures.append(error)
