"""Row-level security on a real server: who reads and writes what, before, after and after off."""

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, exc, text

from core import inspecting, profile_switching, profiling
from core.db.profile_catalog import read_facts
from core.errors import NotAllowed, Refused
from core.profile import Profile, ProfileState
from core.profile_found import PUBLIC, Command
from core.profile_trial import Basis, RoleLook
from core.schema_run import RunState
from tests.integration.hosts import SCHEMA
from tests.integration.schema.members import UUIDS, Members
from tests.integration.schema.stage import OPS, TEACHER, Stage

ROW_SECURITY = Profile.ROW_SECURITY
ALL = "SELECT, INSERT, UPDATE, DELETE"


@pytest.fixture
def members(engine: Engine) -> Iterator[Members]:
    made = Members(engine)
    yield made
    made.forget_roles()


def switch(stage: Stage, *, on: bool = True):
    return profile_switching.switch(ROW_SECURITY, on=on, by=OPS, services=stage)


def state(stage: Stage) -> ProfileState:
    return profiling.status(services=stage)[0].state


def looks(stage: Stage) -> dict[str, RoleLook]:
    dry = profiling.dry_run(ROW_SECURITY, on=True, by=OPS, services=stage)
    assert dry.trial is not None
    return {look.role: look for look in dry.trial.roles}


def test_each_reader_sees_what_is_theirs_published_or_bought(members: Members, stage: Stage):
    members.lessons()
    members.role("report", "SELECT")
    assert members.reads("report") == ["1", "2", "3"]
    run = switch(stage)
    assert run is not None
    assert (run.state, run.by, len(run.steps)) == (RunState.DONE, "olga", 2)
    assert state(stage) is ProfileState.ON
    seen = {reader: members.reads("report", reader) for reader in (None, "", "ada", "bob", "cem", "dan")}
    assert seen == {
        None: ["1"],
        "": ["1"],
        "ada": ["1", "2"],
        "bob": ["1", "3"],
        "cem": ["1", "3"],
        "dan": ["1"],
    }


@pytest.mark.parametrize(
    ("prepare", "seen"),
    [
        ("DROP TABLE purchases", {"ada": ["1", "2"], "cem": ["1"]}),
        ("ALTER TABLE purchases DROP COLUMN user_id", {"ada": ["1", "2"], "cem": ["1"]}),
        ("ALTER TABLE lessons DROP COLUMN creator_id", {"ada": ["1"], "cem": ["1", "3"]}),
        ("ALTER TABLE lessons DROP COLUMN status", {"ada": ["1", "2"], "cem": ["3"]}),
    ],
)
def test_a_clause_without_its_table_or_column_lets_nobody_in(
    members: Members, stage: Stage, prepare: str, seen: dict[str, list[str]]
):
    members.lessons()
    members.role("report", "SELECT")
    members.run(prepare)
    switch(stage)
    assert {reader: members.reads("report", reader) for reader in seen} == seen
    assert "nobody is let in by that" in profiling.status(services=stage)[0].notes[0]


def test_without_any_of_them_it_is_refused(members: Members, stage: Stage):
    members.run("CREATE TABLE lessons (id integer)")
    before = members.snapshot()
    with pytest.raises(Refused, match="nobody would read a row"):
        switch(stage)
    assert members.snapshot() == before


@pytest.mark.parametrize("prepare", ["SELECT 1", "CREATE TABLE lessons (status text)"])
def test_what_it_cannot_be_switched_on_for_is_not_tried_either(members: Members, stage: Stage, prepare: str):
    members.run(prepare)
    with pytest.raises(Refused, match="has no"):
        profiling.dry_run(ROW_SECURITY, on=True, by=OPS, services=stage)


def test_ids_of_other_types_are_compared_as_text(members: Members, stage: Stage):
    members.lessons(**UUIDS)
    members.run("ALTER TABLE purchases ALTER lesson_id TYPE text")
    members.role("report", "SELECT")
    switch(stage)
    assert members.reads("report", UUIDS["who"]) == [UUIDS["one"], UUIDS["three"]]


def test_auth_uid_is_the_reader_where_the_school_has_it(members: Members, stage: Stage):
    members.lessons(**UUIDS)
    members.role("report", "SELECT")
    uid = "CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE RETURN"
    members.run("CREATE SCHEMA auth", "GRANT USAGE ON SCHEMA auth TO report")
    members.run(f"{uid} nullif(current_setting('request.jwt.claim.sub', true), '')::uuid")
    switch(stage)
    assert "The reader is auth.uid()" in " ".join(profiling.status(services=stage)[0].notes)
    with members.acting_as("report", reader=UUIDS["who"]) as connection:
        assert connection.scalar(text("SELECT count(*) FROM lessons")) == 1
        claim = text("SELECT set_config('request.jwt.claim.sub', :who, true)")
        connection.execute(claim, {"who": UUIDS["who"]})
        assert connection.scalar(text("SELECT count(*) FROM lessons")) == 2


