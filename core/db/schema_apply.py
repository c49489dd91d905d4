"""Changing the host's tables under load, one run at a time, every statement safe to be killed at."""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

from psycopg import errors as pg
from sqlalchemy import Connection, Engine, exc, text

from core.db import ddl, schema_lock
from core.db.catalog import read_found
from core.db.errors import translated
from core.db.manners import Manners
from core.db.schema_live import read_live
from core.db.schema_runs import SchemaRuns, step_of
from core.db.undo_checks import held
from core.db.undo_ddl import GUARD
from core.errors import Refused, Unavailable
from core.found import Found
from core.profile import Change
from core.schema import Kind, Statement
from core.schema_live import Live
from core.schema_run import TAKES, Purpose, Run, RunState
from core.schema_undo import NotEmpty, Removable

SETTING = text("SELECT set_config(:name, :value, false)")
USERS = text("""
    SELECT a.pid, coalesce(nullif(a.application_name, ''), a.usename, 'unknown'),
           extract(epoch FROM clock_timestamp() - a.xact_start)::int
    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.granted AND a.pid <> pg_backend_pid()
      AND l.relation = to_regclass(format('%I.%I', CAST(:schema AS text), CAST(:table AS text)))
    ORDER BY a.xact_start LIMIT 3
""")

IN_THE_WAY = (pg.LockNotAvailable, pg.DeadlockDetected)


class HostSchemaTables:
    """`HostSchema` on PostgreSQL. `trip` is told `schema.statement:before` and `:after` around each one."""

    def __init__(
        self,
        engine: Engine,
        schema: str,
        *,
        trip: Callable[[str], None] | None = None,
        manners: Manners = Manners(),
    ) -> None:
        self._engine = engine
        self._schema = schema
        self._trip = trip or (lambda _point: None)
        self._manners = manners

    def found(self) -> Found:
        with translated(), self._engine.connect() as connection:
            return read_found(connection, self._schema)

    def sql(self, statement: Statement) -> str:
        return ddl.render(self._schema, statement)

    def runs(self, *, limit: int = 50) -> list[Run]:
        with translated(), self._engine.connect() as connection:
            alive = bool(schema_lock.holders(connection))
            return SchemaRuns(connection).newest(limit=limit, alive=alive)

    def live(self) -> Live:
        with translated(), self._engine.connect() as connection:
            return read_live(connection, self._schema)

    def give_up(self, run_id: int, error: str) -> None:
        with translated(), self._engine.begin() as connection:
            SchemaRuns(connection).close(run_id, RunState.FAILED, error)

    @contextmanager
    def alone(self) -> Iterator["Session"]:
        with translated(), self._engine.connect() as pooled:
            connection = pooled.execution_options(isolation_level="AUTOCOMMIT")
            connection.detach()  # so that its lock and settings end with it, and never reach the pool
            schema_lock.take(connection)
            _notice_our_death(connection)
            runs = SchemaRuns(connection)
            runs.close_interrupted()
            try:
                yield Session(connection, self._schema, runs, self._trip, self._manners)
            finally:
                schema_lock.release(connection)


def _notice_our_death(connection: Connection) -> None:
    """Have the server end a long build, and with it the lock, soon after this process was killed."""
    with suppress(exc.DBAPIError):  # not every kernel can tell PostgreSQL that a client is gone
        connection.execute(SETTING, {"name": "client_connection_check_interval", "value": "1s"})


class Session:
    """`SchemaSession`: one autocommit connection that holds the lock."""

    def __init__(
        self,
        connection: Connection,
        schema: str,
        runs: SchemaRuns,
        trip: Callable[[str], None],
        manners: Manners,
    ) -> None:
        self._connection = connection
        self._schema = schema
        self._runs = runs
        self._trip = trip
        self._manners = manners
        self._since_s = time.monotonic()

    def found(self) -> Found:
        return read_found(self._connection, self._schema)

    def open(self, *, by: str, purpose: Purpose = Purpose.APPLY, about: str = "") -> int:
        return self._runs.open(by, purpose, about)

    def take_up(self, run_id: int) -> Run | None:
        return self._runs.take_up(run_id)

    def plan(self, run_id: int, *, left: int) -> None:
        self._runs.plan(run_id, left)

    def close(self, run_id: int, state: RunState, *, error: str | None = None) -> Run:
        return self._runs.close(run_id, state, error)

    def held(self, one: Removable) -> Mapping[str, str]:
        self._set_limits(Kind.VALIDATE_EMPTY)
        time.sleep(max(0.0, self._since_s + self._manners.known_after_s - time.monotonic()))
        return held(self._connection, self._schema, one)

    def execute(self, run_id: int, statement: Statement | Change) -> None:
        sql, takes = ddl.render(self._schema, statement), statement.kind in TAKES
        if takes:  # first, so that after a kill it never looks as if somebody else had done it
            self._runs.record(run_id, step_of(statement, sql))
        self._runs.begin(run_id, statement.description)
        self._trip("schema.statement:before")
        started_s = time.monotonic()
        tries = self._change(statement)
        self._trip("schema.statement:after")
        if not takes:
            self._runs.record(run_id, step_of(statement, sql, time.monotonic() - started_s, tries))

    def _change(self, statement: Statement | Change) -> int:
        """Execute it, giving way as often as it takes; returns how many tries that were."""
        self._set_limits(statement.kind)
        deadline_s = time.monotonic() + self._manners.patience_s
        tries = 1
        while not self._try(statement):
            if time.monotonic() > deadline_s:
                raise self._in_use(statement.table)
            time.sleep(random.uniform(*self._manners.pause_s))
            tries += 1
        return tries

    def _try(self, statement: Statement | Change) -> bool:
        """False when somebody was in the way."""
        try:
            ddl.execute(self._connection, self._schema, statement)
        except exc.DBAPIError as error:
            if isinstance(error.orig, IN_THE_WAY):
                return False
            if isinstance(error.orig, pg.OperationalError | pg.InterfaceError | pg.QueryCanceled):
                raise
            if isinstance(error.orig, pg.CheckViolation):
                raise _not_empty(statement, error.orig) from error
            raise self._refusal(statement, error.orig) from error
        return True

    def _set_limits(self, kind: Kind) -> None:
        for name, value in self._manners.limits(kind).items():
            self._connection.execute(SETTING, {"name": name, "value": value})

    def _in_use(self, table: str) -> Unavailable:
        users = self._connection.execute(USERS, {"schema": self._schema, "table": table})
        words = [f"{name} (process {pid}, {seconds} s)" for pid, name, seconds in users]
        by = f" by {', '.join(words)}" if words else ""
        return Unavailable(
            f"{self._schema}.{table} was in use all the time{by}.",
            hint="What was done stays. Apply again when the long transaction has ended.",
        )

    def _refusal(self, statement: Statement | Change, error: BaseException | None) -> Refused:
        reason = error.diag.message_primary if isinstance(error, pg.Error) else str(error)
        return Refused(
            f"The database would not {statement.kind} {self._schema}.{statement.name}: {reason}.",
            hint="What was done stays. Correct the cause, then apply again.",
        )


def _not_empty(statement: Statement | Change, error: pg.Error) -> NotEmpty:
    found = NotEmpty(f"{statement.table} holds values in a column that was to be dropped.")
    found.column = (error.diag.constraint_name or "").removeprefix(GUARD)
    return found
