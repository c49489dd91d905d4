"""What tests share: a real PostgreSQL, and in it a fresh database for each test."""

import gc
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event, make_url

from core.db.engine import create_engine, migrate
from core.db.host import HostWriter
from core.db.uow import unit_of_work
from core.jobs.queueing import enqueue
from core.ports import UnitOfWork
from sandbox.testing import in_memory, running_postgres
from tests.asking import ask, forget

gc.disable()  # while tests are collected

SCHOOL = Path(__file__).with_name("school.sql")
NUMBERS = count(1)
LONG = ("integration", "sandbox")
"""Folders whose files take long."""


def url_of(server_url: str, database: str) -> str:
    """The same server's URL with another database."""
    return server_url.replace("/postgres?", f"/{database}?")


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A PostgreSQL server of the tests' own; the URL is a superuser's.

    Not below pytest's own folder: each run of pytest shuts that to other users, and the server is one.
    """
    with (
        TemporaryDirectory(prefix="lectern-tests-", dir=in_memory()) as folder,
        running_postgres(Path(folder) / "data") as url,
    ):
        yield url
        forget(url)


@pytest.fixture(scope="session")
def template(server_url: str) -> str:
    """Name of a database with `mux_admin` and the school's empty tables, to be copied."""
    ask(server_url, "CREATE DATABASE template_school")
    url = url_of(server_url, "template_school")
    engine = create_engine(url)
    migrate(engine)
    engine.dispose()
    with psycopg.connect(url) as connection:
        connection.execute(SCHOOL.read_text(encoding="utf-8"))
    return "template_school"


def copied(server_url: str, template: str) -> Iterator[str]:
    """A copy of the database until the iterator ends."""
    name = f"test_{next(NUMBERS)}"
    ask(server_url, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    yield url_of(server_url, name)
    forget(url_of(server_url, name))
    ask(server_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database_url(server_url: str, template: str) -> Iterator[str]:
    """A database with `mux_admin` migrated and the school's empty tables."""
    yield from copied(server_url, template)


@pytest.fixture
def empty_database_url(server_url: str) -> Iterator[str]:
    """A database with nothing in it."""
    yield from copied(server_url, "template0")


@pytest.fixture(scope="session")
def moving_engine(server_url: str) -> Iterator[Engine]:
    """One engine that connects to whichever database its `url` names at the time.

    What SQLAlchemy worked out about a statement stays with its engine: a new one for each test would have
    every statement written out anew, a third of what such a test costs.
    """
    engine = create_engine(server_url)

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: object, _entry: object, _args: object, told: dict[str, Any]) -> None:
        told["dbname"] = engine.url.database

    yield engine
    engine.dispose()


@pytest.fixture
def engine(moving_engine: Engine, database_url: str) -> Iterator[Engine]:
    """On the test's database; no connection outlives the test."""
    moving_engine.url = moving_engine.url.set(database=make_url(database_url).database)
    yield moving_engine
    moving_engine.dispose()


@pytest.fixture
def uow(engine: Engine) -> UnitOfWork:
    """Transactions on the test's database, host tables and job queue included."""
    return unit_of_work(
        engine,
        host_schema="public",
        host_of=lambda connection: HostWriter(connection, "public"),
        enqueue=enqueue,
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files go first, or one of several workers is left with one at the end.

    Files with browser tests go last: Playwright keeps an event loop running in this thread, and with it
    `asyncio.run` works for nobody else.
    """
    browser = {item.path for item in items if "playwright" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: (item.path in browser, _folder(item.path) not in LONG))


def pytest_collection_finish() -> None:
    """What was loaded stays: no collection looks at it again, and Streamlit has one after every run. There
    is little garbage in a test, so that others come seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
    gc.enable()


def _folder(path: Path) -> str:
    """Which kind of tests: `unit`, `pages`, …"""
    return path.relative_to(SCHOOL.parent).parts[0]
