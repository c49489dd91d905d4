"""Applying to real tables; jobs and audit rows are noted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Engine

from core.access import Person, Role
from core.db.corrections import SqlCorrections
from core.db.errors import translated
from core.db.host import HostWriter
from core.db.host_schema import HostSchemaTables
from core.db.manners import Manners
from core.db.profiles import HostProfileTables
from core.db.schema_runs import SchemaRuns
from core.records import Job
from tests.integration.hosts import SCHEMA

OPS = Person(subject="olga", email="olga@school.test", roles=frozenset({Role.OPS}))
TEACHER = Person(subject="tom", email="tom@school.test", roles=frozenset({Role.TEACHER}))
HURRIED = Manners(pause_s=(0.02, 0.05), patience_s=20, known_after_s=0)


@dataclass(slots=True)
class Stage:
    """What applying asks of `Services`."""

    engine: Engine
    manners: Manners = HURRIED
    trip: Callable[[str], None] | None = None
    jobs: list[Job] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    """Those that run."""
    audited: list[tuple[str, str]] = field(default_factory=list)

    @property
    def schema(self) -> HostSchemaTables:
        return HostSchemaTables(self.engine, SCHEMA, trip=self.trip, manners=self.manners)

    @property
    def profiles(self) -> HostProfileTables:
        return HostProfileTables(self.engine, SCHEMA, manners=self.manners)

    @contextmanager
    def uow(self, name: str) -> Iterator[Any]:
        with translated(), self.engine.connect() as connection:
            yield SimpleNamespace(
                host=HostWriter(connection, SCHEMA),
                enqueue=lambda job, **_args: self.jobs.append(job),
                batches=SimpleNamespace(running=lambda: self.batches),
                rollback=connection.rollback,
                schema_runs=SchemaRuns(connection),
                corrections=SqlCorrections(connection, host_schema=SCHEMA),
                audit=lambda by, action, _subject, **_facts: self.audited.append((by.name, action)),
                commit=lambda: self._commit(connection, name),
            )

    def _commit(self, connection: Connection, name: str) -> None:
        trip = self.trip or (lambda _point: None)
        trip(f"{name}:before")
        connection.commit()
        trip(f"{name}:after")
