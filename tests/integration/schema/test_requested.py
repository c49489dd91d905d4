"""A run that was asked for on the page and is carried out by a worker."""

import os
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import Engine, text

from core import applying, inspecting, withdrawing
from core.db.engine import create_engine
from core.errors import InvalidInput, NotAllowed, Refused, StaleState, Unavailable
from core.records import Job
from core.schema_detail import DRIFT, PartState
from core.schema_run import RunState
from tests.integration.schema.stage import OPS, TEACHER, Stage
from tests.integration.schema.test_interruptions import FORK

TOLD = 3
"""How a process ends that was refused beside another one."""


def newest(stage: Stage):
    return inspecting.history(services=stage)[0]


def test_asking_changes_nothing_yet_and_the_worker_brings_it_to_an_end(school, stage):
    run_id = applying.request(by=OPS, services=stage)
    assert (newest(stage).state, stage.jobs) == (RunState.WAITING, [Job.APPLY_SCHEMA])
    assert inspecting.status(services=stage).pending > 0
    applying.carry_out(run_id=run_id, services=stage)
    run = newest(stage)
    assert (run.id, run.state, run.by, run.planned) == (run_id, RunState.DONE, "olga", len(run.steps))
    assert inspecting.status(services=stage).current
    assert stage.jobs == [Job.APPLY_SCHEMA, Job.WRITE_BACK, Job.CORRECT_LESSONS]


def test_after_a_run_every_part_is_there_and_what_somebody_changes_later_is_drift(school, stage):
    applying.apply(by=OPS, services=stage)
    assert {part.state for part in inspecting.inspect(services=stage).parts} == {PartState.THERE}
    school.run("ALTER TABLE videos DROP COLUMN mux_asset_id, ALTER COLUMN mux_status TYPE text")
    states = {
        part.name: part.state for part in inspecting.inspect(services=stage).parts if part.state in DRIFT
    }
    assert states == {
        "mux_asset_id": PartState.REMOVED,
        "mux_status": PartState.CHANGED,
        "idx_videos_mux_asset": PartState.REMOVED,
    }


def test_who_is_not_ops_may_not_ask(school, stage):
    with pytest.raises(NotAllowed):
        applying.request(by=TEACHER, services=stage)
    assert stage.jobs == []


def test_while_one_run_waits_a_second_one_is_refused_with_the_name_of_who_asked(school, stage):
    applying.request(by=OPS, services=stage)
    with pytest.raises(StaleState, match="olga"):
        applying.request(by=OPS, services=stage)
    assert stage.jobs == [Job.APPLY_SCHEMA]


def test_two_clicks_in_the_same_moment_make_one_run(school, stage):
    with stage.uow("first") as tx:
        assert tx.schema_runs.ask("olga")
        tx.commit()
    with stage.uow("second") as tx:
        assert tx.schema_runs.ask("otto") is None


def test_of_operators_in_two_processes_at_once_one_asks_and_the_others_are_told(
    school, stage, database_url: str
):
    ends = [FORK.Process(target=_ask, args=(database_url,)) for _ in range(4)]
    for process in ends:
        process.start()
    for process in ends:
        process.join(20)
    assert sorted(process.exitcode for process in ends) == [0, TOLD, TOLD, TOLD]
    (run,) = inspecting.history(services=stage)
    applying.carry_out(run_id=run.id, services=stage)
    assert inspecting.status(services=stage).current


def _ask(url: str) -> None:
    try:
        applying.request(by=OPS, services=Stage(create_engine(url)))
    except StaleState:
        os._exit(TOLD)


def test_with_nothing_to_do_nothing_is_asked_for(school, stage):
    applying.apply(by=OPS, services=stage)
    with pytest.raises(InvalidInput, match="nothing to apply"):
        applying.request(by=OPS, services=stage)


def test_a_worker_killed_in_the_middle_is_followed_by_one_that_ends_the_same_run(school, stage):
    run_id = applying.request(by=OPS, services=stage)
    seen: list[str] = []

    def die_at_the_third(point: str) -> None:
        seen.append(point)
        if seen.count("schema.statement:before") == 3:
            raise SystemExit

    stage.trip = die_at_the_third
    with pytest.raises(SystemExit):
        applying.carry_out(run_id=run_id, services=stage)
    assert newest(stage).state is RunState.INTERRUPTED
    assert newest(stage).now is not None
    stage.trip = None
    applying.carry_out(run_id=run_id, services=stage)
    run = newest(stage)
    assert (run.id, run.state, run.planned, run.now) == (run_id, RunState.DONE, len(run.steps), None)
    assert inspecting.status(services=stage).current


