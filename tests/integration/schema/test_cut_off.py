"""Statements that are cut off in the middle, by their own limit or by a person: the run says so and ends."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, text

from core import applying, inspecting, withdrawing
from core.errors import Unavailable
from core.schema_run import RunState
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
