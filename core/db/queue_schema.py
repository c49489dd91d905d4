"""The job queue's own tables, made and kept current from the SQL files in the installed procrastinate.

Nothing of procrastinate is copied into this repository. Which of its numbered migrations a database has is
kept in `queue_schema`, because procrastinate keeps no such record itself.
Source: procrastinate's manual, "Migrations".
"""

from importlib import metadata, resources
from importlib.resources.abc import Traversable

import sqlalchemy as sa

from core.db.tables import SCHEMA


def installed_version() -> str:
    """The version of the procrastinate that runs here."""
    return metadata.version("procrastinate")


def is_current(connection: sa.Connection) -> bool:
    """Whether the tables are those of the installed procrastinate."""
    if connection.scalar(sa.text(f"SELECT to_regclass('{SCHEMA}.queue_schema')")) is None:
        return False
    return bool(connection.scalar(sa.text("SELECT version FROM queue_schema")) == installed_version())


def bring_up_to_date(connection: sa.Connection) -> None:
    """Create the queue's tables, or run the migrations that came since, under the caller's lock."""
    connection.execute(
        sa.text("CREATE TABLE IF NOT EXISTS queue_schema (version text NOT NULL, applied text[] NOT NULL)")
    )
    files = _migrations()
    applied = connection.scalar(sa.text("SELECT applied FROM queue_schema"))
    if applied is None:
        _run(connection, _sql() / "schema.sql")
    else:
        for name in sorted(files.keys() - set(applied)):
            _run(connection, files[name])
    _remember(connection, sorted(files))


def _remember(connection: sa.Connection, applied: list[str]) -> None:
    connection.execute(sa.text("DELETE FROM queue_schema"))
    connection.execute(
        sa.text("INSERT INTO queue_schema (version, applied) VALUES (:version, :applied)"),
        {"version": installed_version(), "applied": applied},
    )


def _migrations() -> dict[str, Traversable]:
    """The package's numbered migrations by name; the order of the names is the order to run them in."""
    return {file.name: file for file in (_sql() / "migrations").iterdir() if file.name.endswith(".sql")}


def _sql() -> Traversable:
    return resources.files("procrastinate.sql")


def _run(connection: sa.Connection, file: Traversable) -> None:
    # Straight to the driver: SQLAlchemy would read the file's `%` as parameters.
    connection.connection.cursor().execute(file.read_text(encoding="utf-8"))
