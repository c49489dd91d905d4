"""Switching profiles as runs: asked for, killed, in nobody's way, with odd names and little rights."""

import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine, text

from core import inspecting, profile_switching, profiling
from core.db import profile_trials
from core.db.engine import create_engine
from core.errors import InvalidInput, Refused, StaleState, Unavailable
from core.profile import Profile, ProfileState
from core.profile_trial import Basis
from core.records import Job
from core.schema_run import RunState
from core.tripwire import Tripwire
from tests.integration.schema.members import Members
from tests.integration.schema.stage import HURRIED, OPS, Stage
from tests.integration.schema.test_interruptions import FORK, wait_until

ROW_SECURITY, STATUS_TRIGGER = Profile
STATEMENTS = {ROW_SECURITY: 3, STATUS_TRIGGER: 2}


@pytest.fixture
def members(engine: Engine) -> Iterator[Members]:
    made = Members(engine)
    made.lessons()
    made.role("report", "SELECT")
    made.role("inbox", "INSERT")
    yield made
    made.forget_roles()


def state(profile: Profile, stage: Stage) -> ProfileState:
    return next(one.state for one in profiling.status(services=stage) if one.profile is profile)


def switch(profile: Profile, stage: Stage, *, on: bool = True):
    return profile_switching.switch(profile, on=on, by=OPS, services=stage)


def killed_elsewhere(url: str, profile: Profile, on: bool, point: str) -> None:
    """The same switch in a process of its own, which is killed at the point."""

    def run() -> None:
        switch(profile, Stage(create_engine(url), trip=Tripwire(point)), on=on)

    process = FORK.Process(target=run)
    process.start()
    process.join(20)
    assert process.exitcode == -signal.SIGKILL


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("on", [True, False])
def test_killed_after_every_single_statement_it_is_complete_in_the_end(
    members: Members, stage: Stage, database_url: str, profile: Profile, on: bool
):
    before = members.snapshot()
    if not on:
        switch(profile, stage)
    count = STATEMENTS[profile]
    for _ in range(count):
        killed_elsewhere(database_url, profile, on, "schema.statement:after")
        wait_until(lambda: inspecting.history(services=stage)[0].state is RunState.INTERRUPTED)
    assert state(profile, stage) is (ProfileState.ON if on else ProfileState.OFF)
    assert switch(profile, stage, on=on) is None
    switch(profile, stage, on=False)
    assert members.snapshot() == before


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("after", [1, 2])
def test_killed_on_the_way_on_it_can_be_taken_back_to_exactly_what_was(
    members: Members, stage: Stage, database_url: str, profile: Profile, after: int
):
    before = members.snapshot()
    killed_elsewhere(database_url, profile, True, f"schema.statement:after:{after}")
    wait_until(lambda: inspecting.history(services=stage)[0].state is RunState.INTERRUPTED)
    assert members.reads("report") == ["1", "2", "3"]
    switch(profile, stage, on=False)
    assert members.snapshot() == before


def test_killed_before_the_first_statement_it_has_changed_nothing(
    members: Members, stage: Stage, database_url: str
):
    before = members.snapshot()
    killed_elsewhere(database_url, ROW_SECURITY, True, "schema.statement:before")
    assert members.snapshot() == before


def test_asking_changes_nothing_yet_and_the_worker_brings_it_to_an_end(members: Members, stage: Stage):
    run_id = profile_switching.request(ROW_SECURITY, on=True, by=OPS, services=stage)
    assert (state(ROW_SECURITY, stage), stage.jobs) == (ProfileState.OFF, [Job.SWITCH_PROFILE])
    assert stage.audited == [("olga", "change the database schema")]
    profile_switching.carry_out(run_id=run_id, services=stage)
    [run] = inspecting.history(services=stage)
    assert (run.id, run.state, run.by, len(run.steps)) == (run_id, RunState.DONE, "olga", 3)
    assert all("lesson" in step.sql for step in run.steps)
    assert state(ROW_SECURITY, stage) is ProfileState.ON
    profile_switching.carry_out(run_id=run_id, services=stage)
    assert inspecting.history(services=stage) == [run]


