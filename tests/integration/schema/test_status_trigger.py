"""The status trigger on a real server: whom it tells, when, and what becomes of it by off."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import Engine

from core import applying, profile_switching, profiling
from core.errors import Refused
from core.profile import Profile, ProfileState
from tests.integration.schema.members import UUIDS, Members
from tests.integration.schema.stage import OPS, Stage

CALLS = "CREATE TABLE calls (lesson text, status text)"


@pytest.fixture
def members(engine: Engine) -> Members:
    made = Members(engine)
    made.lessons()
    return made


def switch(stage: Stage, *, on: bool = True):
    return profile_switching.switch(Profile.STATUS_TRIGGER, on=on, by=OPS, services=stage)


def status(stage: Stage) -> profiling.ProfileStatus:
    return profiling.status(services=stage)[1]


class Heard:
    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def new(self) -> list[dict[str, object]]:
        """What was sent since the last question, in order."""
        return [json.loads(one.payload) for one in self._connection.notifies(timeout=0.3)]


@contextmanager
def listening(database_url: str) -> Iterator[Heard]:
    with psycopg.connect(
        database_url.replace("postgresql+psycopg", "postgresql"), autocommit=True
    ) as connection:
        connection.execute("LISTEN lesson_ready")
        yield Heard(connection)


def test_becoming_ready_is_told_once_with_id_and_status(members: Members, stage: Stage, database_url: str):
    run = switch(stage)
    assert run is not None
    assert [step.kind.value for step in run.steps] == ["create function", "create trigger"]
    with listening(database_url) as heard:
        members.run("UPDATE lessons SET video_status = 'ready' WHERE id = 1")
        assert heard.new() == [{"lesson_id": 1, "status": "ready"}]
        members.run("UPDATE lessons SET video_status = 'ready' WHERE id = 1")
        members.run("UPDATE lessons SET title = 'x' WHERE id = 1")
        members.run("UPDATE lessons SET video_status = 'error' WHERE id = 1")
        assert heard.new() == []
        members.run("UPDATE lessons SET video_status = 'ready' WHERE id = 1")
        assert heard.new() == [{"lesson_id": 1, "status": "ready"}]


def test_a_lesson_without_any_status_that_becomes_ready_is_told(
    members: Members, stage: Stage, database_url: str
):
    switch(stage)
    members.run("UPDATE lessons SET video_status = NULL")
    with listening(database_url) as heard:
        members.run("UPDATE lessons SET video_status = 'ready' WHERE id = 2")
        assert heard.new() == [{"lesson_id": 2, "status": "ready"}]


def test_an_insert_is_told_when_it_is_ready_and_not_otherwise(
    members: Members, stage: Stage, database_url: str
):
    switch(stage)
    with listening(database_url) as heard:
        members.run(
            "INSERT INTO lessons (id) VALUES (4)", "INSERT INTO lessons (id, video_status) VALUES (5, NULL)"
        )
        assert heard.new() == []
        members.run("INSERT INTO lessons (id, video_status) VALUES (6, 'ready')")
        assert heard.new() == [{"lesson_id": 6, "status": "ready"}]


@pytest.mark.parametrize(
    ("arguments", "insert", "called"),
    [
        ("lesson integer", "lesson, null", ("1", None)),
        ("lesson bigint", "lesson, null", ("1", None)),
        ("lesson text", "lesson, null", ("1", None)),
        ("lesson integer, status text", "lesson, status", ("1", "ready")),
        ("lesson integer, status text DEFAULT 'none'", "lesson, status", ("1", "none")),
    ],
)
def test_the_schools_own_function_is_called_where_it_fits(
    members: Members, stage: Stage, database_url: str, arguments: str, insert: str, called: tuple[str, str]
):
    body = f"INSERT INTO school.calls VALUES ({insert})"  # noqa: S608
    members.run(
        CALLS, f"CREATE FUNCTION notify_lesson_ready({arguments}) RETURNS void LANGUAGE sql AS '{body}'"
    )
    assert "school.notify_lesson_ready(" in status(stage).does
    switch(stage)
    with listening(database_url) as heard, members.engine.connect() as connection:
        members.run("UPDATE lessons SET video_status = 'ready' WHERE id = 1")
        assert connection.exec_driver_sql("SELECT * FROM school.calls").all() == [called]
        assert heard.new() == []


def test_a_function_that_does_not_fit_is_said_and_a_notify_is_sent(
    members: Members, stage: Stage, database_url: str
):
    members.run("CREATE FUNCTION notify_lesson_ready(a jsonb) RETURNS void LANGUAGE sql AS ''")
    assert "notify_lesson_ready(jsonb) does not take" in status(stage).notes[0]
    switch(stage)
    with listening(database_url) as heard:
        members.run("UPDATE lessons SET video_status = 'ready' WHERE id = 1")
        assert heard.new() == [{"lesson_id": 1, "status": "ready"}]


def test_a_notice_that_fails_does_not_undo_the_write(members: Members, stage: Stage):
    members.run(
        "CREATE FUNCTION notify_lesson_ready(lesson integer) RETURNS void LANGUAGE plpgsql "
        "AS 'BEGIN RAISE EXCEPTION ''mail server away''; END'"
    )
    switch(stage)
    members.run("UPDATE lessons SET video_status = 'ready' WHERE id = 1")
    with members.engine.connect() as connection:
        ready = connection.exec_driver_sql("SELECT video_status FROM school.lessons WHERE id = 1")
        assert ready.scalar_one() == "ready"


def test_a_function_that_goes_away_later_undoes_no_write_and_is_a_finding(members: Members, stage: Stage):
    members.run("CREATE FUNCTION notify_lesson_ready(lesson integer) RETURNS void LANGUAGE sql AS ''")
    switch(stage)
    members.run("DROP FUNCTION notify_lesson_ready")
    members.run("UPDATE lessons SET video_status = 'ready' WHERE id = 1")
    assert status(stage).state is ProfileState.INCOMPLETE
    switch(stage)
    assert status(stage).state is ProfileState.ON


@pytest.mark.parametrize(
    "change",
    [
        "DROP TRIGGER on_video_status_change ON lessons",
        "ALTER TABLE lessons DISABLE TRIGGER on_video_status_change",
        "CREATE OR REPLACE FUNCTION on_video_status_change() RETURNS trigger LANGUAGE plpgsql "
        "AS 'BEGIN RETURN NULL; END'",
        "CREATE OR REPLACE TRIGGER on_video_status_change AFTER INSERT ON lessons FOR EACH ROW "
        "EXECUTE FUNCTION on_video_status_change()",
    ],
)
def test_what_somebody_changes_later_is_a_finding_and_put_right_by_on(
    members: Members, stage: Stage, change: str
):
    switch(stage)
    once = members.snapshot()
    members.run(change)
    assert status(stage).state is ProfileState.INCOMPLETE
    switch(stage)
    assert (members.snapshot(), status(stage).state) == (once, ProfileState.ON)


def test_on_twice_changes_nothing_and_off_restores_exactly_what_was(members: Members, stage: Stage):
    before = members.snapshot()
    switch(stage)
    assert switch(stage) is None
    switch(stage, on=False)
    assert (members.snapshot(), status(stage).state) == (before, ProfileState.OFF)
    assert switch(stage, on=False) is None


@pytest.mark.parametrize("with_trigger", [True, False])
def test_what_the_school_has_by_our_name_is_never_touched(members: Members, stage: Stage, with_trigger: bool):
    members.run(
        "CREATE FUNCTION on_video_status_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
    )
    if with_trigger:
        members.run(
            "CREATE TRIGGER on_video_status_change BEFORE UPDATE ON lessons FOR EACH ROW "
            "EXECUTE FUNCTION on_video_status_change()"
        )
    before = members.snapshot()
    assert status(stage).state is ProfileState.THEIRS
    with pytest.raises(Refused, match="it is left alone"):
        switch(stage)
    assert switch(stage, on=False) is None
    assert members.snapshot() == before


def test_ids_of_other_types_travel_too(engine: Engine, stage: Stage, database_url: str):
    members = Members(engine)
    members.lessons(**UUIDS)
    switch(stage)
    with listening(database_url) as heard:
        members.run(f"UPDATE lessons SET video_status = 'ready' WHERE id = '{UUIDS['one']}'")  # noqa: S608
        assert heard.new() == [{"lesson_id": UUIDS["one"], "status": "ready"}]


def test_it_needs_the_column_that_an_apply_adds(school, stage: Stage):
    assert "apply the pending changes first" in status(stage).obstacles[0]
    with pytest.raises(Refused):
        switch(stage)
    applying.apply(by=OPS, services=stage)
    assert switch(stage) is not None
