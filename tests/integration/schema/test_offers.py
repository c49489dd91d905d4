"""A column that the school fills itself: never pending, offered where it is missing, added when asked for."""

import pytest
from sqlalchemy import Engine

from core import applying, inspecting, withdrawing
from core.errors import InvalidInput
from core.records import Job
from core.schema_run import Purpose, RunState
from tests.integration.hosts import School
from tests.integration.schema.stage import OPS, Stage


def newest(stage: Stage):
    return inspecting.history(services=stage)[0]


@pytest.mark.parametrize("type", ["uuid", "bigint", "text", "character varying(36)"])
def test_the_creator_is_added_in_the_type_of_the_schools_people(school: School, stage: Stage, type: str):
    school.run(f"CREATE TABLE users (id {type} PRIMARY KEY, email text)")
    applied = applying.apply(by=OPS, services=stage, offer="creator_id")
    assert applied.columns_added == ("lessons.creator_id",)
    assert applied.indexes_created == ("idx_lessons_creator",)
    assert stage.schema.found().tables["lessons"].columns["creator_id"].type == type
    assert (newest(stage).purpose, newest(stage).about) == (Purpose.OFFER, "creator_id")
    assert inspecting.status(services=stage).offers == ()


def test_it_is_text_where_the_school_has_no_table_of_people(school: School, stage: Stage):
    applying.apply(by=OPS, services=stage, offer="creator_id")
    assert stage.schema.found().tables["lessons"].columns["creator_id"].type == "text"


def test_it_is_offered_and_no_pending_change(school: School, stage: Stage):
    applying.apply(by=OPS, services=stage)
    found = inspecting.status(services=stage)
    assert (found.current, found.offers) == (True, ("creator_id",))
    assert "creator_id" in inspecting.plan(services=stage, offer="creator_id")[0].sql
    assert "creator_id" not in school.columns("lessons")


@pytest.mark.parametrize("tables", [["videos"], ["lessons"]])
def test_a_school_without_lessons_or_with_a_creator_is_offered_nothing(
    engine: Engine, stage: Stage, tables: list[str]
):
    school = School(engine, tables=tables)
    if "lessons" in tables:
        school.run("ALTER TABLE lessons ADD COLUMN creator_id uuid")
    assert inspecting.status(services=stage).offers == ()


def test_the_worker_adds_it_and_goes_on_after_a_kill(school: School, stage: Stage):
    run_id = applying.request(by=OPS, services=stage, offer="creator_id")
    assert (newest(stage).state, stage.jobs) == (RunState.WAITING, [Job.APPLY_SCHEMA])

    def die_once_it_is_there(point: str) -> None:
        if point == "schema.statement:after":
            raise SystemExit

    stage.trip = die_once_it_is_there
    with pytest.raises(SystemExit):
        applying.carry_out(run_id=run_id, services=stage)
    stage.trip = None
    applying.carry_out(run_id=run_id, services=stage)
    found = stage.schema.found().tables["lessons"]
    assert newest(stage).state is RunState.DONE
    assert [index.name for index in found.indexes if index.columns == ("creator_id",)] == [
        "idx_lessons_creator"
    ]
    assert "mux_asset_id" not in found.columns


def test_what_is_not_offered_is_refused(school: School, stage: Stage):
    with pytest.raises(InvalidInput, match="offered by the name owner"):
        applying.request(by=OPS, services=stage, offer="owner")
    applying.apply(by=OPS, services=stage, offer="creator_id")
    with pytest.raises(InvalidInput, match="nothing to apply"):
        applying.request(by=OPS, services=stage, offer="creator_id")


def test_an_index_of_the_schools_own_by_the_name_of_one_that_was_taken_away_is_left_alone(
    school: School, stage: Stage
):
    applying.apply(by=OPS, services=stage, offer="creator_id")
    withdrawing.undo(by=OPS, services=stage)
    school.run("ALTER TABLE lessons ADD COLUMN creator_id text")
    school.run("CREATE INDEX idx_lessons_creator ON lessons (creator_id)")
    assert withdrawing.going(services=stage) == ()
