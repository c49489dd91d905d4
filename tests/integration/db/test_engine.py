"""Connections give up in time: on a lock that others hold, and on a server that says nothing any more."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Engine, text

from core.db import engine as engines
from core.db.engine import create_engine, migrate, refuse_old
from core.errors import ConfigError, Unavailable
from core.ports import UnitOfWork
from core.selection import Filter


@pytest.fixture
def over_tcp(database_url: str) -> Iterator[str]:
    """The test's database behind a TCP port; the server itself listens on a Unix socket alone."""
    folder = parse_qs(urlsplit(database_url).query)["host"][0]
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        threading.Thread(target=_relay_all, args=(listener, f"{folder}/.s.PGSQL.5432"), daemon=True).start()
        path = urlsplit(database_url).path
        yield f"postgresql://postgres@127.0.0.1:{listener.getsockname()[1]}{path}"


def _relay_all(listener: socket.socket, server: str) -> None:
    while True:
        try:
            near, _ = listener.accept()
        except OSError:  # the test is over
            return
        far = socket.socket(socket.AF_UNIX)
        far.connect(server)
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=_relay, args=(source, sink), daemon=True).start()


def _relay(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):  # either end may go first
        while data := source.recv(65_536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


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


def test_a_connection_gives_up_on_a_server_that_is_silent_for_10_seconds(over_tcp: str) -> None:
    engine = create_engine(over_tcp)
    with engine.connect() as connection:
        number = connection.connection.driver_connection.fileno()
        with socket.socket(fileno=number) as opened:
            try:
                assert opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000
                assert opened.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
                idle_s = opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
                gap_s = opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL)
                count = opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT)
            finally:
                opened.detach()  # the driver's own
    engine.dispose()
    assert idle_s + gap_s * count == 10


@pytest.mark.parametrize("version", [(13, 22), (9, 6, 24)])
def test_a_server_that_is_too_old_is_refused_by_its_version(version: tuple[int, ...]) -> None:
    with pytest.raises(ConfigError, match=rf"PostgreSQL {version[0]}\.\d+.* is too old: Lectern needs 14"):
        refuse_old(version)


@pytest.mark.parametrize("version", [(14, 0), (18, 1)])
def test_a_server_of_14_or_newer_is_taken(version: tuple[int, ...]) -> None:
    refuse_old(version)
    assert version >= (engines.OLDEST,)
