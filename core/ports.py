"""What the use cases need of the outside world, as protocols. Adapters in the folders of `core/` fill them.

Repositories hang on a `Tx`: one connection, one transaction. Leaving `with uow("name") as tx:` without
`tx.commit()` rolls back. The name is where a test can kill the process, before and after the commit.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from core.access import Person
from core.asset import Asset, Policy
from core.batch import BatchKind, BatchState, ItemState, Progress
from core.event import Event
from core.migration import Options, PlanTotals, SkipReason, Trouble
from core.selection import Choice, Filter, Sort, Standing
from core.source import Finding, HostRow, Kind, Location, MediaFacts, ObjectFacts, Source

Clock = Callable[[], datetime]
"""The present moment, aware, UTC."""

# ---------------------------------------------------------------- values that cross the database's border


class Job(StrEnum):
    """Steps that the worker runs; each is safe to run twice."""

    SCAN = "scan"
    PROBE = "probe"  # source_ids: list[int]
    FEED = "feed"  # batch_id: int
    SUBMIT = "submit"  # item_id: str
    FIND_LOST = "find_lost"
    INGEST = "ingest"  # event_id: str
    VERIFY = "verify"  # item_id: str
    ROLL_BACK = "roll_back"  # item_id: str, delete_asset: bool, actor: dict
    DISCARD = "discard"  # asset_id: str
    SWEEP = "sweep"
    RECONCILE = "reconcile"
    APPLY_SCHEMA = "apply_schema"  # run_id: int
    WRITE_BACK = "write_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One walk of a bucket (part); `after_key` is where it goes on after a kill."""

    id: int
    bucket: str
    prefix: str
    started_at: datetime
    after_key: str | None = None
    seen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    id: int
    kind: BatchKind
    name: str
    state: BatchState
    options: Options
    created_by: str
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    pause_reason: str | None = None
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One source in one batch."""

    id: UUID
    batch_id: int
    source_id: int
    state: ItemState
    etag: str
    """The source's version when the manifest was frozen."""
    attempts: int = 0
    asset_id: str | None = None
    trouble: Trouble | None = None
    reason: str | None = None
    """In words: why it failed, was skipped, or waits."""
    since: datetime | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """The decision to have one asset made; its id is the passthrough.

    It is `lost` when a POST was sent and no answer came: then Mux is searched before anything is sent again.
    """

    id: UUID
    item_id: UUID
    created_at: datetime
    posted_at: datetime | None = None
    lost_at: datetime | None = None
    looks: int = 0
    asset_id: str | None = None
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """All that a step on an item needs, read at once."""

    item: Item
    batch_state: BatchState
    options: Options
    source: Source
    is_public: bool
    """Whether every host row that points at the source is public."""
    intent: Intent | None = None
    asset: Asset | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """An item as the batch page lists it."""

    id: UUID
    key: str
    title: str | None
    state: ItemState
    since: datetime
    trouble: Trouble | None
    reason: str | None
    asset_id: str | None
    attempts: int
    size_bytes: int
    duration_s: float | None
    source_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One line of a batch's history."""

    at: datetime
    item_id: UUID | None
    what: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """A stored webhook event."""

    id: str
    type: str
    object_id: str
    created_at: datetime
    received_at: datetime
    ingested_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    at: datetime
    actor: str
    action: str
    subject: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of a write to a host row."""

    found: bool
    fallback_used: bool
    """Some columns are not there yet; their facts wait in `mux_admin.pending_facts`."""
    before: Mapping[str, Any] = field(default_factory=dict)
    """What stood in the columns that were written, for a rollback."""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A host row that now plays from Mux, and what stood there."""

    id: int
    item_id: UUID
    table: str
    row_id: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """Counts behind the filters of the migrate page."""

    standings: Mapping[Standing, int]
    kinds: Mapping[Kind, int]
    findings: Mapping[Finding, int]
    courses: Mapping[str, str]
    """Course id → title."""
    sources: int
    scanned_at: datetime | None
    ready_duration_s: float = 0.0


# ---------------------------------------------------------------- repositories, all on one transaction


