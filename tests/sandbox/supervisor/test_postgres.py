"""The embedded PostgreSQL, for real."""

import os
import signal
import stat
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import sqlalchemy
from procrastinate import App, SyncPsycopgConnector

from sandbox import postgres
from sandbox.testing import PostgresServer, postgres_server
from tests.sandbox.supervisor.stand_ins import gone, own_folder


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with own_folder() as folder, postgres_server(folder / "pg") as running:
        yield running


@pytest.fixture
def folder() -> Iterator[Path]:
    with own_folder() as made:
        yield made


def fetch(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchone()[0]


def test_psycopg_sqlalchemy_and_procrastinate_reach_it_by_the_same_address(server):
    assert fetch(server.url, "select 1") == 1
    engine = sqlalchemy.create_engine(server.url.replace("postgresql:", "postgresql+psycopg:", 1))
    with engine.connect() as connection:
        assert connection.execute(sqlalchemy.text("select 2")).scalar() == 2
    engine.dispose()
    with App(connector=SyncPsycopgConnector(conninfo=server.url)).open() as jobs:
        assert jobs.check_connection() is False  # reached, and its tables are not there


def test_letters_beyond_ascii_are_folded(server):
    assert fetch(server.url, "select lower('ÄŻ')") == "äż"


def test_a_database_is_owned_by_an_ordinary_role_and_made_once(server):
    url = postgres.create_database(server.cluster, "school")
    assert postgres.create_database(server.cluster, "school") == url
    assert fetch(url, "select current_user") == "school"
    assert fetch(url, "select rolsuper from pg_roles where rolname = current_user") is False
    with psycopg.connect(url) as connection:
        connection.execute("create schema mux_admin")


def test_committed_rows_survive_a_killed_server(folder):
    with postgres_server(folder / "pg") as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("create table kept as select 7 as number")
            server.kill()
        server.start()
        assert fetch(server.url, "select number from kept") == 7


def test_a_long_path_gets_its_socket_elsewhere(folder):
    data = folder / ("deep" * 20) / "pg"
    with postgres_server(data) as server:
        assert fetch(server.url, "select 1") == 1
        assert not postgres.socket_folder_for(data).is_relative_to(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as somebody else")
def test_only_the_folders_in_the_way_are_opened_and_only_for_passing(folder):
    closed, grouped = folder / "closed", folder / "closed" / "grouped"
    grouped.mkdir(parents=True)
    closed.chmod(0o700)
    grouped.chmod(0o750)
    data = grouped / "open" / "pg"
    data.parent.mkdir(mode=0o755)
    assert [path for path in postgres.in_the_way(data) if path.is_relative_to(closed)] == [closed, grouped]
    postgres.prepare(data)
    assert postgres.in_the_way(data) == []
    assert [stat.S_IMODE(path.stat().st_mode) for path in (closed, grouped)] == [0o701, 0o751]


def test_an_interrupted_initdb_is_done_again(folder):
    unfinished = folder / "pg.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18")
    with postgres_server(folder / "pg") as server:
        assert fetch(server.url, "select 1") == 1
    assert not unfinished.exists()


def test_a_server_that_cannot_start_says_why(folder):
    postgres.prepare(folder / "pg")
    (folder / "pg" / "postgresql.conf").write_text("nonsense = 1\n")
    with pytest.raises(postgres.PostgresFailed, match="configuration file"), postgres_server(folder / "pg"):
        pass


def test_the_server_goes_when_its_starter_is_killed(folder):
    starter = start_elsewhere(folder)
    postmaster = int(starter.stdout.readline())
    starter.kill()
    starter.wait()
    assert gone(postmaster)


def test_a_leftover_is_stopped_and_its_data_served_again(folder):
    cluster = postgres.prepare(folder / "pg", durable=False)
    leftover = subprocess.Popen(
        cluster.command, start_new_session=True, stderr=subprocess.PIPE, text=True, **cluster.identity
    )
    postgres.wait_until_ready(cluster, leftover)
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute("create table kept as select 7 as number")
    with postgres_server(folder / "pg") as server:
        assert fetch(server.url, "select number from kept") == 7
        assert server.pid != leftover.pid
    assert leftover.wait(1) == 0


def test_a_stale_pid_file_that_names_somebody_else_harms_nobody(folder):
    postgres.prepare(folder / "pg", durable=False)
    (folder / "pg" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder / 'pg'}\n")
    postgres.stop_leftover(folder / "pg")
    assert psutil.pid_exists(os.getpid())


def start_elsewhere(folder: Path) -> "subprocess.Popen[str]":
    """Another Python that runs a server, prints its pid and waits."""
    script = f"""
        import signal
        from pathlib import Path
        from sandbox.testing import postgres_server
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
        with postgres_server(Path({str(folder / "pg")!r})) as server:
            print(server.pid, flush=True)
            signal.pause()
    """
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True
    )


def test_a_stopped_starter_stops_its_server(folder):
    starter = start_elsewhere(folder)
    postmaster = int(starter.stdout.readline())
    starter.send_signal(signal.SIGINT)
    starter.wait(10)
    assert gone(postmaster)