def test_a_worker_killed_in_the_middle_is_followed_by_one_that_ends_the_same_run(
    members: Members, stage: Stage
):
    run_id = profile_switching.request(ROW_SECURITY, on=True, by=OPS, services=stage)

    def die(point: str) -> None:
        raise SystemExit(point)

    stage.trip = die
    with pytest.raises(SystemExit):
        profile_switching.carry_out(run_id=run_id, services=stage)
    stage.trip = None
    profile_switching.carry_out(run_id=run_id, services=stage)
    assert inspecting.history(services=stage)[0].state is RunState.DONE


def test_what_changed_between_asking_and_doing_is_asked_about_again(members: Members, stage: Stage):
    run_id = profile_switching.request(ROW_SECURITY, on=True, by=OPS, services=stage)
    members.run("GRANT UPDATE ON lessons TO report")
    with pytest.raises(Refused, match="report would lose writes"):
        profile_switching.carry_out(run_id=run_id, services=stage)
    [run] = inspecting.history(services=stage)
    assert (run.state, state(ROW_SECURITY, stage)) == (RunState.FAILED, ProfileState.OFF)
    assert "report would lose writes" in run.error


def test_what_is_so_already_is_not_asked_for_and_nothing_beside_another_run(members: Members, stage: Stage):
    with pytest.raises(InvalidInput, match="row-security is off already"):
        profile_switching.request(ROW_SECURITY, on=False, by=OPS, services=stage)
    profile_switching.request(ROW_SECURITY, on=True, by=OPS, services=stage)
    with pytest.raises(StaleState, match="olga"):
        profile_switching.request(STATUS_TRIGGER, on=True, by=OPS, services=stage)


def test_while_somebody_reads_lessons_a_role_is_computed_and_nobody_waits(members: Members, stage: Stage):
    tried = profiling.dry_run(ROW_SECURITY, on=True, by=OPS, services=stage).trial
    with members.engine.connect() as reader:
        reader.execute(text("SELECT 1 FROM school.lessons"))
        computed = profiling.dry_run(ROW_SECURITY, on=True, by=OPS, services=stage).trial
    by_basis = [{look.role: look.basis for look in trial.roles} for trial in (tried, computed)]
    assert [bases["report"] for bases in by_basis] == [Basis.TRIED, Basis.COMPUTED]
    same = [[replace(look, basis=Basis.TRIED) for look in trial.roles] for trial in (tried, computed)]
    assert same[0] == same[1]


def test_while_somebody_writes_lessons_it_gives_way_and_goes_through_afterwards(
    members: Members, stage: Stage
):
    stage.manners = replace(HURRIED, patience_s=0.2)
    with members.engine.connect() as writer:
        writer.execute(text("UPDATE school.lessons SET title = 'x'"))
        with pytest.raises(Unavailable, match=r"school\.lessons was in use all the time"):
            switch(ROW_SECURITY, stage)
    assert inspecting.history(services=stage)[0].state is RunState.FAILED
    assert switch(ROW_SECURITY, stage) is not None
    assert state(ROW_SECURITY, stage) is ProfileState.ON


def test_of_a_large_table_a_thousand_rows_are_looked_at(members: Members, stage: Stage):
    members.run("INSERT INTO lessons (id, status) SELECT n, 'draft' FROM generate_series(10, 50000) AS n")
    trial = profiling.dry_run(ROW_SECURITY, on=True, by=OPS, services=stage).trial
    report = next(look for look in trial.roles if look.role == "report")
    assert (trial.looked_at, trial.all_rows) == (1000, False)
    assert (report.basis, report.reads_before, report.reads_after) == (Basis.TRIED, 1000, 1)


