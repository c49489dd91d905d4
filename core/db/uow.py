"""One transaction, and everything that can happen in it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Engine

from core.access import Person
from core.arrivals import Uploads
from core.bulk_worklist import Bulk
from core.correction import Corrections
from core.cost_shares import CostShares
from core.db.assets import SqlAssets
from core.db.audits import SqlAudit
from core.db.batches import SqlBatches
from core.db.bulk import SqlBulk
from core.db.corrections import SqlCorrections
from core.db.cost_shares import SqlCostShares
from core.db.cost_tables import CostTables
from core.db.digests import SqlDigests
from core.db.enqueue import Enqueue
from core.db.errors import translated
from core.db.events import SqlEvents
from core.db.figures import SqlFigures
from core.db.heatmaps import SqlHeatmaps
from core.db.host_videos import SqlHostVideos
from core.db.intents import SqlIntents
from core.db.lesson_records import SqlLessonRecords
from core.db.library import SqlLibrary
from core.db.one_question import OneQuestion
from core.db.people import SqlPeople
from core.db.playables import SqlPlayables
from core.db.quality import SqlQualities
from core.db.renditions import SqlRenditions
from core.db.saved_views import SqlSavedViews
from core.db.scan_runs import SqlScanRuns
from core.db.schema_runs import SchemaRuns
from core.db.sources import SqlSources
from core.db.text_tracks import SqlTextTracks
from core.db.upkeep import SqlUpkeep
from core.db.uploads import SqlUploads
from core.db.viewings import SqlViewings
from core.db.watches import SqlWatches
from core.digest import Digests
from core.event import Event
from core.figures import Figures
from core.heatmap import Heatmaps
from core.host_schema import SchemaRequests
from core.host_video import HostVideos
from core.intents import Intents
from core.lesson_records import LessonRecords
from core.library_view import Library, SavedViews
from core.mirror import Assets
from core.people import People
from core.playable import Playables
from core.ports import Tx, UnitOfWork
from core.quality import Qualities
from core.records import Job
from core.renditions import Renditions
from core.repositories import Audit, Events, HostTables, Sources
from core.scanrun import ScanRuns
from core.text_tracks import TextTracks
from core.upkeep import Upkeep
from core.viewings import Viewings
from core.watch import Watches
from core.worklist import Batches


def unit_of_work(
    engine: Engine,
    *,
    host_schema: str,
    host_of: Callable[[Connection], HostTables],
    enqueue: Enqueue,
    trip: Callable[[str], None] | None = None,
) -> UnitOfWork:
    """Make `uow(name)`; `trip` is told `name:before` and `name:after` around each commit.

    One named `….read` may only read: PostgreSQL refuses it anything else. One named `….one` is a single
    statement, `….one.read` a single question: they need no transaction around them, nor its round trips.
    """
    reading = engine.execution_options(postgresql_readonly=True)
    single = engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def ask() -> Iterator[Tx]:
        with translated(), single.connect() as connection:
            yield cast(Tx, OneQuestion(SqlPlayables(connection, host_schema=host_schema)))
            connection.commit()

    @contextmanager
    def begin(name: str) -> Iterator[Tx]:
        reads = name.endswith(".read")
        chosen = single if name.endswith(".one") else reading if reads else engine
        with translated(), chosen.connect() as connection:
            yield SqlTx(
                connection,
                name=name,
                host=host_of(connection),
                host_schema=host_schema,
                enqueue=enqueue,
                trip=trip,
            )
            if reads:
                connection.commit()  # a rollback would make the driver forget every statement it has prepared

    def uow(name: str) -> AbstractContextManager[Tx]:
        return ask() if name.endswith(".one.read") else begin(name)

    return uow


class SqlTx(CostTables):
    """A `Tx` on one connection; closing it without `commit` rolls back."""

    def __init__(
        self,
        connection: Connection,
        *,
        name: str,
        host: HostTables,
        host_schema: str,
        enqueue: Enqueue,
        trip: Callable[[str], None] | None,
    ) -> None:
        super().__init__(connection)
        self._connection = connection
        self._name = name
        self._enqueue = enqueue
        self._trip = trip
        self.scan_runs: ScanRuns = SqlScanRuns(connection)
        self.sources: Sources = SqlSources(connection, host_schema=host_schema)
        self.batches: Batches = SqlBatches(connection)
        self.intents: Intents = SqlIntents(connection)
        self.assets: Assets = SqlAssets(connection)
        self._events = SqlEvents(connection)
        self.events: Events = self._events
        self.host: HostTables = host
        self.people: People = SqlPeople(connection, host_schema=host_schema)
        self.playables: Playables = SqlPlayables(connection, host_schema=host_schema)
        self.watches: Watches = SqlWatches(connection, host_schema=host_schema)
        self.heatmaps: Heatmaps = SqlHeatmaps(connection)
        self.quality: Qualities = SqlQualities(connection)
        self.figures: Figures = SqlFigures(connection, host_schema=host_schema)
        self.digests: Digests = SqlDigests(connection)
        self.cost_shares: CostShares = SqlCostShares(connection, host_schema=host_schema)
        self.viewings: Viewings = SqlViewings(connection, host_schema=host_schema)
        self.videos: HostVideos = SqlHostVideos(connection, host_schema=host_schema)
        self._log = SqlAudit(connection)
        self.audits: Audit = self._log
        self.upkeep: Upkeep = SqlUpkeep(connection)
        self.schema_runs: SchemaRequests = SchemaRuns(connection)
        self.corrections: Corrections = SqlCorrections(connection, host_schema=host_schema)
        self.uploads: Uploads = SqlUploads(connection)
        self.captions: TextTracks = SqlTextTracks(connection, host_schema=host_schema)
        self.renditions: Renditions = SqlRenditions(connection)
        self.library: Library = SqlLibrary(connection, host_schema=host_schema)
        self.views: SavedViews = SqlSavedViews(connection)
        self.bulk: Bulk = SqlBulk(connection, host_schema=host_schema)
        self.lessons: LessonRecords = SqlLessonRecords(connection, host_schema=host_schema)

    def commit(self) -> None:
        self._pass("before")
        self._connection.commit()
        self._pass("after")

    def receive(self, events: Sequence[Event], *, now: datetime) -> frozenset[str]:
        self._pass("before")
        new = self._events.receive(events, now=now)
        self._pass("after")
        return new

    def rollback(self) -> None:
        self._connection.rollback()

    def _pass(self, side: str) -> None:
        if self._trip:
            self._trip(f"{self._name}:{side}")

    def enqueue(
        self, job: Job, *, at: datetime | None = None, key: str | None = None, priority: int = 0, **args: Any
    ) -> None:
        if not self._connection.in_transaction():
            self._connection.begin()  # SQLAlchemy commits only what it knows to have begun
        connection = self._connection.connection.driver_connection
        self._enqueue(connection, job, at=at, key=key, priority=priority, args=args)

    def audit(
        self,
        actor: Person,
        action: str,
        subject: str,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        self._log.add(actor, action, subject, before=before, after=after)
