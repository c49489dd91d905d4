"""From whatever is there to the target, and never twice."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from core import applying, inspecting, schema
from core.db import catalog
from core.db.host_schema import HostSchemaTables
from core.errors import NotAllowed, Refused
from core.records import Job
from core.schema_detail import PartState
from core.schema_run import RunState
from core.target import LESSONS, VIDEOS
from tests.integration.hosts import ID_TYPES, School
from tests.integration.schema.stage import OPS, TEACHER, Stage

VIDEO_COLUMNS = {column.name for column in VIDEOS.columns}
LESSON_COLUMNS = {column.name for column in LESSONS.columns}


def indexes(engine: Engine) -> dict[str, bool]:
    """Whether each index of the school's schema is valid."""
    with engine.connect() as connection:
        found = connection.execute(
            text(
                "SELECT indexrelid::regclass::text, indisvalid FROM pg_index WHERE indrelid IN "
                "(SELECT oid FROM pg_class WHERE relnamespace = 'school'::regnamespace)"
            )
        )
        return {name.removeprefix("school."): valid for name, valid in found}


@pytest.mark.parametrize("id_type", ID_TYPES)
def test_where_nothing_is_there_everything_is_added(engine: Engine, stage: Stage, id_type: str):
    school = School(engine, id_type=id_type)
    applied = applying.apply(by=OPS, services=stage)
    assert applied.success
    assert set(applied.columns_added) == {
        *(f"videos.{name}" for name in VIDEO_COLUMNS),
        *(f"lessons.{name}" for name in LESSON_COLUMNS),
    }
    assert applied.tables_created == ("video_analytics",)
    assert school.columns("videos") >= VIDEO_COLUMNS
    assert school.columns("lessons") >= LESSON_COLUMNS
    assert {
        "idx_videos_mux_asset",
        "idx_videos_mux_upload",
        "idx_videos_mux_status",
        "idx_lessons_mux_asset",
        "idx_lessons_video_provider",
        "video_analytics_once",
    } <= set(indexes(engine))
    assert inspecting.status(services=stage).current


@pytest.mark.parametrize("id_type", ID_TYPES)
def test_analytics_number_lessons_as_the_school_does(engine: Engine, stage: Stage, id_type: str):
    school = School(engine, id_type=id_type)
    applying.apply(by=OPS, services=stage)
    assert stage.schema.found().tables["video_analytics"].columns["lesson_id"].type == school.type


def test_the_eighteen_columns_have_the_declared_types(school, stage):
    applying.apply(by=OPS, services=stage)
    found = stage.schema.found().tables["videos"].columns
    assert len(VIDEO_COLUMNS) == 18
    assert {column.name: found[column.name].type for column in VIDEOS.columns} == {
        column.name: column.type for column in VIDEOS.columns
    }


def test_old_rows_keep_saying_what_is_true_of_them(school, stage):
    applying.apply(by=OPS, services=stage)
    lesson, video = school.row("lessons"), school.row("videos")
    assert (lesson["video_status"], lesson["video_provider"]) == ("ready", "s3")
    assert lesson["processing_status"] == "ready"
    assert (video["mux_status"], video["audio_enhanced"]) == (None, False)


def test_new_rows_wait_for_their_video(school, stage):
    applying.apply(by=OPS, services=stage)
    school.add_row("lessons", "8")
    school.add_row("videos", "8")
    lesson = school.row("lessons", "8")
    assert (lesson["video_status"], lesson["processing_status"]) == ("pending", None)
    assert school.row("videos", "8")["mux_status"] == "pending"


def test_where_half_is_there_only_the_rest_is_added(school, stage):
    school.add_columns("videos", "mux_asset_id", "mux_status")
    school.run("CREATE INDEX their_own ON videos (mux_asset_id, id)")
    school.run("UPDATE videos SET mux_status = 'ready'")
    applied = applying.apply(by=OPS, services=stage)
    assert not {"videos.mux_asset_id", "videos.mux_status"} & set(applied.columns_added)
    assert "idx_videos_mux_asset" not in applied.indexes_created
    assert school.row("videos")["mux_status"] == "ready"
    assert inspecting.status(services=stage).current


def test_where_all_is_there_nothing_is_done_and_no_run_is_noted(school, stage):
    applying.apply(by=OPS, services=stage)
    again = applying.apply(by=OPS, services=stage)
    assert (again.run, again.success, again.columns_added) == (None, True, ())
    assert inspecting.plan(services=stage) == ()
    assert len(inspecting.history(services=stage)) == 1


@pytest.mark.parametrize("table", ["lessons", "videos"])
def test_a_school_with_one_of_the_tables_gets_what_belongs_to_it(engine: Engine, stage: Stage, table: str):
    School(engine, tables=[table])
    other = {"lessons": "videos", "videos": "lessons"}[table]
    assert inspecting.status(services=stage).absent == (other,)
    applied = applying.apply(by=OPS, services=stage)
    assert {name.split(".")[0] for name in applied.columns_added} == {table}
    assert inspecting.status(services=stage).current


def test_without_any_table_of_a_school_nothing_is_created_and_the_setting_is_named(engine: Engine, stage):
    School(engine, tables=[])
    with pytest.raises(Refused, match="check HOST_SCHEMA"):
        applying.apply(by=OPS, services=stage)
    found = inspecting.status(services=stage)
    assert not found.current
    assert set(found.absent) == {"lessons", "videos"}


