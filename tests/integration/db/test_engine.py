"""Connections give up in time: on a lock that others hold, and on a server that says nothing any more."""

import threading
import time

import pytest
from sqlalchemy import Engine, text

from core.db import engine as engines
from core.db.engine import create_engine, migrate, refuse_old
from core.errors import ConfigError, Unavailable
from core.ports import UnitOfWork
from core.selection import Filter
from tests.integration.tcp import over_tcp, patience_s


def test_what_somebody_else_holds_is_waited_for_5_seconds_and_then_said_to_be_busy(
    engine: Engine, uow: UnitOfWork
) -> None:
    with engine.begin() as host:
        host.execute(text("LOCK TABLE sources IN ACCESS EXCLUSIVE MODE"))
        began_s = time.monotonic()
        with pytest.raises(Unavailable, match="busy with the same rows") as busy, uow("test") as tx:
            tx.sources.count(Filter())
    assert 4.5 < time.monotonic() - began_s < 8
    assert busy.value.retryable


def test_a_start_waits_longer_for_another_start_than_for_a_row(
    engine: Engine, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "LOCK_WAIT_S", 1)
    waiting = create_engine(empty_database_url)
    holder = create_engine(empty_database_url)
    with holder.begin() as first:
        first.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": engines.MIGRATION_LOCK})
        second = threading.Thread(target=migrate, args=(waiting,))
        second.start()
        second.join(timeout=2)
        assert second.is_alive()
    second.join(timeout=30)
    with waiting.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pace")) == 3
    waiting.dispose()
    holder.dispose()


def test_a_connection_gives_up_on_a_server_that_is_silent_for_10_seconds(database_url: str) -> None:
    with over_tcp(database_url) as url:
        engine = create_engine(url)
        with engine.connect() as connection:
            assert patience_s(connection.connection.driver_connection.fileno()) == (10, 10)
        engine.dispose()


@pytest.mark.parametrize("version", [(13, 22), (9, 6, 24)])
def test_a_server_that_is_too_old_is_refused_by_its_version(version: tuple[int, ...]) -> None:
    with pytest.raises(ConfigError, match=rf"PostgreSQL {version[0]}\.\d+.* is too old: Lectern needs 14"):
        refuse_old(version)


@pytest.mark.parametrize("version", [(14, 0), (18, 1)])
def test_a_server_of_14_or_newer_is_taken(version: tuple[int, ...]) -> None:
    refuse_old(version)
    assert version >= (engines.OLDEST,)
