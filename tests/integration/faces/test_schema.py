"""The school's tables from the shell and over the network: status, dry run, apply, history."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import Engine as Database
from sqlalchemy import text
from starlette.testclient import TestClient

from api.app import create
from core.settings import Secret
from tests.integration.engine.harness import SWITCHED, Engine
from tests.integration.faces.test_cli import ask, run

PATHS = ["/api/schema", "/api/database/run-mux-migration"]
AUTHORISED = {"Authorization": "Bearer key"}


@pytest.fixture
def bare(engine: Database, database_url: str) -> Engine:
    """A school whose tables have no Mux columns yet."""
    return Engine(engine, database_url, mux_playback_policy="public", api_key=Secret("key"))


def test_changes_that_are_pending_exit_with_3(bare: Engine) -> None:
    answer = ask(bare, "schema", "status", code=3)
    assert answer["current"] is False
    assert answer["pending"] > 0
    assert "mux_asset_id" in answer["tables"][0]["missing_columns"]
    assert "changes pending" in run(bare, "schema", "status").stdout


def test_a_plan_shows_the_sql_and_changes_nothing(bare: Engine) -> None:
    statements = ask(bare, "schema", "plan")["statements"]
    assert any("mux_asset_id" in statement["sql"] for statement in statements)
    assert all(statement["description"] for statement in statements)
    assert "mux_asset_id" in run(bare, "schema", "plan").stdout
    assert ask(bare, "schema", "status", code=3)["current"] is False


def test_nothing_is_changed_without_a_yes(bare: Engine) -> None:
    answer = run(bare, "schema", "apply")
    assert answer.exit_code == 2
    assert "--yes" in answer.stderr
    assert ask(bare, "schema", "history") == {"runs": []}


def test_an_apply_brings_the_tables_up_to_date_and_stands_in_the_history(bare: Engine) -> None:
    answer = ask(bare, "schema", "apply", "--yes")
    assert answer["success"] is True
    assert "lessons.mux_asset_id" in answer["columns_added"]
    assert ask(bare, "schema", "status")["current"] is True
    [once] = ask(bare, "schema", "history")["runs"]
    assert once["by"].startswith("cli:")
    assert "Nothing to do" in run(bare, "schema", "apply", "--yes").stdout
    assert run(bare, "schema", "history").exit_code == 0


def test_a_default_that_is_set_again_is_no_change_that_was_not_there(bare: Engine, engine: Database) -> None:
    ask(bare, "schema", "apply", "--yes")
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE public.lessons ALTER COLUMN video_status DROP DEFAULT"))
    assert run(bare, "schema", "status").stdout.startswith("1 change pending.\n")
    assert run(bare, "schema", "apply", "--yes").stdout == "Done: 1 statement. Nothing was added.\n"
    assert run(bare, "schema", "status").stdout.startswith("The schema is up to date.\n")


def test_a_school_without_tables_is_not_called_up_to_date(bare: Engine, engine: Database) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE public.lessons, public.videos CASCADE"))
    answer = run(bare, "schema", "status")
    assert answer.exit_code == 3
    assert "neither videos nor lessons" in answer.stdout
    assert "up to date" not in answer.stdout


def test_a_batch_does_not_wait_for_the_columns_and_its_rows_switch_when_they_come(bare: Engine) -> None:
    bare.lessons(2)
    bare.scan()
    batch = str(ask(bare, "migrate", "start", "--all")["batch_id"])
    bare.play_out()
    answer = ask(bare, "migrate", "status", batch, "--wait")
    assert (answer["state"], answer["done"], answer["counts"]["awaiting_schema"]) == ("done", 2, 2)
    assert ask(bare, "schema", "status", code=3)["pending_rows"] == 2
    ask(bare, "schema", "apply", "--yes")
    bare.play_out()
    assert ask(bare, "migrate", "status", batch)["counts"]["done"] == 2
    assert bare.ask(SWITCHED) == [(2,)]


def described(answer: dict[str, Any], document: dict[str, Any], path: str, method: str) -> bool:
    """Whether each field of the answer is described, and is what is said of it."""
    [said] = document["paths"][path][method]["responses"]["200"]["content"].values()
    schema = {**said["schema"], "components": document["components"]}
    Draft202012Validator(schema).validate(answer)
    name = said["schema"]["$ref"].rpartition("/")[2]
    return answer.keys() == document["components"]["schemas"][name]["properties"].keys()


@pytest.mark.parametrize("path", PATHS)
def test_the_same_is_there_over_the_network(bare: Engine, path: str) -> None:
    with TestClient(create(bare.services)) as client:
        document = client.get("/api/openapi.json").json()
        before = client.get(path, headers=AUTHORISED).json()
        assert before["current"] is False
        assert described(before, document, path, "get")
        assert any("mux_asset_id" in statement["sql"] for statement in before["plan"])
        applied = client.post(path, headers=AUTHORISED)
        assert (applied.status_code, applied.json()["success"]) == (200, True)
        assert described(applied.json(), document, path, "post")
        assert client.get(path, headers=AUTHORISED).json()["current"] is True
        assert client.post(path).status_code == 401


def test_what_was_added_is_listed_and_taken_away_with_a_yes(bare: Engine) -> None:
    ask(bare, "schema", "apply", "--yes")
    assert "lessons.mux_asset_id" in ask(bare, "schema", "undo")["would_drop"]
    answer = ask(bare, "schema", "undo", "--yes")
    assert answer["stays"] is None
    assert {"lessons.mux_asset_id", "video_analytics"} <= set(answer["dropped"])
    assert ask(bare, "schema", "status", code=3)["current"] is False
    assert run(bare, "schema", "undo").stdout == "Nothing of ours is there.\n"


def test_a_column_that_is_offered_is_shown_and_added_with_a_yes(bare: Engine, engine: Database) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE public.lessons DROP COLUMN creator_id"))
    assert "creator_id is not in lessons" in run(bare, "schema", "status").stdout
    assert "creator_id text" in ask(bare, "schema", "offer", "creator_id")["statements"][0]["sql"]
    assert ask(bare, "schema", "offer", "creator_id", "--yes")["columns_added"] == ["lessons.creator_id"]