def test_the_dry_run_shows_each_role_and_changes_nothing(members: Members, stage: Stage):
    members.lessons()
    members.role("report", "SELECT")
    members.role("robot", "SELECT, UPDATE", attributes="LOGIN BYPASSRLS")
    before = members.snapshot()
    found = looks(stage)
    report, robot = found["report"], found["robot"]
    assert (report.basis, report.reads_before, report.reads_after) == (Basis.TRIED, 3, 1)
    assert (report.changes_before, report.writes) == (None, ())
    assert (robot.basis, robot.reads_after, robot.changes_after) == (Basis.BYPASSES, 3, 3)
    assert found["postgres"].basis is Basis.BYPASSES
    assert members.snapshot() == before
    assert inspecting.history(services=stage) == []


@pytest.mark.parametrize("rights", ["SELECT, UPDATE", "SELECT, INSERT", "SELECT, DELETE", ALL])
def test_while_a_role_would_lose_writes_it_is_refused_and_nothing_is_changed(
    members: Members, stage: Stage, rights: str
):
    members.lessons()
    members.role("web", rights)
    before = members.snapshot()
    with pytest.raises(Refused, match="web would lose writes: of 3 lessons it could change 1"):
        switch(stage)
    assert members.snapshot() == before
    assert inspecting.history(services=stage) == []


def test_a_school_without_a_draft_is_refused_for_the_first_that_its_site_would_write(
    members: Members, stage: Stage
):
    members.lessons()
    members.role("web", ALL)
    members.run("UPDATE lessons SET status = 'published'")
    with pytest.raises(Refused, match="could not write a lesson that is not published"):
        switch(stage)


def test_with_a_policy_of_the_schools_own_its_site_goes_on_writing(members: Members, stage: Stage):
    members.lessons()
    members.role("web", ALL)
    members.role("report", "SELECT")
    members.run("CREATE POLICY site ON lessons FOR SELECT TO web USING (true)")
    assert [looks(stage)["web"].changes_before, looks(stage)["web"].changes_after] == [3, 3]
    switch(stage)
    assert (members.reads("web"), members.reads("report")) == (["1", "2", "3"], ["1"])
    with members.acting_as("web") as connection:
        connection.execute(text("INSERT INTO lessons (id, status) VALUES (4, 'draft') RETURNING id")).one()
        assert connection.execute(text("UPDATE lessons SET status = 'draft' WHERE id > 0")).rowcount == 4
        assert connection.execute(text("DELETE FROM lessons WHERE status = 'draft'")).rowcount == 4


def test_rights_on_columns_and_of_everybody_count_too(members: Members, stage: Stage):
    members.lessons()
    members.role("titler", "SELECT, UPDATE (title)")
    assert members.facts().writers == {Command.UPDATE: ("titler",)}
    members.run("GRANT INSERT, UPDATE ON lessons TO PUBLIC")
    assert members.facts().writers == {Command.UPDATE: (PUBLIC,), Command.INSERT: (PUBLIC,)}
    with pytest.raises(Refused, match="titler would lose writes"):
        switch(stage)


def test_a_role_that_could_not_look_into_purchases_is_refused(members: Members, stage: Stage):
    members.lessons()
    members.role("report", "SELECT", purchases=False)
    with pytest.raises(Refused, match="report could not read lessons any more: permission denied"):
        switch(stage)
    members.run("GRANT SELECT ON purchases TO report")
    assert switch(stage) is not None


def test_a_role_that_could_not_ask_who_the_reader_is_is_refused(members: Members, stage: Stage):
    members.lessons()
    members.role("report", "SELECT")
    members.run(
        "CREATE SCHEMA auth", "CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE RETURN NULL::uuid"
    )
    members.run("REVOKE EXECUTE ON FUNCTION auth.uid() FROM PUBLIC")
    with pytest.raises(
        Refused, match="report could not read lessons any more: permission denied for function"
    ):
        switch(stage)


def test_where_the_school_forces_it_on_owners_too_it_is_refused(members: Members, stage: Stage):
    members.lessons()
    members.run("ALTER TABLE lessons FORCE ROW LEVEL SECURITY")
    with pytest.raises(Refused, match="set NO FORCE first"):
        switch(stage)


def test_a_role_that_others_may_become_is_looked_at_too(members: Members, stage: Stage):
    members.lessons()
    members.role("anon", "SELECT", attributes="NOLOGIN")
    members.role("idle_group", "SELECT", attributes="NOLOGIN")
    members.run("CREATE ROLE gate LOGIN NOINHERIT", "GRANT anon TO gate")
    members.roles.append("gate")
    assert looks(stage).keys() == {"anon", "postgres"}


def test_on_twice_changes_nothing_and_off_restores_exactly_what_was(members: Members, stage: Stage):
    members.lessons()
    members.role("report", "SELECT")
    before = members.snapshot()
    switch(stage)
    once = members.snapshot()
    assert switch(stage) is None
    assert members.snapshot() == once
    switch(stage, on=False)
    assert (members.snapshot(), state(stage)) == (before, ProfileState.OFF)
    assert switch(stage, on=False) is None
    assert members.reads("report") == ["1", "2", "3"]


