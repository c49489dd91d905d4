"""The read side in memory: enough of one transaction for the pages and the use cases they call."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from core.access import Person
from core.asset import Asset
from core.batch import (
    BatchKind,
    BatchState,
    ItemState,
    Progress,
    empty_counts,
    move_batch,
    move_item,
)
from core.batch_list import BatchFilter, BatchSort, Line, StillFailed
from core.kind import MIGRATABLE
from core.migration import Options, PlanTotals, SkipReason, Trouble
from core.outlook import Holdup
from core.own_videos import OwnVideos
from core.people import HostUser
from core.ports import Services
from core.records import Batch, ChangeRow, EventRow, Item, ItemRow, Job
from core.scanrun import ScanRun
from core.selection import Choice, Facets, Filter, Sort, Standing
from core.settings import Bucket, Secret, Settings
from core.source import Finding, HostRow, Source
from core.thumbnail import Thumbnail
from core.tie import LessonTies
from core.upkeep import Environment
from core.work import Move, Work
from tests.fake_prices import FakePrices
from tests.fake_profiles import FakeProfiles
from tests.fakes import EPOCH, FakeClock, FakePace, FakeSigner, FakeStore
from tests.pages.fake_batch_costs import FakeBatchCosts
from tests.pages.fake_budgets import FakeBudgets
from tests.pages.fake_bulk import FakeBulk
from tests.pages.fake_captions import FakeCaptions
from tests.pages.fake_costs import FakeCostShares
from tests.pages.fake_heatmaps import FakeHeatmaps
from tests.pages.fake_lessons import FakeAudits, FakeLessonRecords, FakeLessonRows, Lessons
from tests.pages.fake_library import FakeLibrary, FakeViews, Shelf
from tests.pages.fake_quality import FakeQualities
from tests.pages.fake_renditions import FakeAssets, FakeRenditionRows
from tests.pages.fake_savings import FakeAdvice, FakePast
from tests.pages.fake_schema import FakeSchema
from tests.pages.fake_uploads import FakeLessons, FakePlayables, FakeUploads, FakeWatches, Videos
from tests.pages.fake_usage import FakeUsage
from tests.pages.fake_viewing import FakeFigures, FakeViewings, Viewing
from tests.price_lists import ALWAYS

SETTINGS: Mapping[str, Any] = {
    "database_url": Secret("postgresql://none"),
    "s3_buckets": (Bucket(name="school-videos"),),
    "mux_token_id": "token-id",
    "mux_token_secret": Secret("token-secret"),
}


@dataclass(slots=True)
class School:
    """What the fake transaction hands out; `broken` is raised by every transaction while it is set."""

    sources: dict[int, Source] = field(default_factory=dict)
    batches: dict[int, Batch] = field(default_factory=dict)
    items: dict[UUID, Item] = field(default_factory=dict)
    assets: dict[str, Asset] = field(default_factory=dict)
    events: list[EventRow] = field(default_factory=list)
    history: list[ChangeRow] = field(default_factory=list)
    jobs: list[tuple[Job, Mapping[str, Any]]] = field(default_factory=list)
    audited: list[tuple[str, str, str]] = field(default_factory=list)
    replayed: list[str] = field(default_factory=list)
    begun: dict[str, int] = field(default_factory=dict)
    """Batches by the word under which they were started."""
    wanted_back: set[UUID] = field(default_factory=set)
    own: dict[str, OwnVideos] = field(default_factory=dict)
    users: list[HostUser] = field(default_factory=list)
    pending_rows: int = 0
    scanned: bool = True
    run: ScanRun | None = None
    doubted: int = 0
    kept: dict[str, tuple[str, str]] = field(default_factory=dict)
    private: int = 0
    broken: Exception | None = None
    host_schema: FakeSchema = field(default_factory=FakeSchema)
    profiles: FakeProfiles = field(default_factory=FakeProfiles)
    videos: Videos = field(default_factory=Videos)
    shelf: Shelf = field(default_factory=Shelf)
    viewing: Viewing = field(default_factory=Viewing)
    heatmaps: FakeHeatmaps = field(default_factory=FakeHeatmaps)
    quality: FakeQualities = field(default_factory=FakeQualities)
    usage: FakeUsage = field(default_factory=FakeUsage)
    prices: FakePrices = field(default_factory=FakePrices)
    past: FakePast = field(default_factory=FakePast)
    advice: FakeAdvice = field(default_factory=FakeAdvice)
    lessons: Lessons = field(default_factory=Lessons)
    captions: FakeCaptions = field(default_factory=FakeCaptions)
    renditions: FakeRenditionRows = field(default_factory=FakeRenditionRows)
    batch_costs: FakeBatchCosts = field(default_factory=FakeBatchCosts)
    budgets: FakeBudgets = field(default_factory=FakeBudgets)
    thumbnails: dict[str, Thumbnail] = field(default_factory=dict)
    store: FakeStore = field(default_factory=FakeStore)

    def __post_init__(self) -> None:
        self.host_schema.check = self.profiles.check = self.check

    def check(self) -> None:
        """Raise what is wrong with the database at present."""
        if self.broken:
            raise self.broken

    @contextmanager
    def uow(self, _name: str) -> Iterator["FakeTx"]:
        self.check()
        yield FakeTx(self)


def services(school: School, **settings: Any) -> Services:
    """The services of a school in memory; what the pages do not touch is left out."""
    untouched = dict.fromkeys(Services.__dataclass_fields__)
    known = {
        "settings": Settings(**{**SETTINGS, **settings}),
        "clock": FakeClock(),
        "uow": school.uow,
        "schema": school.host_schema,
        "profiles": school.profiles,
        "store": school.store,
        "pace": FakePace(rate=1.0),
        "built_in_cards": ALWAYS,
        "signer": FakeSigner() if settings.get("mux_signing_key") else None,
    }
    return Services(**cast(Any, untouched | known))


class FakeTx:
    def __init__(self, school: School) -> None:
        self.school = school
        self.scan_runs = FakeScanRuns(school)
        self.sources = FakeSources(school)
        self.batches = FakeBatches(school)
        self.events = FakeEvents(school)
        self.schema_runs = school.host_schema
        self.corrections = school.host_schema
        self.host = FakeHost(school)
        self.people = FakePeople(school)
        self.uploads = FakeUploads(school.videos)
        self.videos = FakeLessons(school.videos)
        self.playables = FakePlayables(school.videos)
        self.watches = FakeWatches(school.videos)
        self.library = FakeLibrary(school.shelf)
        self.views = FakeViews(school.shelf)
        self.figures = FakeFigures(school.viewing)
        self.heatmaps = school.heatmaps
        self.quality = school.quality
        self.usage = school.usage
        self.viewings = FakeViewings(school.viewing, school.shelf)
        self.bulk = FakeBulk(school)
        self.captions = school.captions
        self.audits = FakeAudits(school.lessons)
        self.lessons = FakeLessonRecords(school.lessons, school.videos)
        self.assets = FakeAssets(school.assets, school.thumbnails)
        self.renditions = school.renditions
        self.prices = school.prices
        self.past = school.past
        self.advice = school.advice
        self.cost_shares = FakeCostShares(school.usage, school.shelf)
        self.past = school.past
        self.advice = school.advice
        self.budgets = school.budgets
        self.batch_costs = school.batch_costs
        self.upkeep = SimpleNamespace(environment=lambda: Environment(id="env-1", name="Production"))

    def commit(self) -> None:
        """Everything took effect at once already."""

    def enqueue(self, job: Job, **args: Any) -> None:
        self.school.jobs.append((job, args))

    def audit(self, actor: Person, action: str, subject: str, **_: Any) -> None:
        self.school.audited.append((actor.name, action, subject))


class FakeScanRuns:
    def __init__(self, school: School) -> None:
        self.school = school

    def ask(self, asked_by: str) -> ScanRun:
        if self.school.run is None or not self.school.run.is_open:
            self.school.run = ScanRun(id=1, asked_by=asked_by, asked_at=EPOCH)
        return self.school.run

    def newest(self) -> ScanRun | None:
        return self.school.run


class FakeSources:
    def __init__(self, school: School) -> None:
        self.school = school

    def doubt_troubles(self) -> int:
        self.school.doubted += 1
        return sum(Finding.UNREADABLE in one.findings for one in self.school.sources.values())

    def page(self, filter: Filter, sort: Sort, *, number: int, size: int) -> list[Source]:
        found = sorted(self._matching(filter), key=lambda one: one.id, reverse=sort is Sort.OLDEST)
        return found[(number - 1) * size : number * size]

    def count(self, filter: Filter, *, among: Collection[int] | None = None) -> int:
        return sum(among is None or one.id in among for one in self._matching(filter))

    def keep_ticks(self, kept_id: str, *, person: str, ticks: str) -> None:
        self.school.kept[kept_id] = (person, ticks)

    def kept_ticks(self, kept_id: str, *, person: str) -> str | None:
        owner, ticks = self.school.kept.get(kept_id, ("", ""))
        return ticks if owner == person else None

    def rows_of(self, _source_id: int) -> list[HostRow]:
        return []

    def ids(self, choice: Choice, *, limit: int) -> list[int]:
        return [id for id, one in self.school.sources.items() if str(one.location) in choice.keys][:limit]

    def get(self, source_id: int) -> Source | None:
        return self.school.sources.get(source_id)

    def facets(self) -> Facets:
        found = self.school.sources.values()
        return Facets(
            standings=Counter(Standing(one.standing) for one in found),
            kinds=Counter(one.kind for one in found),
            findings=Counter(finding for one in found for finding in one.findings),
            courses={one.course: one.course for one in found if one.course},
            sources=len(found),
            scanned_at=EPOCH if self.school.scanned else None,
        )

    def totals(self, choice: Choice, _options: Options) -> PlanTotals:
        chosen = self.chosen(choice)
        create = [one for one in chosen if skip_of(one) is None]
        return PlanTotals(
            create=len(create),
            rows=sum(one.rows for one in create),
            size_bytes=sum(one.size_bytes for one in create),
            duration_s=sum(one.duration_s or 0.0 for one in create),
            unknown_length=sum(one.duration_s is None for one in create),
            private=self.school.private,
            skipped=Counter(reason for one in chosen if (reason := skip_of(one))),
        )

    def own_videos(self, owner_id: str, *, limit: int = 20) -> OwnVideos:
        return self.school.own.get(owner_id, OwnVideos(videos=0, on_mux=0, in_trouble=0, troubled=[]))

    def chosen(self, choice: Choice) -> list[Source]:
        return [one for one in self._matching(choice.filter) if one.id in choice.selection]

    def _matching(self, wanted: Filter) -> list[Source]:
        return [one for one in self.school.sources.values() if matches(one, wanted)]


def matches(source: Source, wanted: Filter) -> bool:
    text = f"{source.key} {source.title}".lower()
    return (
        wanted.search.lower() in text
        and wanted.standing in ("", source.standing)
        and wanted.course in ("", source.course)
        and wanted.kind in ("", source.kind)
        and (not wanted.finding or wanted.finding in source.findings)
    )


def skip_of(source: Source) -> SkipReason | None:
    if source.standing == Standing.ON_MUX:
        return SkipReason.ON_MUX
    return None if source.kind in MIGRATABLE else SkipReason.NOT_VIDEO


class FakeBatches:
    def __init__(self, school: School) -> None:
        self.school = school

    def begun(self, once: str) -> Batch | None:
        number = self.school.begun.get(once)
        return None if number is None else self.school.batches[number]

    def freeze(
        self, *, name: str, kind: BatchKind, options: Options, choice: Choice, by: Person, once: str = ""
    ) -> Batch:
        chosen = FakeSources(self.school).chosen(choice)
        number = len(self.school.batches) + 1
        batch = Batch(
            id=number,
            kind=kind,
            name=name,
            state=BatchState.RUNNING,
            options=options,
            created_by=by.name,
            created_at=EPOCH,
            started_at=EPOCH,
            total=len(chosen),
            movable=sum(skip_of(one) is None for one in chosen),
        )
        self.school.batches[number] = batch
        self.school.begun |= {once: number} if once else {}
        for source in chosen:
            state = ItemState.SKIPPED if skip_of(source) else ItemState.QUEUED
            add_item(self.school, batch, source, state)
        return batch

    def get(self, batch_id: int, *, lock: bool = False) -> Batch | None:
        return self.school.batches.get(batch_id)

    def newest(self, *, limit: int = 50) -> list[tuple[Batch, Progress]]:
        found = sorted(self.school.batches.values(), key=lambda one: -one.id)
        return [(batch, self.progress(batch.id)) for batch in found[:limit]]

    def running(self) -> list[int]:
        return [one.id for one in self.school.batches.values() if one.state is BatchState.RUNNING]

    def page(self, filter: BatchFilter, sort: BatchSort, *, number: int, size: int) -> list[Line]:
        found = sorted(self._matching(filter), key=self._order(sort))
        return [(batch, self.progress(batch.id)) for batch in found[(number - 1) * size : number * size]]

    def count(self, filter: BatchFilter) -> int:
        return len(self._matching(filter))

    def still_failed(self, *, starter: str | None = None) -> list[StillFailed]:
        seen = {batch.id: batch for batch in self._matching(BatchFilter(starter=starter))}
        items = (item for item in self.school.items.values() if item.batch_id in seen)
        failed = Counter(item.batch_id for item in items if item.state is ItemState.FAILED)
        return [
            StillFailed(batch_id=i, name=seen[i].name, items=failed[i], kind=seen[i].kind)
            for i in sorted(failed, reverse=True)
        ]

    def _matching(self, wanted: BatchFilter) -> list[Batch]:
        named = [one for one in self.school.batches.values() if wanted.search.lower() in one.name.lower()]
        theirs = [one for one in named if wanted.starter in (None, one.order.subject if one.order else "")]
        return [one for one in theirs if wanted.state in ("", one.state)]

    def _order(self, sort: BatchSort) -> Callable[[Batch], Any]:
        if sort is BatchSort.NAME:
            return lambda batch: batch.name.lower()
        if sort is BatchSort.FAILED:
            return lambda batch: (-self.progress(batch.id).failed, -batch.id)
        return lambda batch: batch.id if sort is BatchSort.OLDEST else -batch.id

    def progress(self, batch_id: int) -> Progress:
        counts = empty_counts() | Counter(item.state for item in self._of(batch_id))
        return Progress(counts=counts, started_at=EPOCH)

    def tail_s(self, batch_id: int) -> float:
        return 4.0

    def holdup(self, batch_id: int) -> Holdup:
        return Holdup(worker_runs=True, reason=None)

    def rolling_back(self, batch_id: int) -> int:
        return len(self.school.wanted_back)

    def not_rolled_back(self, batch_id: int) -> dict[Trouble, int]:
        return Counter(
            item.trouble
            for item in self._of(batch_id)
            if item.trouble and item.state in (ItemState.DONE, ItemState.AWAITING_SCHEMA)
        )

    def ask_back(self, batch_id: int, undo_id: UUID, *, item_ids: Sequence[UUID] | None = None) -> list[UUID]:
        done = self.item_ids(batch_id, [ItemState.DONE, ItemState.AWAITING_SCHEMA])
        chosen = [one for one in done if item_ids is None or one in item_ids]
        self.school.wanted_back |= set(chosen)
        return chosen

    def set_state(self, batch_id: int, then: BatchState, *, reason: str | None = None) -> Batch:
        batch = self.school.batches[batch_id]
        move_batch(batch.state, then)
        self.school.batches[batch_id] = replace(batch, state=then, pause_reason=reason)
        return self.school.batches[batch_id]

    def move(self, item_id: UUID, then: ItemState, *, reason: str | None = None, **_: Any) -> bool:
        item = self.school.items[item_id]
        move_item(item.state, then)
        self.school.items[item_id] = replace(item, state=then, reason=reason, trouble=None)
        return True

    def renew(self, batch_id: int, *, item_ids: Sequence[UUID] | None = None) -> dict[UUID, ItemState]:
        failed = self.item_ids(batch_id, [ItemState.FAILED])
        again = [one for one in failed if item_ids is None or one in item_ids]
        return {one: ItemState.QUEUED for one in again if self.move(one, ItemState.QUEUED)}

    def work(self, item_id: UUID, *, lock: bool = False) -> Work | None:
        item = self.school.items.get(item_id)
        if item is None or item.source_id is None:
            return None
        batch = self.school.batches[item.batch_id]
        return Move(
            item=item,
            batch_state=batch.state,
            options=batch.options,
            source=self.school.sources[item.source_id],
            is_public=True,
            asset=self.school.assets.get(item.asset_id or ""),
        )

    def items(
        self, batch_id: int, *, state: str = "", trouble: str = "", number: int = 1, size: int = 50
    ) -> list[ItemRow]:
        found = [
            row
            for row in self.all_items(batch_id)
            if state in ("", row.state) and trouble in ("", row.trouble)
        ]
        return found[(number - 1) * size : number * size]

    def all_items(self, batch_id: int) -> Iterator[ItemRow]:
        return (self._row(item) for item in self._of(batch_id))

    def item_ids(self, batch_id: int, states: Iterable[ItemState]) -> list[UUID]:
        return [item.id for item in self._of(batch_id) if item.state in set(states)]

    def troubles(self, batch_id: int) -> dict[Trouble, int]:
        failed = [item for item in self._of(batch_id) if item.state is ItemState.FAILED]
        return Counter(item.trouble or Trouble.UNEXPECTED for item in failed)

    def skips(self, batch_id: int) -> dict[SkipReason, int]:
        return {}

    def history(self, batch_id: int, *, limit: int = 100) -> list[ChangeRow]:
        return self.school.history[:limit]

    def _of(self, batch_id: int) -> list[Item]:
        return [item for item in self.school.items.values() if item.batch_id == batch_id]

    def _row(self, item: Item) -> ItemRow:
        if item.source_id is None:
            return lesson_row(item)
        source = self.school.sources[item.source_id]
        return ItemRow(
            id=item.id,
            key=source.key,
            title=source.title,
            state=item.state,
            since=EPOCH,
            trouble=item.trouble,
            reason=item.reason,
            asset_id=item.asset_id,
            attempts=item.attempts,
            size_bytes=source.size_bytes,
            duration_s=source.duration_s,
        )


def lesson_row(item: Item) -> ItemRow:
    return ItemRow(
        id=item.id,
        key=f"lesson {item.lesson_id}",
        title=f"Lesson {item.lesson_id}",
        state=item.state,
        since=EPOCH,
        trouble=item.trouble,
        reason=item.reason,
        asset_id=None,
        attempts=item.attempts,
        size_bytes=0,
        duration_s=None,
        lesson_id=item.lesson_id,
    )


class FakeEvents:
    def __init__(self, school: School) -> None:
        self.school = school

    def newest(self, *, limit: int = 100, type: str = "", failed: bool = False) -> list[EventRow]:
        found = (row for row in self.school.events if type in ("", row.type) and (row.error or not failed))
        return list(found)[:limit]

    def last_received_at(self) -> datetime | None:
        return max((row.received_at for row in self.school.events), default=None)

    def replay(self, event_id: str) -> bool:
        self.school.replayed.append(event_id)
        return any(row.id == event_id for row in self.school.events)


class FakePeople:
    def __init__(self, school: School) -> None:
        self.school = school

    def id_of(self, email: str) -> str | None:
        found = [user.id for user in self.school.users if user.email.lower() == email.lower()]
        return found[0] if len(found) == 1 else None

    def get(self, user_id: str) -> HostUser | None:
        return next((user for user in self.school.users if user.id == user_id), None)

    def listed(self, *, search: str = "", limit: int = 50) -> list[HostUser]:
        return [user for user in self.school.users if search in user.email][:limit]

    def ties(self, lesson_id: str, user_id: str | None) -> LessonTies | None:
        playable = self.school.videos.playables.get(lesson_id)
        return playable.ties if playable else None


class FakeHost(FakeLessonRows):
    def __init__(self, school: School) -> None:
        self.school = school
        self.lessons = school.lessons

    def pending_rows(self) -> int:
        return self.school.pending_rows


def add_item(school: School, batch: Batch, source: Source, state: ItemState, **facts: Any) -> Item:
    """Put a source into a batch, in this state."""
    item_id = UUID(int=len(school.items) + 1)
    item = Item(id=item_id, batch_id=batch.id, source_id=source.id, state=state, etag=source.etag, **facts)
    school.items[item_id] = item
    return item
