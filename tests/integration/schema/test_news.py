"""Processes that stay up are told when a run has changed the school's tables."""

import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection as Pipe

import pytest
from sqlalchemy import Engine, text

from core import applying, withdrawing
from core.db import known_columns as columns
from core.db import schema_news
from core.db.engine import create_engine
from core.db.known_columns import known_columns
from tests.integration.hosts import SCHEMA, School
from tests.integration.pooling_proxy import pooling_proxy
from tests.integration.schema.stage import OPS, Stage
from tests.integration.schema.test_interruptions import FORK

NEVER_S = 1e9
END = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE query = 'LISTEN lectern_schema' AND datname = current_database()"
)


def until(is_so: Callable[[], object]) -> None:
    deadline_s = time.monotonic() + 15
    while not is_so():
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


@pytest.fixture
def ask(database_url: str, school: School) -> Iterator[Callable[[], frozenset[str]]]:
    """What columns of videos another process knows, which never looks by itself."""
    ours, theirs = FORK.Pipe()
    process = FORK.Process(target=_tell_columns, args=(database_url, theirs), daemon=True)
    process.start()
    assert ours.poll(20)
    ours.recv()

    def known() -> frozenset[str]:
        ours.send("?")
        assert ours.poll(10)
        answer: frozenset[str] = ours.recv()
        return answer

    yield known
    process.terminate()
    process.join(10)


def _tell_columns(url: str, pipe: Pipe) -> None:
    columns.FRESH_S = columns.TOLD_S = NEVER_S
    engine = create_engine(url)
    known = known_columns(engine, SCHEMA)
    Stage(engine).schema.follow()
    until(lambda: known.is_told)
    while True:
        with engine.connect() as connection:
            pipe.send(frozenset(known.of(connection, "videos")))
        pipe.recv()


def test_another_process_knows_the_columns_after_an_apply_and_after_an_undo(
    stage: Stage, ask: Callable[[], frozenset[str]]
):
    bare = ask()
    assert "mux_asset_id" not in bare
    applying.apply(by=OPS, services=stage)
    until(lambda: {"mux_asset_id", "transcript_text"} <= ask())
    withdrawing.undo(by=OPS, services=stage)
    until(lambda: ask() == bare)


def test_without_being_told_a_process_looks_by_itself(
    school: School, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(columns, "FRESH_S", 0.0)
    known = known_columns(engine, SCHEMA)
    with engine.connect() as connection:
        assert "mux_asset_id" not in known.of(connection, "videos")
        connection.rollback()
        school.add_columns("videos", "mux_asset_id")
        assert "mux_asset_id" in known.of(connection, "videos")


def test_a_change_while_the_columns_are_being_read_is_not_missed(
    school: School, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(columns, "FRESH_S", NEVER_S)
    known = known_columns(engine, SCHEMA)

    def read_and_be_told(connection, schema):
        found = read(connection, schema)
        known.forget()
        return found

    read = columns.read_columns
    monkeypatch.setattr(columns, "read_columns", read_and_be_told)
    with engine.connect() as connection:
        known.of(connection, "videos")
        connection.rollback()
        monkeypatch.setattr(columns, "read_columns", read)
        school.add_columns("videos", "mux_asset_id")
        assert "mux_asset_id" in known.of(connection, "videos")


def test_behind_a_proxy_that_shares_connections_a_process_does_not_believe_that_it_is_told(
    school: School, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(schema_news, "OWN_WORD_S", 0.3)
    with pooling_proxy(database_url, by_transaction=True) as url:
        engine = create_engine(url.render_as_string(hide_password=False))
        known = known_columns(engine, SCHEMA)
        schema_news.listen(engine, SCHEMA, known)
        assert not known.is_told
        engine.dispose()


def test_a_listener_that_was_cut_off_looks_by_itself_and_listens_again(
    school: School, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(schema_news, "AGAIN_S", 0.05)
    known = known_columns(engine, SCHEMA)
    told: list[bool] = []
    monkeypatch.setattr(schema_news.KnownColumns, "forget", lambda self: told.append(self.is_told))
    schema_news.follow(engine, SCHEMA)
    until(lambda: known.is_told)
    with engine.begin() as connection:
        connection.execute(END)
    until(lambda: len(told) == 2)
    assert told == [False, False]
    until(lambda: known.is_told)