def test_types_that_hold_the_same_values_are_accepted_and_named(school, stage):
    school.run(
        "ALTER TABLE videos ADD COLUMN mux_asset_id text, ADD COLUMN mux_ready_at timestamptz, "
        "ADD COLUMN mux_duration_seconds smallint"
    )
    review = next(r for r in inspecting.status(services=stage).tables if r.table == "videos")
    assert review.accepted_types == {"mux_asset_id": "text", "mux_ready_at": "timestamp with time zone"}
    assert review.unfit_types == {"mux_duration_seconds": "smallint"}
    assert not set(review.missing_columns) & {"mux_asset_id", "mux_ready_at", "mux_duration_seconds"}


def test_the_status_says_what_is_missing_and_what_waits(school, stage):
    with stage.uow("upload") as tx:
        tx.host.write("videos", "7", {"mux_asset_id": "a1"})
        tx.commit()
    found = inspecting.status(services=stage)
    missing = {
        review.table: (len(review.missing_columns), len(review.missing_indexes)) for review in found.tables
    }
    assert missing == {"videos": (18, 3), "lessons": (7, 2), "video_analytics": (0, 0)}
    # 18 + 7 columns, 3 + 2 indexes, the analytics table and its index of the newest
    assert found.pending == 32
    assert found.pending_rows == 1
    assert (found.running_by, found.interrupted) == (None, False)


def test_the_plan_is_the_sql_that_will_be_sent(school, stage):
    planned = inspecting.plan(services=stage)
    alters = [step.sql for step in planned if step.sql.startswith("ALTER TABLE")]
    assert len(alters) == 2
    assert "ALTER TABLE school.lessons" in alters[1]
    assert "video_status text DEFAULT 'ready'" in alters[1]
    assert "ALTER COLUMN video_status SET DEFAULT 'pending'" in alters[1]
    assert all("CONCURRENTLY" in step.sql for step in planned if "INDEX" in step.sql)
    run = applying.apply(by=OPS, services=stage).run
    assert [step.sql for step in run.steps] == [step.sql for step in planned]


def test_an_unfinished_index_is_dropped_and_built_again(school, stage, engine):
    applying.apply(by=OPS, services=stage)
    school.run("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_videos_mux_status'::regclass")
    found = inspecting.status(services=stage)
    assert next(r for r in found.tables if r.table == "videos").unfinished_indexes == (
        "idx_videos_mux_status",
    )
    applied = applying.apply(by=OPS, services=stage)
    assert [step.kind for step in applied.run.steps] == ["drop unfinished index", "create index"]
    assert indexes(engine)["idx_videos_mux_status"]


def test_history_says_who_did_what_and_for_how_long(school, stage):
    before = datetime.now(UTC) - timedelta(seconds=5)
    applying.apply(by=OPS, services=stage)
    (run,) = inspecting.history(services=stage)
    assert (run.by, run.state, run.error) == ("olga", RunState.DONE, None)
    assert before < run.started_at <= run.finished_at
    assert [step.tries for step in run.steps] == [1] * len(run.steps)
    assert stage.audited == [("olga", "change the database schema")]


def test_facts_that_wait_are_sent_for_after_an_apply(school, stage):
    applying.apply(by=OPS, services=stage)
    assert stage.jobs == [Job.WRITE_BACK, Job.CORRECT_LESSONS]


def test_who_is_not_ops_may_not_apply(school, stage):
    with pytest.raises(NotAllowed):
        applying.apply(by=TEACHER, services=stage)
    assert not VIDEO_COLUMNS & school.columns("videos")


def test_a_statement_that_the_database_refuses_fails_the_run_and_the_next_one_goes_on(school, stage):
    school.run("CREATE TABLE idx_videos_mux_upload (taken int)")
    with pytest.raises(Refused, match=r"create index school\.idx_videos_mux_upload.*already exists"):
        applying.apply(by=OPS, services=stage)
    (failed,) = inspecting.history(services=stage)
    assert failed.state is RunState.FAILED
    assert "idx_videos_mux_asset" in [step.name for step in failed.steps]
    school.run("DROP TABLE idx_videos_mux_upload")
    applied = applying.apply(by=OPS, services=stage)
    assert (applied.success, applied.columns_added) == (True, ())


def test_an_odd_schema_name_is_quoted(engine: Engine):

    with engine.begin() as connection:
        connection.execute(text('CREATE SCHEMA "My School"'))
        connection.execute(text('CREATE TABLE "My School".videos (id int)'))
    tables = HostSchemaTables(engine, "My School")
    with tables.alone() as session:
        run_id = session.open(by="olga")
        for statement in schema.plan(session.found()):
            session.execute(run_id, statement)
    assert schema.plan(tables.found()) == ()


def test_a_table_that_appears_in_the_midst_of_a_look_is_seen_whole_or_not_at_all(
    school: School, stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    def read_and_be_overtaken(connection, schema):
        found = read(connection, schema)
        school.run("CREATE TABLE video_analytics (id bigint, lesson_id text, provider text)")
        return found

    read = catalog.read_columns
    monkeypatch.setattr(catalog, "read_columns", read_and_be_overtaken)
    looked = inspecting.inspect(services=stage)
    assert {part.state for part in looked.parts if part.table == "video_analytics"} == {PartState.MISSING}
    monkeypatch.setattr(catalog, "read_columns", read)
    assert stage.schema.found().tables["video_analytics"].columns.keys() == {"id", "lesson_id", "provider"}


def test_a_number_that_somebody_took_away_is_given_again_whatever_the_tables_key_is(
    school: School, stage: Stage
):
    applying.apply(by=OPS, services=stage)
    school.run("ALTER TABLE video_analytics DROP COLUMN id, ADD PRIMARY KEY (lesson_id)")
    assert [planned.columns for planned in inspecting.plan(services=stage)] == [("id",)]
    assert applying.apply(by=OPS, services=stage).columns_added == ("video_analytics.id",)
    assert inspecting.status(services=stage).current
