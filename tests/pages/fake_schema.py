"""The host's schema in memory: what was found, the runs, and who is at the tables."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from core.correction import Correction
from core.found import Found, FoundColumn, FoundIndex, FoundTable
from core.schema_detail import added_by
from core.schema_live import Live, Place, TableSize
from core.schema_run import Purpose, Run, RunState
from core.statement import Statement
from core.target import LESSONS, VIDEOS, Table
from tests.fakes import EPOCH

ID = FoundColumn(name="id", type="uuid", base_type="uuid")


def bare(name: str) -> FoundTable:
    return FoundTable(name=name, columns={"id": ID}, owner="school")


def complete(table: Table) -> FoundTable:
    columns = {c.name: FoundColumn(name=c.name, type=c.type, base_type=c.type) for c in table.columns}
    indexes = tuple(FoundIndex(name=i.name, columns=i.columns, unique=i.unique) for i in table.indexes)
    return FoundTable(name=table.name, columns={"id": ID, **columns}, indexes=indexes)


@dataclass(slots=True)
class FakeSchema:
    """`HostSchema`, `SchemaRequests` and `Corrections`; `check` raises while the database is away."""

    check: Callable[[], None] = lambda: None
    state: Found = Found(
        schema="public",
        role="lectern",
        tables={table.name: bare(table.name) for table in (LESSONS, VIDEOS)},
    )
    history: list[Run] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    """What was asked of the database, in order."""
    correction: Correction | None = None
    now: Live = Live(
        place=Place(database="school", host="10.0.0.7", version="16.4 (Debian)"),
        sizes=(TableSize(table="videos", rows=1_200_000, size_bytes=800_000_000, index_bytes=90_000_000),),
    )

    def found(self) -> Found:
        self.check()
        self.reads.append("found")
        return replace(self.state, added=added_by(self.history) | self.state.added)

    def sql(self, statement: Statement) -> str:
        return f"ALTER TABLE {statement.name}"

    def runs(self, *, limit: int = 50) -> list[Run]:
        self.check()
        self.reads.append(f"runs {limit}")
        return self.history[:limit]

    def live(self) -> Live:
        self.check()
        return self.now

    def newest(self) -> Correction | None:
        return self.correction

    def ask(self, by: str, *, purpose: Purpose = Purpose.APPLY, about: str = "") -> int | None:
        run = Run(
            id=len(self.history) + 1,
            by=by,
            started_at=EPOCH,
            finished_at=None,
            state=RunState.WAITING,
            purpose=purpose,
            about=about,
        )
        self.history.insert(0, run)
        return run.id

    def end(self, state: RunState, error: str | None = None) -> None:
        self.history[0] = replace(self.history[0], state=state, error=error)
