"""The shape of the school's own tables, as protocols that `core/db/` fills: to look at and to change."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from core.found import Found
from core.profile import Change
from core.schema_live import Live
from core.schema_run import Purpose, Run, RunState
from core.schema_undo import Removable
from core.statement import Statement


class SchemaSession(Protocol):
    """The one run that may change the host's tables while the session lasts."""

    def found(self) -> Found:
        """The tables as they are now, as far as the role may see them."""

    def open(self, *, by: str, purpose: Purpose = Purpose.APPLY, about: str = "") -> int:
        """Begin a run in the history; returns its id."""

    def take_up(self, run_id: int) -> Run | None:
        """Begin a run that was asked for, or go on with one that was cut off; None when it has ended, or
        another was begun after it."""

    def plan(self, run_id: int, *, left: int) -> None:
        """Note how many statements are still to come."""

    def execute(self, run_id: int, statement: Statement | Change) -> None:
        """Execute and record it. Gives way to whoever uses the table, and tries again for minutes.

        Raises `Unavailable` when the table stayed in use, `Refused` when the database will not have it,
        `NotEmpty` where a column that is looked through holds a value.
        """

    def held(self, one: Removable) -> Mapping[str, str]:
        """By column, or `ROWS` for a whole table: why it cannot be taken away. Reads every row."""

    def close(self, run_id: int, state: RunState, *, error: str | None = None) -> Run:
        """End the run in this state, and give it as it was kept."""


class SchemaRequests(Protocol):
    """Runs asked for, in the caller's transaction."""

    def ask(self, by: str, *, purpose: Purpose = Purpose.APPLY, about: str = "") -> int | None:
        """A waiting run's id; None while another one waits."""


class HostSchema(Protocol):
    """The schema of the host's tables, to look at and to change."""

    def found(self) -> Found:
        """The tables as they are now, as far as the role may see them."""

    def sql(self, statement: Statement) -> str:
        """The statement as it will be sent."""

    def alone(self) -> AbstractContextManager[SchemaSession]:
        """Raises `StaleState`, naming who, while another run is under way."""

    def runs(self, *, limit: int = 50) -> list[Run]:
        """Newest first."""

    def live(self) -> Live:
        """What goes on in the database at this moment."""

    def follow(self) -> None:
        """Have this process told of changes of the schema as they are made, for as long as it lives.

        For processes that stay up; whatever cannot be heard is found by looking, a little later.
        """

    def give_up(self, run_id: int, error: str) -> None:
        """End a run that could not begin; one that is under way goes on."""
