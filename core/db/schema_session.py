"""One run at the school's tables under load: each statement gives way, is noted, and may be killed at."""

import time
from collections.abc import Callable, Mapping

from psycopg import errors as pg
from sqlalchemy import Connection, exc, text

from core.db import ddl
from core.db.catalog import read_found
from core.db.manners import Manners
from core.db.schema_news import tell
from core.db.schema_runs import SchemaRuns, step_of
from core.db.undo_checks import held
from core.db.undo_ddl import GUARD
from core.errors import AppError, Refused, Unavailable
from core.found import Found
from core.profile import Change
from core.schema_run import TAKES, Purpose, Run, RunState
from core.schema_undo import NotEmpty, Removable
from core.statement import Kind, Statement

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
        return read_found(self._connection, self._schema, self._runs.added())

    def open(self, *, by: str, purpose: Purpose = Purpose.APPLY, about: str = "") -> int:
        run_id = self._runs.open(by, purpose, about)
        self._tell()
        return run_id

    def take_up(self, run_id: int) -> Run | None:
        run = self._runs.take_up(run_id)
        self._tell()
        return run

    def plan(self, run_id: int, *, left: int) -> None:
        self._runs.plan(run_id, left)

    def close(self, run_id: int, state: RunState, *, error: str | None = None) -> Run:
        run = self._runs.close(run_id, state, error)
        self._tell()
        return run

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
        try:
            tries = self._change(statement)
        except AppError:
            if takes:
                self._runs.take_back(run_id)
            raise
        self._tell()
        self._trip("schema.statement:after")
        if not takes:
            self._runs.record(run_id, step_of(statement, sql, time.monotonic() - started_s, tries))

    def _tell(self) -> None:
        """Also as a run begins and ends: whether an undo is under way decides how others write."""
        tell(self._connection, self._schema)

    def _change(self, statement: Statement | Change) -> int:
        """Execute it, giving way as often as it takes; returns how many tries that were."""
        self._set_limits(statement.kind)
        deadline_s = time.monotonic() + self._manners.patience_s
        tries = 1
        while not self._try(statement):
            if time.monotonic() > deadline_s:
                raise self._in_use(statement.table)
            time.sleep(self._manners.pause_after(tries))
            tries += 1
        return tries

    def _try(self, statement: Statement | Change) -> bool:
        """False when somebody was in the way."""
        try:
            ddl.execute(self._connection, self._schema, statement)
        except exc.DBAPIError as error:
            if isinstance(error.orig, IN_THE_WAY):
                return False
            if isinstance(error.orig, pg.QueryCanceled):  # by its own limit, or by a person
                raise self._cut_off(statement, error.orig) from error
            if isinstance(error.orig, pg.OperationalError | pg.InterfaceError):
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
        words = [_named(name, pid, seconds) for pid, name, seconds in users]
        by = f" by {', '.join(words)}" if words else ""
        return Unavailable(
            f"{self._schema}.{table} was in use all the time{by}.",
            hint="What was done stays. Apply again when the long transaction has ended.",
        )

    def _cut_off(self, statement: Statement | Change, error: pg.Error) -> Unavailable:
        return Unavailable(
            f"To {statement.kind} {self._schema}.{statement.name} was cut off: {error.diag.message_primary}.",
            hint="What was done stays. Ask for it again.",
        )

    def _refusal(self, statement: Statement | Change, error: BaseException | None) -> Refused:
        reason = error.diag.message_primary if isinstance(error, pg.Error) else str(error)
        return Refused(
            f"The database would not {statement.kind} {self._schema}.{statement.name}: {reason}.",
            hint="What was done stays. Correct the cause, then apply again.",
        )


def _named(name: str, pid: int, seconds: int | None) -> str:
    """`seconds` is None where our role may not look into the session."""
    return f"{name} (process {pid})" if seconds is None else f"{name} (process {pid}, {seconds} s)"


def _not_empty(statement: Statement | Change, error: pg.Error) -> NotEmpty:
    found = NotEmpty(f"{statement.table} holds values in a column that was to be dropped.")
    found.column = (error.diag.constraint_name or "").removeprefix(GUARD)
    return found
