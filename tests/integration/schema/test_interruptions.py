"""Killed runs, rival operators, roles without rights: the next run goes on from what it finds."""

import multiprocessing
import signal
import time
from collections.abc import Callable

import pytest
from sqlalchemy import text

from core import applying, inspecting
from core.db.engine import create_engine
from core.errors import Refused, StaleState
from core.schema_run import RunState
from core.tripwire import Tripwire
from tests.integration.schema.stage import OPS, Stage

FORK = multiprocessing.get_context("fork")


def apply_elsewhere(url: str, failpoint: str | None = None) -> multiprocessing.Process:
    """An apply in a process of its own, killed at the failpoint."""

    def run() -> None:
        trip = Tripwire(failpoint) if failpoint else None
        applying.apply(by=OPS, services=Stage(create_engine(url), trip=trip))

    process = FORK.Process(target=run)
    process.start()
    return process


def wait_until(met: Callable[[], bool], *, most_s: float = 10.0) -> None:
    deadline_s = time.monotonic() + most_s
    while not met():
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


def test_killed_after_every_single_statement_it_is_complete_in_the_end(database_url, school, stage):
    statements = len(inspecting.plan(services=stage))
    for left in range(statements - 1, -1, -1):
        process = apply_elsewhere(database_url, "schema.statement:after")
        process.join(20)
        assert process.exitcode == -signal.SIGKILL
        assert len(inspecting.plan(services=stage)) == left
        wait_until(lambda: inspecting.history(services=stage)[0].state is RunState.INTERRUPTED)
    assert inspecting.status(services=stage).current
    assert applying.apply(by=OPS, services=stage).run is None


def test_killed_before_the_first_statement_it_has_changed_nothing(database_url, school, stage):
    planned = inspecting.plan(services=stage)
    apply_elsewhere(database_url, "schema.statement:before").join(20)
    assert inspecting.plan(services=stage) == planned
    wait_until(lambda: inspecting.status(services=stage).interrupted)
    assert applying.apply(by=OPS, services=stage).success
    assert [run.state for run in inspecting.history(services=stage)] == [RunState.DONE, RunState.INTERRUPTED]


def test_killed_in_the_middle_of_an_index_build_the_next_run_builds_it_anew(
    database_url, school, stage, engine
):
    school.add_columns("videos")
    school.add_columns("lessons")
    with engine.connect() as slow:
        slow.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        slow.execute(text("SELECT count(*) FROM mux_admin.pace")).one()  # a snapshot that the build waits for
        process = apply_elsewhere(database_url)
        wait_until(lambda: _unfinished(stage) == ("idx_videos_mux_asset",))
        process.kill()
        process.join()
        wait_until(lambda: inspecting.history(services=stage)[0].state is RunState.INTERRUPTED)
        assert inspecting.status(services=stage).interrupted
        assert _unfinished(stage) == ("idx_videos_mux_asset",)
    applied = applying.apply(by=OPS, services=stage)
    assert applied.run.steps[0].kind == "drop unfinished index"
    assert inspecting.status(services=stage).current
    assert _unfinished(stage) == ()


def _unfinished(stage: Stage) -> tuple[str, ...]:
    return next(r for r in inspecting.status(services=stage).tables if r.table == "videos").unfinished_indexes


def test_a_second_operator_is_told_who_is_at_it(school, stage):
    with stage.schema.alone() as session:
        session.open(by="otto")
        with pytest.raises(StaleState, match=r"being changed by otto, since \d\d:\d\d UTC"):
            applying.apply(by=OPS, services=stage)
        assert inspecting.status(services=stage).running_by == "otto"
    assert applying.apply(by=OPS, services=stage).success


def test_of_many_operators_at_once_one_applies_and_nothing_breaks(database_url, school, stage):
    processes = [apply_elsewhere(database_url) for _ in range(4)]
    for process in processes:
        process.join(30)
    assert 0 in [process.exitcode for process in processes]
    assert inspecting.status(services=stage).current
    assert RunState.FAILED not in [run.state for run in inspecting.history(services=stage)]


def test_a_role_that_owns_nothing_is_told_each_missing_grant_and_nothing_is_changed(school, clerk, stage):
    with pytest.raises(Refused) as caught:
        applying.apply(by=OPS, services=clerk)
    assert 'GRANT "postgres" TO "clerk"' in str(caught.value)
    assert 'GRANT CREATE ON SCHEMA "school" TO "clerk"' in str(caught.value)
    assert len(inspecting.status(services=clerk).obstacles) == 3
    assert inspecting.history(services=stage) == []


def test_with_the_grants_that_were_named_it_goes_through(school, clerk, engine):
    school.run("CREATE ROLE school_owner; GRANT USAGE, CREATE ON SCHEMA school TO school_owner")
    school.run("ALTER TABLE videos OWNER TO school_owner; ALTER TABLE lessons OWNER TO school_owner")
    assert any(
        'GRANT "school_owner" TO "clerk"' in line for line in inspecting.status(services=clerk).obstacles
    )
    school.run('GRANT "school_owner" TO "clerk"; GRANT CREATE ON SCHEMA "school" TO "clerk"')
    assert applying.apply(by=OPS, services=clerk).success
    school.run("REVOKE school_owner FROM clerk; DROP OWNED BY school_owner CASCADE; DROP ROLE school_owner")