def test_a_job_that_comes_twice_runs_once(school, stage):
    run_id = applying.request(by=OPS, services=stage)
    applying.carry_out(run_id=run_id, services=stage)
    first = newest(stage)
    applying.carry_out(run_id=run_id, services=stage)
    assert newest(stage) == first


def test_a_run_that_finds_somebody_else_at_it_ends_with_the_reason(school, stage):
    run_id = applying.request(by=OPS, services=stage)
    with stage.schema.alone() as session:
        session.open(by="otto")
        with pytest.raises(StaleState):
            applying.carry_out(run_id=run_id, services=stage)
    by_id = {run.id: run for run in inspecting.history(services=stage)}
    assert by_id[run_id].state is RunState.FAILED
    assert "otto" in by_id[run_id].error


def test_a_job_that_comes_twice_at_once_does_not_end_the_run_that_it_meets(school, stage):
    run_id = applying.request(by=OPS, services=stage)
    with stage.schema.alone() as session:
        session.take_up(run_id)
        with pytest.raises(StaleState):
            applying.carry_out(run_id=run_id, services=stage)
        assert newest(stage).state is RunState.RUNNING


def killed_at(stage, point: str, *, nth: int, run: Callable[[], None], as_: BaseException) -> None:
    seen: list[str] = []

    def die(passed: str) -> None:
        seen.append(passed)
        if seen.count(point) == nth:
            raise as_

    stage.trip = die
    with pytest.raises(type(as_)):
        run()
    stage.trip = None


def test_an_undo_that_was_cut_off_does_not_go_on_after_somebody_applied_again(school, stage):
    applying.apply(by=OPS, services=stage)
    run_id = withdrawing.request(by=OPS, services=stage)
    undo = partial(withdrawing.carry_out, run_id=run_id, services=stage)
    killed_at(stage, "schema.statement:after", nth=3, run=undo, as_=SystemExit())
    assert not inspecting.status(services=stage).current
    applying.apply(by=OPS, services=stage)
    undo()
    assert inspecting.status(services=stage).current
    assert [run.state for run in inspecting.history(services=stage)[:2]] == [
        RunState.DONE,
        RunState.INTERRUPTED,
    ]


FOLLOWS = [Job.WRITE_BACK, Job.CORRECT_LESSONS]


def test_what_follows_from_a_run_is_asked_for_also_where_its_worker_was_killed_right_behind_it(school, stage):
    run_id = applying.request(by=OPS, services=stage)
    go = partial(applying.carry_out, run_id=run_id, services=stage)
    killed_at(stage, "schema.write_back:before", nth=1, run=go, as_=SystemExit())
    assert newest(stage).state is RunState.DONE
    stage.jobs.clear()
    go()
    assert stage.jobs == FOLLOWS


def test_columns_that_came_before_a_run_failed_are_filled(school, stage):
    run_id = applying.request(by=OPS, services=stage)
    go = partial(applying.carry_out, run_id=run_id, services=stage)
    killed_at(stage, "schema.statement:before", nth=5, run=go, as_=Refused("No index today.", hint="Wait."))
    assert (newest(stage).state, newest(stage).error) == (RunState.FAILED, "No index today. Wait.")
    assert stage.jobs == [Job.APPLY_SCHEMA, *FOLLOWS]


def test_a_table_that_stays_in_use_fails_the_run_and_it_can_be_asked_for_again(school, stage, engine: Engine):
    stage.manners = type(stage.manners)(pause_s=(0.01, 0.02), patience_s=0.1)
    run_id = applying.request(by=OPS, services=stage)
    with engine.connect() as reader:
        reader.execute(text("SELECT 1 FROM school.videos LIMIT 1"))
        with pytest.raises(Unavailable):
            applying.carry_out(run_id=run_id, services=stage)
    assert newest(stage).state is RunState.FAILED
    applying.carry_out(run_id=applying.request(by=OPS, services=stage), services=stage)
    assert inspecting.status(services=stage).current