class Sources(Protocol):
    """`mux_admin.sources`, `scans` and `source_links`."""

    def begin_scan(self, bucket: str, prefix: str) -> Scan:
        """The unfinished scan of this bucket part, else a new one."""

    def upsert_page(self, scan: Scan, page: Sequence[ObjectFacts]) -> Scan:
        """Take in one listing page by COPY. A changed etag or size is a new version: what was known of the
        old bytes (kind, length, SHA-256) is forgotten. Returns the scan, moved on to the page's last key."""

    def finish_scan(self, scan: Scan) -> None:
        """Mark what this scan did not see as gone, and fold the segments of HLS folders into one source."""

    def relink(self, *, domains: Mapping[str, str], endpoint_hosts: Sequence[str]) -> int:
        """Read the host's rows anew and record which source each points at; returns how many point.

        A row whose object is not there makes a source with the finding MISSING.
        """

    def refresh_findings(self, source_ids: Sequence[int] | None = None) -> None:
        """Compute findings and standing again; for all sources when no ids are given."""

    def unprobed(self, *, limit: int) -> list[int]:
        """Ids of present sources whose kind or length is not known and was not found unreadable."""

    def get(self, source_id: int) -> Source | None: ...

    def set_media(self, source_id: int, kind: Kind, media: MediaFacts | None, *, error: str | None) -> None:
        """Record what a probe found; `error` makes it UNREADABLE."""

    def set_sha256(self, source_id: int, sha256: str) -> None: ...

    def same_size_and_etag(self, source_id: int) -> list[Source]:
        """Other present sources that may hold the same bytes."""

    def rows_of(self, source_id: int) -> list[HostRow]:
        """The host rows that point at the source."""

    def page(self, filter: Filter, sort: Sort, *, number: int, size: int) -> list[Source]:
        """Page `number` (from 1) of the sources that match."""

    def count(self, filter: Filter) -> int: ...

    def facets(self) -> Facets: ...

    def totals(self, choice: Choice) -> PlanTotals:
        """What a choice comes to: what would be created, what is skipped and why."""

    def ids(self, choice: Choice, *, limit: int) -> list[int]: ...


class Batches(Protocol):
    """`mux_admin.batches` and `items`: the engine's state."""

    def freeze(self, *, name: str, kind: BatchKind, options: Options, choice: Choice, by: Person) -> Batch:
        """Make a running batch and its items by `insert … select`; what cannot be moved becomes a skipped
        item with its `SkipReason`. A source that is alive in another batch is skipped as MOVING."""

    def get(self, batch_id: int) -> Batch | None: ...

    def newest(self, *, limit: int = 50) -> list[tuple[Batch, Progress]]: ...

    def progress(self, batch_id: int) -> Progress: ...

    def tail_s(self, batch_id: int) -> float:
        """Median seconds from POST to the end over the newest finished items; 0 while none is."""

    def set_state(self, batch_id: int, then: BatchState, *, reason: str | None = None) -> Batch:
        """Lock the batch row, check the move, write it and its history line."""

    def claim(self, batch_id: int, *, in_flight: int, now: datetime) -> list[UUID]:
        """Move queued, due items to submitting until `in_flight` are; [] unless the batch is running.

        Takes the batch row's lock, so that two workers never claim the same item.
        """

    def work(self, item_id: UUID, *, lock: bool = False) -> Work | None: ...

    def move(
        self,
        item_id: UUID,
        then: ItemState,
        *,
        trouble: Trouble | None = None,
        reason: str | None = None,
        asset_id: str | None = None,
        not_before: datetime | None = None,
    ) -> bool:
        """Check the move against `ITEM_MOVES`, write it with its history line. False: it is there already.

        Counts an attempt when it goes back to queued.
        """

    def settle(self, batch_id: int) -> BatchState:
        """Close the batch when nothing is alive; pause it when its failure budget is spent."""

    def items(
        self, batch_id: int, *, state: str = "", trouble: str = "", number: int = 1, size: int = 50
    ) -> list[ItemRow]: ...

    def all_items(self, batch_id: int) -> Iterator[ItemRow]:
        """Every item, streamed, for the report."""

    def item_ids(self, batch_id: int, states: Iterable[ItemState]) -> list[UUID]: ...

    def troubles(self, batch_id: int) -> dict[Trouble, int]:
        """Failed items by cause."""

    def skips(self, batch_id: int) -> dict[SkipReason, int]: ...

    def history(self, batch_id: int, *, limit: int = 100) -> list[ChangeRow]: ...

    def running(self) -> list[int]:
        """Ids of running batches."""

    def silent(self, *, before: datetime, limit: int = 500) -> list[Item]:
        """Alive items beyond queued that have not changed since `before`."""

    def same_content_in_flight(self, sha256: str, *, but: UUID) -> bool:
        """Whether another item with the same bytes has been submitted and is not finished."""


