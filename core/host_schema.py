"""The shape of the school's own tables, as protocols that `core/db/` fills: to look at and to change."""

from contextlib import AbstractContextManager
from typing import Protocol

from core.found import Found
from core.schema import Statement
from core.schema_run import Run, RunState


class SchemaSession(Protocol):
    """The one run that may change the host's tables while the session lasts."""

    def found(self) -> Found: ...

    def open(self, *, by: str) -> int:
        """Begin a run in the history; returns its id."""

    def execute(self, run_id: int, statement: Statement) -> None:
        """Execute and record it. Gives way to whoever uses the table, and tries again for minutes.

        Raises `Unavailable` when the table stayed in use, `Refused` when the database will not have it.
        """

    def close(self, run_id: int, state: RunState, *, error: str | None = None) -> Run: ...


class HostSchema(Protocol):
    """The schema of the host's tables, to look at and to change."""

    def found(self) -> Found: ...

    def sql(self, statement: Statement) -> str:
        """The statement as it will be sent."""

    def alone(self) -> AbstractContextManager[SchemaSession]:
        """Raises `StaleState`, naming who, while another run is under way."""

    def runs(self, *, limit: int = 50) -> list[Run]:
        """Newest first."""
