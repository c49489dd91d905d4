"""A partitioned table of the school's: each partition gets its index while the site goes on."""

import signal

import pytest
from sqlalchemy import Engine, text

from core import applying, inspecting
from core.partition_indexes import own_name
from core.schema_run import RunState
from tests.integration.hosts import School
from tests.integration.schema.stage import OPS, Stage
from tests.integration.schema.test_apply import indexes
from tests.integration.schema.test_interruptions import apply_elsewhere, wait_until

LONG = "videos_of_a_school_that_gives_its_partitions_very_long_names"


@pytest.fixture
def school(engine: Engine) -> School:
    return divided(engine)


def divided(engine: Engine) -> School:
    """Videos by year; 2025 is divided once more, and one partition lies in another schema."""
    school = School(engine, tables=["lessons"])
    school.run("CREATE TABLE videos (id int, year int, s3_key text) PARTITION BY LIST (year)")
    school.run("CREATE TABLE videos_2024 PARTITION OF videos FOR VALUES IN (2024)")
    school.run("CREATE TABLE videos_2025 PARTITION OF videos FOR VALUES IN (2025) PARTITION BY HASH (id)")
    for half in (0, 1):
        values = f"WITH (MODULUS 2, REMAINDER {half})"
        school.run(f"CREATE TABLE videos_2025_{half} PARTITION OF videos_2025 FOR VALUES {values}")
    school.run("CREATE SCHEMA archive")
    school.run(f"CREATE TABLE archive.{LONG} PARTITION OF videos DEFAULT")
    school.run("INSERT INTO videos SELECT n, 2023 + n % 3 FROM generate_series(1, 300) n")
    return school


def unattached(engine: Engine) -> int:
    """Valid or not, indexes of partitions that belong to no index of the whole table."""
    with engine.connect() as connection:
        found = connection.scalar(
            text(
                "SELECT count(*) FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid AND c.relispartition "
                "WHERE NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = x.indexrelid)"
            )
        )
        return int(found or 0)


def test_every_partition_gets_its_indexes_concurrently_and_they_are_attached(
    school: School, stage: Stage, engine: Engine
):
    planned = inspecting.plan(services=stage)
    builds = [one.sql for one in planned if one.kind == "create index"]
    assert all("CONCURRENTLY" in sql for sql in builds)
    assert inspecting.status(services=stage).pending == 32
    applied = applying.apply(by=OPS, services=stage)
    assert [step.sql for step in applied.run.steps] == [one.sql for one in planned]
    assert inspecting.status(services=stage).current
    assert all(indexes(engine).values())
    assert unattached(engine) == 0
    assert f"archive.{own_name('idx_videos_mux_status', LONG)}" in indexes_of_archive(engine)


def indexes_of_archive(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(
            connection.scalars(
                text("SELECT 'archive.' || indexname FROM pg_indexes WHERE schemaname = 'archive'")
            )
        )


def test_a_look_up_uses_the_partitions_indexes(school: School, stage: Stage, engine: Engine):
    applying.apply(by=OPS, services=stage)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = connection.scalars(text("EXPLAIN SELECT id FROM school.videos WHERE mux_asset_id = 'a'")).all()
    assert sum("Index Cond: ((mux_asset_id)::text = 'a'::text)" in line for line in plan) == 4


def test_killed_after_every_single_statement_it_goes_on_where_it_was(
    database_url: str, school: School, stage: Stage, engine: Engine
):
    statements = len(inspecting.plan(services=stage))
    for left in range(statements - 1, -1, -1):
        process = apply_elsewhere(database_url, "schema.statement:after")
        process.join(20)
        assert process.exitcode == -signal.SIGKILL
        assert len(inspecting.plan(services=stage)) == left
        wait_until(lambda: inspecting.history(services=stage)[0].state is RunState.INTERRUPTED)
    assert inspecting.status(services=stage).current
    assert unattached(engine) == 0


def test_a_partitions_index_that_was_cut_off_is_built_anew(school: School, stage: Stage, engine: Engine):
    def die_once_it_is_built(point: str) -> None:
        if point == "schema.statement:after" and "idx_videos_mux_asset_videos_2024" in indexes(engine):
            raise SystemExit

    stage.trip = die_once_it_is_built
    with pytest.raises(SystemExit):
        applying.apply(by=OPS, services=stage)
    name = "idx_videos_mux_asset_videos_2024"
    school.run(f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{name}'::regclass")  # noqa: S608
    stage.trip = None
    steps = applying.apply(by=OPS, services=stage).run.steps
    assert [step.kind for step in steps if step.name == name] == [
        "drop unfinished index",
        "create index",
        "attach index",
    ]
    assert all(indexes(engine).values())


def test_a_partition_that_comes_in_between_is_no_obstacle(school: School, stage: Stage, engine: Engine):
    passed: list[str] = []

    def add_a_year_in_the_middle(point: str) -> None:
        passed.append(point)
        if passed == [*["schema.statement:before", "schema.statement:after"] * 7]:
            school.run("CREATE TABLE videos_2026 PARTITION OF videos FOR VALUES IN (2026)")

    stage.trip = add_a_year_in_the_middle
    assert applying.apply(by=OPS, services=stage).success
    assert inspecting.status(services=stage).current
    assert unattached(engine) == 0


def test_a_site_that_holds_a_partition_makes_the_run_give_way(school: School, stage: Stage, engine: Engine):
    with engine.connect() as reader:
        reader.execute(text("SELECT 1 FROM school.videos_2024 LIMIT 1"))
        stage.manners = type(stage.manners)(pause_s=(0.01, 0.02), patience_s=0.2)
        with pytest.raises(Exception, match="in use all the time"):
            applying.apply(by=OPS, services=stage)
    assert applying.apply(by=OPS, services=stage).success
