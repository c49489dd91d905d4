"""Connections to PostgreSQL, and `mux_admin` brought up to date."""

import json
import logging
import time
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import Engine, event, exc
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from core.db import queue_schema
from core.db.cursor import PlainCursor
from core.db.errors import translated
from core.db.tables import SCHEMA
from core.errors import ConfigError
from core.silence import TCP_LIMITS

log = logging.getLogger("lectern.db")

HEAD = "0001"
"""The newest revision in `alembic/versions`; a test compares."""

MIGRATION_LOCK = 0x4C656374  # "Lect": any number will do, as long as every starter takes the same
IDLE_S = 1.0
"""A connection that rested longer is asked for a sign of life before it is used."""

LOCK_WAIT_S = 5
"""How long a statement waits for a row or table that somebody else holds, before it is tried again later."""

SESSION = (f"search_path={SCHEMA}", "timezone=UTC", f"lock_timeout={LOCK_WAIT_S}s")
ONE_PLAN = ("plan_cache_mode=force_generic_plan",)

STARTERS_WAIT_S = 60
"""How long one start waits for another that is making the tables."""

OLDEST = 14
"""The oldest PostgreSQL that is supported."""


def create_engine(url: str, *, pool_size: int = 20, repeats: bool = False) -> Engine:
    """An engine for a plain `postgresql://` URL; nothing connects before its first use.

    It keeps its connections and what the driver has prepared on them: planning each statement anew costs
    PostgreSQL several times what running them does.

    Its sessions speak UTC and see `mux_admin` alone: the host's tables are named with their schema. A lock
    that others hold is waited for 5 s, a server that says nothing any more 10 s; then it is `Unavailable`.

    `repeats` is for a process that asks the same few statements by the thousand: each is planned once for a
    connection, instead of ten times before PostgreSQL trusts a plan for every value (a third of its CPU).
    """
    engine = sa.create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=0,  # one more for a moment would cost its opening, and know no statement
        pool_use_lifo=True,
        pool_timeout=10,
        connect_args={
            "options": options(*SESSION, *(ONE_PLAN if repeats else ())),
            "prepare_threshold": 1 if repeats else 5,
            **TCP_LIMITS,
            "application_name": "lectern",
            "cursor_factory": PlainCursor,
        },
        json_serializer=partial(json.dumps, default=str),
        hide_parameters=True,  # errors go to the log; what was being written does not
    )
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _check_alive)
    return engine


def options(*settings: str) -> str:
    """These `name=value` as a connection takes them, for a session that begins with them."""
    return " ".join(f"-c {setting}" for setting in settings)


def migrate(engine: Engine) -> None:
    """Create or update `mux_admin`. Safe to call from every process at once: one does it, the others wait.

    Raises:
        ConfigError: the user may not create it, PostgreSQL is too old, or a newer Lectern has been here.
        Unavailable: no answer.
    """
    with translated(), engine.connect() as connection:
        refuse_old(connection.dialect.server_version_info or (OLDEST,))
        if _revision(connection) != HEAD or not queue_schema.is_current(connection):
            connection.execute(sa.text(f"SET LOCAL lock_timeout = '{STARTERS_WAIT_S}s'"))
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            log.info("bringing Lectern's own tables up to date")
            _upgrade(connection)
            queue_schema.bring_up_to_date(connection)
            connection.commit()


def refuse_old(version: tuple[int | str, ...]) -> None:
    """Raise `ConfigError` for a server before 14; `version` as SQLAlchemy reads it, such as `(16, 4)`."""
    if int(version[0]) < OLDEST:
        raise ConfigError(
            f"PostgreSQL {'.'.join(map(str, version))} is too old: Lectern needs {OLDEST} or newer.",
            hint="Upgrade the server, or set DATABASE_URL to one that is newer.",
        )


def _revision(connection: sa.Connection) -> str | None:
    """The revision the database is at; None before the first."""
    if connection.scalar(sa.text(f"SELECT to_regclass('{SCHEMA}.alembic_version')")) is None:
        return None
    return str(connection.scalar(sa.text("SELECT version_num FROM alembic_version")))


def _upgrade(connection: sa.Connection) -> None:
    # Imported here: it takes longer than the question whether there is anything to do.
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    connection.execute(sa.text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "alembic"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise ConfigError(
            "The database was made by a newer Lectern.", hint="Start that version, or a newer one."
        ) from error


def _note_rest(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
    entry.info["rested_at"] = time.monotonic()


def _check_alive(connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: Any) -> None:
    """Like `pool_pre_ping`, but without its round trip while the connection is in steady use."""
    if time.monotonic() - entry.info.get("rested_at", float("inf")) < IDLE_S:
        return
    try:
        connection.cursor().execute("SELECT 1")
        connection.commit()  # not rolled back, as in `core.db.uow`
    except psycopg.Error as error:
        raise exc.DisconnectionError from error  # the pool then tries another, new one
