"""Optional profiles from the shell."""

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import text

from tests.integration.engine.harness import Engine
from tests.integration.faces.test_cli import ask, run

ON = "SELECT relrowsecurity FROM pg_class WHERE oid = 'public.lessons'::regclass"


@pytest.fixture
def school_with_columns(engine: Database, database_url: str) -> Engine:
    return Engine(engine, database_url, mux_playback_policy="public")


def states(engine: Engine) -> dict[str, str]:
    return {one["profile"]: one["state"] for one in ask(engine, "schema", "profiles")["profiles"]}


def test_a_profile_is_tried_switched_on_and_off_again(school_with_columns: Engine, engine: Database) -> None:
    school = school_with_columns
    assert states(school) == {"row-security": "off", "status-trigger": "off"}
    assert "CREATE POLICY lesson_access_policy" in run(school, "schema", "profiles").stdout
    tried = ask(school, "schema", "profile", "try", "row-security")
    assert [look["role"] for look in tried["trial"]["roles"]] == ["postgres"]
    assert "bypasses" in run(school, "schema", "profile", "try", "row-security").stdout
    done = ask(school, "schema", "profile", "on", "row-security", "--yes")
    assert (done["profile"], done["on"], done["run"]["state"]) == ("row-security", True, "done")
    assert states(school)["row-security"] == "on"
    with engine.connect() as connection:
        assert connection.scalar(text(ON))
    assert "is on already" in run(school, "schema", "profile", "on", "row-security", "--yes").stdout
    assert "is off now" in run(school, "schema", "profile", "off", "row-security", "--yes").stdout
    with engine.connect() as connection:
        assert not connection.scalar(text(ON))


def test_nothing_is_switched_without_a_yes(school_with_columns: Engine) -> None:
    answer = run(school_with_columns, "schema", "profile", "on", "row-security")
    assert (answer.exit_code, states(school_with_columns)["row-security"]) == (2, "off")
    assert "--yes" in answer.stderr


def test_what_is_in_the_way_is_one_sentence(school_with_columns: Engine) -> None:
    answer = run(school_with_columns, "schema", "profile", "on", "status-trigger", "--yes")
    assert answer.exit_code == 1
    assert "lessons has no video_status yet; apply the pending changes first." in answer.stderr
    ask(school_with_columns, "schema", "apply", "--yes")
    assert (
        "is on now" in run(school_with_columns, "schema", "profile", "on", "status-trigger", "--yes").stdout
    )
