"""Services whose database is a few lists: enough for the faces, which only translate."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from core.access import Person
from core.errors import AppError
from core.event import Event
from core.figures import Freshness
from core.found import Found, FoundColumn, FoundIndex, FoundTable
from core.playable import Playable
from core.ports import Services
from core.records import Job, Written
from core.schema_run import Run
from core.settings import Secret, Settings
from core.statement import Statement
from core.target import TARGET, Table
from core.tie import LessonTies
from core.tokens.seals import JwtSeals
from core.upkeep import Environment, ReconcileRow
from tests.fake_profiles import FakeProfiles
from tests.fake_uploads import FakeUploads
from tests.fakes import (
    FakeClock,
    FakeMedia,
    FakePace,
    FakePlayer,
    FakeSigner,
    FakeStore,
    FakeUploader,
    FakeVideoHost,
)

LOCAL_SECRET = "local-secret" * 5
SETTINGS = Settings(
    database_url=Secret("postgresql://db.test/school"),
    mux_token_id="token-id",
    mux_token_secret=Secret("token-secret"),
)


@dataclass(slots=True)
class Memory:
    """What was committed. `down` is raised by the next transactions; the event `poison` cannot be kept."""

    events: dict[str, Event] = field(default_factory=dict)
    jobs: list[tuple[Job, Mapping[str, Any]]] = field(default_factory=list)
    audits: list[tuple[str, str, str]] = field(default_factory=list)
    host: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    ties: dict[str, LessonTies] = field(default_factory=dict)
    playables: dict[str, Playable] = field(default_factory=dict)
    waiting_rows: int = 0
    last_received_at: datetime | None = None
    environment: Environment | None = None
    last_reconcile: ReconcileRow | None = None
    fresh: Freshness = Freshness()
    uploads: FakeUploads = field(default_factory=FakeUploads)
    down: AppError | None = None
    together: list[int] = field(default_factory=list)
    """How many deliveries each transaction was asked to keep."""
    poison: str = ""

    @contextmanager
    def __call__(self, name: str) -> Iterator["MemoryTx"]:
        if self.down:
            raise self.down
        yield MemoryTx(self)


class MemoryTx:
    """One transaction: what it did is kept on `commit` alone. It plays every repository that is asked."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._done: list[Any] = []
        self.people = self.playables = MemoryPeople(memory)
        self.events = self.host = self.batches = self.upkeep = self
        self.corrections = SimpleNamespace(newest=lambda: None)
        self.figures = SimpleNamespace(freshness=lambda _zone: memory.fresh)
        self.usage = SimpleNamespace(freshness=lambda: memory.fresh)
        self.uploads = memory.uploads
        self.videos = SimpleNamespace(
            get=lambda _table, _row_id: None, video_of=lambda _lesson_id: None, keeps_videos=lambda: False
        )

    def commit(self) -> None:
        for act in self._done:
            act()

    def receive(self, events: Sequence[Event], *, now: datetime) -> frozenset[str]:
        self._memory.together.append(len(events))
        if any(event.id == self._memory.poison for event in events):
            raise ValueError(self._memory.poison)
        new = {event.id: event for event in events if event.id not in self._memory.events}
        self._memory.events |= new
        woken = [event.id for event in new.values() if event.wakes]
        self._memory.jobs += [(Job.INGEST, {"event_id": id}) for id in woken]
        return frozenset(new)

    def enqueue(self, job: Job, **args: Any) -> None:
        self._done.append(lambda: self._memory.jobs.append((job, args)))

    def audit(self, actor: Person, action: str, subject: str, **_: Any) -> None:
        self._done.append(lambda: self._memory.audits.append((actor.name, action, subject)))

    def write(self, table: str, row_id: str, facts: Mapping[str, Any]) -> Written:
        row = self._memory.host.get((table, row_id))
        if row is not None:
            self._done.append(lambda: row.update(facts))
        return Written(found=row is not None, fallback_used=False)

    def read(self, table: str, row_id: str) -> dict[str, Any] | None:
        return self._memory.host.get((table, row_id))

    def addresses(self, table: str, row_id: str) -> dict[str, Any]:
        return {}

    def pending_rows(self) -> int:
        return self._memory.waiting_rows

    def last_received_at(self) -> datetime | None:
        return self._memory.last_received_at

    def running(self) -> list[int]:
        return []

    def environment(self) -> Environment | None:
        return self._memory.environment

    def local_secret(self) -> str:
        return LOCAL_SECRET

    def last_reconcile(self) -> ReconcileRow | None:
        return self._memory.last_reconcile


@dataclass(slots=True)
class MemoryPeople:
    """Every lesson that has a row; nobody is tied to it unless `memory.ties` says so."""

    memory: Memory

    def ties(self, lesson_id: str, user_id: str | None) -> LessonTies | None:
        there = ("lessons", lesson_id) in self.memory.host
        return self.memory.ties.get(lesson_id, LessonTies(lesson_id=lesson_id)) if there else None

    def get(self, lesson_id: str, user_id: str | None) -> Playable | None:
        """For playing: what the test put under the lesson's id."""
        return self.memory.playables.get(lesson_id)


@dataclass(slots=True)
class MemorySchema:
    """A school's schema that has all the Mux columns, unless `tables` says otherwise."""

    tables: dict[str, FoundTable] = field(default_factory=lambda: {t.name: complete(t) for t in TARGET})

    def found(self) -> Found:
        return Found(schema="public", role="lectern", tables=self.tables)

    def sql(self, statement: Statement) -> str:
        return f"{statement.kind} {statement.name}"

    def runs(self, *, limit: int = 50) -> list[Run]:
        return []


def complete(table: Table) -> FoundTable:
    columns = {c.name: FoundColumn(name=c.name, type=c.type, base_type=c.type) for c in table.columns}
    indexes = tuple(FoundIndex(name=i.name, columns=i.columns, unique=i.unique) for i in table.indexes)
    return FoundTable(name=table.name, columns=columns, indexes=indexes)


def services(memory: Memory | None = None, **settings: Any) -> Services:
    """Services over a memory and the fakes of the outside world."""
    mux = FakeVideoHost()
    return Services(
        settings=replace(SETTINGS, **settings),
        clock=FakeClock(datetime(2026, 11, 20, 12, tzinfo=UTC)),
        uow=memory or Memory(),
        pace=FakePace(),
        mux=mux,
        mux_now=mux,
        store=FakeStore(),
        media=FakeMedia(),
        player=FakePlayer(),
        uploader=FakeUploader(mux),
        schema=MemorySchema(),
        profiles=FakeProfiles(),
        signer=FakeSigner(),
        seals=JwtSeals(),
    )
