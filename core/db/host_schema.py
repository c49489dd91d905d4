"""The school's schema on PostgreSQL: looking at it, and being alone with it to change it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, exc

from core.db import ddl, schema_lock, schema_news
from core.db.catalog import read_found
from core.db.errors import translated
from core.db.manners import Manners
from core.db.schema_live import read_live
from core.db.schema_runs import SchemaRuns
from core.db.schema_session import SETTING, Session
from core.found import Found
from core.schema_live import Live
from core.schema_run import Run
from core.statement import Statement


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
        # One snapshot for all its questions: a run may add a table between two of them.
        at_once = self._engine.execution_options(isolation_level="REPEATABLE READ")
        with translated(), at_once.connect() as connection:
            return read_found(connection, self._schema, SchemaRuns(connection).added())

    def sql(self, statement: Statement) -> str:
        return ddl.render(self._schema, statement)

    def runs(self, *, limit: int = 50) -> list[Run]:
        with translated(), self._engine.connect() as connection:
            alive = bool(schema_lock.holders(connection))
            return SchemaRuns(connection).newest(limit=limit, alive=alive)

    def live(self) -> Live:
        with translated(), self._engine.connect() as connection:
            return read_live(connection, self._schema)

    def follow(self) -> None:
        schema_news.follow(self._engine, self._schema)

    def give_up(self, run_id: int, error: str) -> None:
        with translated(), self._engine.begin() as connection:
            SchemaRuns(connection).give_up(run_id, error)

    @contextmanager
    def alone(self) -> Iterator[Session]:
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