class Intents(Protocol):
    """`mux_admin.intents`: what was asked of Mux, before it was asked."""

    def open(self, item_id: UUID, *, now: datetime) -> Intent:
        """The item's open intent, else a new one (at most one is open per item)."""

    def posted(self, intent_id: UUID, *, now: datetime) -> None:
        """The POST is about to be sent: from now on it may have been made."""

    def withdrawn(self, intent_id: UUID) -> None:
        """Mux said no for certain (429, 4xx): nothing was made, the same intent may be sent again."""

    def lost(self, intent_id: UUID, *, now: datetime) -> None: ...

    def looked(self, intent_id: UUID) -> Intent:
        """Count one fruitless search."""

    def absent(self, intent_id: UUID) -> None:
        """Two searches found nothing: it is not lost any more and may be sent again."""

    def answer(self, intent_id: UUID, asset_id: str) -> bool:
        """Bind the asset to the intent; False when another asset is bound already (this one is a twin)."""

    def close(self, intent_id: UUID) -> None: ...

    def get(self, intent_id: UUID) -> Intent | None: ...

    def all_lost(self) -> list[Intent]: ...

    def by_passthrough(self, passthrough: str | None) -> Intent | None:
        """The intent behind a passthrough; None for text that is not one of ours."""


class Assets(Protocol):
    """The mirror of Mux's assets, and which source each serves."""

    def fold(self, asset: Asset, *, at: datetime) -> Asset:
        """Join this sight with what is known (`core.asset.fold`) under a row lock; returns the result."""

    def get(self, asset_id: str) -> Asset | None: ...

    def with_passthrough(self, passthrough: str) -> list[Asset]:
        """Assets known under it, oldest first, deleted ones left out."""

    def adopt(self, asset_id: str, source_id: int, etag: str) -> bool:
        """Make it the one asset of this source version; False when another one is."""

    def release(self, asset_id: str, source_id: int) -> None: ...

    def adopted(self, source_id: int, etag: str) -> Asset | None: ...

    def serving(self, sha256: str, *, policy: Policy) -> Asset | None:
        """An adopted, ready, non-test asset made of these bytes under this policy."""

    def sources_of(self, asset_id: str) -> list[int]: ...

    def alive_but(self, seen_ids: Sequence[str], *, created_before: datetime) -> list[str]:
        """Ids the mirror holds for alive that a full listing did not show."""


class Events(Protocol):
    """`mux_admin.webhook_events`."""

    def store(self, event: Event, *, now: datetime) -> bool:
        """Keep it; False when it is known already."""

    def take(self, event_id: str) -> Event | None:
        """Lock it for ingestion; None when it was ingested or does not exist."""

    def ingested(self, event_id: str, *, now: datetime, error: str | None = None) -> None: ...

    def created_under(self, passthrough: str) -> list[Asset]:
        """Assets that `video.asset.*` events announced under this passthrough."""

    def newest(self, *, limit: int = 100, type: str = "", failed: bool = False) -> list[EventRow]: ...

    def waiting(self, *, before: datetime, limit: int = 1000) -> list[str]:
        """Ids of events that should have been ingested by now."""

    def replay(self, event_id: str) -> bool:
        """Make it ingestible again; False when it does not exist."""

    def last_received_at(self) -> datetime | None: ...


class HostTables(Protocol):
    """The school's own tables: the only way in."""

    def write(self, table: str, row_id: str, facts: Mapping[str, Any]) -> Written:
        """Write what the columns found allow and keep the rest in `pending_facts`.

        Only declared columns are accepted (`InvalidInput`); values are bound.
        """

    def put_back(self, switch: Switch) -> bool:
        """Write `before` again where the row still holds `after`; False when somebody changed it since."""

    def switched(self, item_id: UUID) -> list[Switch]: ...

    def keep_switch(
        self, item_id: UUID, row: HostRow, written: Written, after: Mapping[str, Any]
    ) -> None: ...

    def pending_rows(self) -> int:
        """How many rows wait for columns."""


class Audit(Protocol):
    def newest(self, *, limit: int = 100, subject: str = "") -> list[AuditRow]: ...


