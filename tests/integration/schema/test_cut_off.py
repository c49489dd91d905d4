"""Statements that are cut off in the middle, by their own limit or by a person: the run says so and ends."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, text

from core import applying, inspecting, withdrawing
from core.errors import Unavailable
from core.schema_run import RunState, taken
from tests.integration.hosts import School
from tests.integration.schema.stage import OPS, Stage


@pytest.fixture
def hurried(school: School, stage: Stage) -> Stage:
    """What runs beside the traffic is cut off after a second."""
    applying.apply(by=OPS, services=stage)
    stage.manners = replace(stage.manners, index_most_s=1)
    return stage


def test_an_undo_that_is_cut_off_leaves_no_check_that_would_refuse_the_schools_own_writes(
    school: School, hurried: Stage, engine: Engine
):
    with engine.connect() as other:
        hurried.trip = in_the_way_of(hurried, other)
        with pytest.raises(Unavailable, match="was cut off: canceling statement"):
            withdrawing.undo(by=OPS, services=hurried)
    run = inspecting.history(services=hurried)[0]
    assert (run.state, "cut off" in (run.error or "")) == (RunState.FAILED, True)
    assert {name: table.guards for name, table in hurried.schema.found().tables.items() if table.guards} == {}
    hurried.trip = None
    assert withdrawing.undo(by=OPS, services=hurried).stays is None


def in_the_way_of(stage: Stage, other: Connection):
    """While the rows are looked through, and no longer."""

    def trip(point: str) -> None:
        now = inspecting.history(services=stage)[0].now or ""
        if point == "schema.statement:before" and now.startswith("See whether"):
            other.execute(text("LOCK TABLE school.videos, school.lessons IN SHARE UPDATE EXCLUSIVE MODE"))
        else:
            other.rollback()

    return trip


def test_what_an_undo_did_not_come_to_is_not_called_taken(school: School, stage: Stage, engine: Engine):
    applying.apply(by=OPS, services=stage)
    stage.manners = replace(stage.manners, patience_s=0.1)
    with engine.connect() as other:

        def trip(point: str) -> None:
            now = inspecting.history(services=stage)[0].now or ""
            other.rollback()
            if point == "schema.statement:before" and now.startswith("Drop") and "of lessons" in now:
                other.execute(text("SELECT 1 FROM school.lessons LIMIT 1"))

        stage.trip = trip
        with pytest.raises(Unavailable, match=r"school\.lessons was in use"):
            withdrawing.undo(by=OPS, services=stage)
    run = inspecting.history(services=stage)[0]
    gone = {name.partition(".")[0] for name in taken(run)}
    assert (run.state, gone) == (RunState.FAILED, {"videos"})
    assert school.columns("lessons") >= {"mux_asset_id"}
    assert "lessons.mux_asset_id" in withdrawing.going(services=stage)
    school.add_columns("videos", "mux_asset_id")
    assert "videos.mux_asset_id" not in withdrawing.going(services=stage)


def test_an_index_build_that_takes_too_long_fails_its_run_and_the_next_one_builds_it(
    school: School, hurried: Stage, engine: Engine
):
    school.run("DROP INDEX idx_videos_mux_asset")
    with engine.connect() as slow:
        slow.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        slow.execute(text("SELECT count(*) FROM mux_admin.pace")).one()  # a snapshot that the build waits for
        with pytest.raises(Unavailable, match=r"To create index school\.idx_videos_mux_asset was cut off"):
            applying.apply(by=OPS, services=hurried)
    assert inspecting.history(services=hurried)[0].state is RunState.FAILED
    assert applying.apply(by=OPS, services=hurried).success
    assert inspecting.status(services=hurried).current