def test_with_more_roles_than_are_tried_nobody_is_overlooked(
    members: Members, stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(profile_trials, "MOST_ROLES", 1)
    members.role("web", "SELECT, UPDATE")
    trial = profiling.dry_run(ROW_SECURITY, on=True, by=OPS, services=stage).trial
    assert {look.role: look.basis for look in trial.roles if look.reads_before} == {
        "report": Basis.COMPUTED,
        "web": Basis.COMPUTED,
        "postgres": Basis.BYPASSES,
    }
    with pytest.raises(Refused, match="web would lose writes: of 3 lessons it could change 1"):
        switch(ROW_SECURITY, stage)


def test_a_partitioned_table_can_have_both(members: Members, stage: Stage):
    members.run(
        "ALTER TABLE lessons RENAME TO january",
        "CREATE TABLE lessons (LIKE january) PARTITION BY RANGE (id)",
        "ALTER TABLE lessons ATTACH PARTITION january FOR VALUES FROM (1) TO (100)",
        "GRANT SELECT ON lessons TO report",
    )
    before = members.snapshot()
    for profile in Profile:
        switch(profile, stage)
        assert state(profile, stage) is ProfileState.ON
    assert members.reads("report", "bob") == ["1", "3"]
    members.run("UPDATE lessons SET video_status = 'ready'")
    for profile in Profile:
        switch(profile, stage, on=False)
    assert members.snapshot() == before


@pytest.fixture
def plain_owner(members: Members, database_url: str) -> Iterator[Stage]:
    """Lectern as a role that owns the school's tables and is nothing more."""
    members.run(
        "CREATE ROLE keeper LOGIN",
        "GRANT USAGE, CREATE ON SCHEMA school TO keeper",
        "GRANT USAGE ON SCHEMA mux_admin TO keeper",
        "GRANT ALL ON ALL TABLES IN SCHEMA mux_admin TO keeper",
        "ALTER TABLE lessons OWNER TO keeper",
        "GRANT SELECT ON purchases TO keeper",
    )
    members.roles.append("keeper")
    engine = create_engine(database_url.replace("postgres@", "keeper@"))
    yield Stage(engine)
    engine.dispose()


def test_without_the_right_to_act_as_a_role_it_is_computed_and_refused_all_the_same(
    members: Members, plain_owner: Stage
):
    trial = profiling.dry_run(ROW_SECURITY, on=True, by=OPS, services=plain_owner).trial
    report = next(look for look in trial.roles if look.role == "report")
    assert (report.basis, report.reads_before, report.reads_after) == (Basis.COMPUTED, 3, 1)
    members.run("GRANT UPDATE ON lessons TO report")
    with pytest.raises(Refused, match="report would lose writes: of 3 lessons it could change 1"):
        switch(ROW_SECURITY, plain_owner)


def test_what_the_rule_asks_in_a_roles_name_is_looked_up_where_it_cannot_be_tried(
    members: Members, plain_owner: Stage
):
    members.run("REVOKE SELECT ON purchases FROM report", "GRANT SELECT (lesson_id) ON purchases TO report")
    with pytest.raises(Refused, match="report could not read lessons any more: permission denied for table"):
        switch(ROW_SECURITY, plain_owner)
    members.run("GRANT SELECT (user_id) ON purchases TO report")
    assert switch(ROW_SECURITY, plain_owner) is not None
    assert members.reads("report", "cem") == ["1", "3"]


def test_an_owner_that_is_no_superuser_can_switch_both_on_and_off(members: Members, plain_owner: Stage):
    before = members.snapshot()
    for profile in Profile:
        switch(profile, plain_owner)
        assert state(profile, plain_owner) is ProfileState.ON
    assert members.reads("report") == ["1"]
    for profile in Profile:
        switch(profile, plain_owner, on=False)
    assert members.snapshot() == before


def test_a_role_that_owns_nothing_is_told_the_missing_grant(
    members: Members, stage: Stage, plain_owner: Stage
):
    members.run("ALTER TABLE lessons OWNER TO postgres", "GRANT SELECT ON lessons TO keeper")
    with pytest.raises(Refused, match='GRANT "postgres" TO "keeper"'):
        switch(ROW_SECURITY, plain_owner)


def test_odd_names_are_quoted(members: Members, stage: Stage):
    members.run('CREATE ROLE "Odd; ""name" LOGIN', 'GRANT USAGE ON SCHEMA school TO "Odd; ""name"')
    members.roles.append('"Odd; ""name"')
    members.run('GRANT INSERT ON lessons TO "Odd; ""name"')
    assert switch(ROW_SECURITY, stage) is not None
    assert state(ROW_SECURITY, stage) is ProfileState.ON
    switch(ROW_SECURITY, stage, on=False)