class Tx(Protocol):
    """One transaction with everything that can happen in it."""

    sources: Sources
    batches: Batches
    intents: Intents
    assets: Assets
    events: Events
    host: HostTables
    audits: Audit

    def commit(self) -> None: ...

    def enqueue(
        self, job: Job, *, at: datetime | None = None, key: str | None = None, priority: int = 0, **args: Any
    ) -> None:
        """Enqueue in this transaction. With `key`, nothing happens when one with that key waits already."""

    def audit(
        self,
        actor: Person,
        action: str,
        subject: str,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None: ...


class UnitOfWork(Protocol):
    def __call__(self, name: str) -> AbstractContextManager[Tx]: ...


# ---------------------------------------------------------------- outside services


class Call(StrEnum):
    """Mux's rate buckets."""

    POST = "post"
    OTHER = "other"
    DATA = "data"


class Lane(StrEnum):
    """Interactive calls are waited for by a person and go first; a batch only takes a slot that is free now."""

    INTERACTIVE = "interactive"
    BATCH = "batch"


class Pace(Protocol):
    """Mux's rate limits, shared by every process through the database."""

    def take(self, call: Call, lane: Lane) -> float:
        """Seconds to wait. Interactive: the slot is reserved, call after the wait. Batch: 0 means the slot is
        yours now, more means ask again then."""

    def wait(self, call: Call, lane: Lane, *, unless: Callable[[], bool] | None = None) -> bool:
        """Block until the slot is there; False when `unless` said to give up."""

    def slow(self, call: Call, *, wait_s: float | None = None) -> None:
        """A 429 came: everybody waits, and the gap grows until it heals."""

    def rate_per_s(self, call: Call) -> float:
        """The rate at which calls go out at present, after any slowing; inf without a limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetPage:
    assets: Sequence[Asset]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectUpload:
    """`url` opens the upload: hand it to the browser at the moment of use, keep it nowhere."""

    id: str
    url: str = field(repr=False)
    status: str = "waiting"
    asset_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whoami:
    environment: str
    environment_type: str
    permissions: tuple[str, ...]


class VideoHost(Protocol):
    """Mux's REST API. Raises `Unavailable` (whether it took effect is unknown), `RateLimited`, `Refused`,
    `NotFound`. Every call but the POSTs waits for its slot; before a POST the caller waits on `Pace`, because
    an intent has to be written between the wait and the call."""

    def create_asset(self, body: Mapping[str, Any]) -> Asset: ...

    def create_upload(
        self, settings: Mapping[str, Any], *, cors_origin: str, timeout_s: int, test: bool = False
    ) -> DirectUpload: ...

    def get_asset(self, asset_id: str) -> Asset: ...

    def get_upload(self, upload_id: str) -> DirectUpload: ...

    def newest_assets(self, *, cursor: str | None = None, limit: int = 100) -> AssetPage: ...

    def delete_asset(self, asset_id: str) -> None:
        """Deleting what is gone already is fine."""

    def whoami(self) -> Whoami: ...


class ObjectStore(Protocol):
    """S3. Raises `NotFound`, `Refused` (403), `Unavailable`."""

    def pages(self, bucket: str, prefix: str, *, after_key: str | None) -> Iterator[Sequence[ObjectFacts]]:
        """Listing pages of up to 1,000 objects in key order, from the first key after `after_key`."""

    def head(self, location: Location) -> ObjectFacts: ...

    def first_bytes(self, location: Location, count: int = 512) -> bytes: ...

    def chunks(self, location: Location, *, etag: str, size_bytes: int) -> Iterator[bytes]:
        """The object's bytes in pieces of a few MiB, each fetched with If-Match; constant memory."""

    def presign(self, location: Location, *, lifetime_s: float) -> str: ...

    def list_bucket(self, bucket: str) -> int:
        """Number of keys on the first page: whether listing works at all."""

    def cors_origins(self, bucket: str) -> Sequence[str]: ...


class Media(Protocol):
    """Reading video files (PyAV)."""

    def probe(self, url: str) -> MediaFacts:
        """Read a file's index over HTTP. Raises `InvalidInput` when it is not readable media."""

    def probe_hls(self, fetch: Callable[[str], bytes], playlist_key: str) -> MediaFacts: ...

    def remux_hls(self, fetch: Callable[[str], bytes], playlist_key: str) -> Iterator[bytes]:
        """One fragmented MP4 out of an HLS folder, as a stream; `fetch` gives the object of a key."""


class Player(Protocol):
    """Playing a copy the way a browser would."""

    def first_frame(self, manifest_url: str) -> None:
        """Fetch manifest, rendition and first segment and decode a frame.

        Raises `Unavailable` when it may play in a moment, `Refused` when it does not play.
        """


class Uploader(Protocol):
    """Sending bytes to a direct upload URL."""

    def send(self, url: str, chunks: Iterator[bytes], *, size_bytes: int | None) -> None:
        """PUT in order, resuming from the server's own position; `size_bytes` None: told with the last piece."""


class Signer(Protocol):
    """RS256 playback tokens, made locally."""

    def token(self, playback_id: str, audience: str, *, lifetime_s: float) -> str: ...