def test_policies_of_the_schools_own_stay_and_off_leaves_row_level_security_on(
    members: Members, stage: Stage
):
    members.lessons()
    members.role("web", "SELECT, UPDATE")
    members.run(
        "CREATE POLICY own ON lessons TO web USING (creator_id = 'bob')",
        "ALTER TABLE lessons ENABLE ROW LEVEL SECURITY",
    )
    before = members.snapshot()
    assert members.reads("web") == ["3"]
    look = looks(stage)["web"]
    assert (look.reads_before, look.reads_after, look.changes_before, look.changes_after) == (1, 2, 1, 1)
    switch(stage)
    assert members.reads("web") == ["1", "3"]
    with members.acting_as("web") as connection:
        assert connection.execute(text("UPDATE lessons SET title = 'x' WHERE id > 0")).rowcount == 1
    switch(stage, on=False)
    assert members.snapshot() == before


def test_a_policy_of_the_schools_own_by_our_name_is_never_touched(members: Members, stage: Stage):
    members.lessons()
    members.run("CREATE POLICY lesson_access_policy ON lessons FOR SELECT USING (status = 'published')")
    before = members.snapshot()
    assert state(stage) is ProfileState.THEIRS
    with pytest.raises(Refused, match="of its own; it is left alone"):
        switch(stage)
    assert switch(stage, on=False) is None
    assert members.snapshot() == before


@pytest.mark.parametrize(
    "by_hand",
    [
        "ALTER POLICY lesson_access_policy ON lessons USING (true)",
        "ALTER POLICY lesson_update_policy ON lessons USING (creator_id = 'ada')",
        "ALTER POLICY lesson_update_policy ON lessons WITH CHECK (status = 'draft')",
        "ALTER POLICY lesson_access_policy ON lessons TO web",
    ],
)
def test_a_policy_of_ours_that_somebody_edits_is_a_finding_and_put_right_by_on(
    members: Members, stage: Stage, by_hand: str
):
    members.lessons()
    members.role("web", "UPDATE")
    switch(stage)
    intact = members.snapshot()
    members.run(by_hand)
    status = profiling.status(services=stage)[0]
    assert status.state is ProfileState.INCOMPLETE
    if "TO web" not in by_hand:
        assert status.findings == (f"Somebody has changed {by_hand.split()[2]} since it was made by a run.",)
    switch(stage)
    assert (members.snapshot(), state(stage)) == (intact, ProfileState.ON)
    members.run(by_hand)
    switch(stage, on=False)
    assert state(stage) is ProfileState.OFF


def test_whoever_looks_from_elsewhere_sees_the_same_policy(members: Members, stage: Stage):
    members.lessons()
    switch(stage)
    with stage.engine.connect() as connection:
        connection.execute(text("SET search_path TO school, public"))
        assert all(policy.intact for policy in read_facts(connection, SCHEMA).policies)


def test_while_somebody_has_locked_lessons_the_profiles_are_seen_at_once(members: Members, stage: Stage):
    members.lessons()
    switch(stage)
    with stage.engine.begin() as connection:
        connection.execute(text("LOCK TABLE school.lessons IN ACCESS EXCLUSIVE MODE"))
        began_s = time.monotonic()
        assert state(stage) is ProfileState.ON
        assert time.monotonic() - began_s < 2


def test_whoever_owns_the_table_is_not_held_by_it(members: Members, stage: Stage):
    members.lessons()
    members.role("site", "SELECT")
    members.run("ALTER TABLE lessons OWNER TO site")
    assert looks(stage)["site"].basis is Basis.BYPASSES
    switch(stage)
    assert members.reads("site") == ["1", "2", "3"]


def test_who_is_not_ops_may_neither_try_nor_switch(members: Members, stage: Stage):
    members.lessons()
    with pytest.raises(NotAllowed):
        profiling.dry_run(ROW_SECURITY, on=True, by=TEACHER, services=stage)
    with pytest.raises(NotAllowed):
        profile_switching.switch(ROW_SECURITY, on=True, by=TEACHER, services=stage)
    with pytest.raises(NotAllowed):
        profile_switching.request(ROW_SECURITY, on=True, by=TEACHER, services=stage)


def test_a_writer_without_policies_is_kept_out_which_is_what_the_write_policies_are_for(
    members: Members, stage: Stage
):
    members.lessons()
    members.role("inbox", "INSERT")
    switch(stage)
    with members.acting_as("inbox") as connection:
        connection.execute(text("INSERT INTO lessons (id) VALUES (9)"))
    members.run("DROP POLICY lesson_insert_policy ON lessons")
    assert state(stage) is ProfileState.INCOMPLETE
    with members.acting_as("inbox") as connection, pytest.raises(exc.ProgrammingError, match="row-level"):
        connection.execute(text("INSERT INTO lessons (id) VALUES (9)"))
    switch(stage)
    assert state(stage) is ProfileState.ON
