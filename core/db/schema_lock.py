"""One run at a time: a session advisory lock, so that it ends with its process."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, text

from core.db.schema_runs import SchemaRuns
from core.errors import Refused, StaleState

LOCK = {"space": 0x4C656374, "number": 1}
"""Any numbers will do, as long as every run takes the same: "Lect", schema."""

LOOKS = 5
"""A proxy may hand out its connections in any order."""

TAKE = text("SELECT pg_try_advisory_lock(:space, :number)")
RELEASE = text("SELECT pg_advisory_unlock(:space, :number)")
OWN_PID = text("SELECT pg_backend_pid()")
HOLDERS = text("""
    SELECT l.pid
    FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
    WHERE l.locktype = 'advisory' AND l.granted AND l.classid = :space AND l.objid = :number
""")


def holders(connection: Connection) -> Sequence[int]:
    """The server process that holds the lock; empty while no run is under way."""
    return connection.scalars(HOLDERS, LOCK).all()


def take(connection: Connection) -> None:
    """Take it for the life of the connection, or say who has it."""
    if is_shared(connection):
        raise Refused(
            "The database is reached through a proxy that shares connections between transactions.",
            hint="Set DATABASE_URL to PostgreSQL itself for changing the schema.",
        )
    if not connection.scalar(TAKE, LOCK):
        running = SchemaRuns(connection).newest(limit=1, alive=True)
        who = f"{running[0].by}, since {running[0].started_at:%H:%M} UTC" if running else "somebody else"
        raise StaleState(
            f"The schema is being changed by {who}.", hint="Wait until that run ends; the history shows it."
        )


def is_shared(connection: Connection) -> bool:
    """Whether a proxy gives our server process to others between our transactions. Without a proxy the
    server told its process id at the start; behind one, another client looks which process it gets."""
    driver: Any = connection.connection.dbapi_connection
    own = connection.scalar(OWN_PID)
    if driver.info.backend_pid == own:
        return False
    with connection.engine.connect() as other:
        for _ in range(LOOKS):
            if other.scalar(OWN_PID) == own or connection.scalar(OWN_PID) != own:
                return True
            other.rollback()
    return False


def release(connection: Connection) -> None:
    """Give it back at once: the server notices a closed connection a moment later."""
    if not connection.invalidated:
        connection.execute(RELEASE, LOCK)
