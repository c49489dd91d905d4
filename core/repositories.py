"""What the database answers, as protocols that `core/db/` fills; those of one `Tx` share its connection."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from core.access import Person
from core.asset import Asset, Policy
from core.batch import BatchKind, BatchState, ItemState, Progress
from core.event import Event
from core.found import Waiting
from core.migration import Options, PlanTotals, SkipReason, Trouble
from core.records import (
    AuditRow,
    Batch,
    ChangeRow,
    EventRow,
    Facets,
    Intent,
    Item,
    ItemRow,
    Scan,
    Switch,
    Work,
    Written,
)
from core.selection import Choice, Filter, Sort
from core.source import HostRow, Kind, MediaFacts, ObjectFacts, Source


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
        count: bool = False,
    ) -> bool:
        """Check the move against `ITEM_MOVES`, write it with its history line. False: it is there already.

        `count` adds one to the attempts; `trouble` and `reason` replace what stood there (None clears).
        """

    def renew(self, item_id: UUID) -> None:
        """Queue a failed item again from the start: attempts, asset and trouble forgotten, and the etag taken
        from the source as it is now."""

    def bind(self, item_id: UUID, asset_id: str) -> None:
        """Name the item's asset without a move."""

    def on_asset(self, asset_id: str) -> list[UUID]:
        """Items, in whatever state, whose asset this is."""

    def note(self, item_id: UUID, *, trouble: Trouble | None, reason: str) -> None:
        """Say something about an item that stays in its state, with a history line."""

    def move_all(
        self,
        batch_id: int,
        now: ItemState,
        then: ItemState,
        *,
        item_ids: Sequence[UUID] | None = None,
        reason: str | None = None,
    ) -> int:
        """Move every item (of `item_ids`, where given) that is in state `now`, in one statement.

        An item whose source moves in another batch by now stays where it is. Returns how many moved.
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
        """Whether another alive item with the same bytes has a posted intent.

        Takes an advisory lock on the content until the transaction ends, so that of two equal items only
        one can pass and post.
        """


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
        """Bind the asset to the open intent. True when it is the intent's asset afterwards; False when
        another one is, or the intent was closed without one: then this asset is a twin."""

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

    def twins(self, among: Sequence[str]) -> list[str]:
        """Those of the ids that are alive, that our passthrough proves ours, and that nobody uses: they serve
        no source, no open intent names them, and no item does, unless it failed or was cancelled."""

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

    def read(self, table: str, row_id: str) -> Mapping[str, Any] | None:
        """What the row says in the columns that Lectern adds, facts that wait for theirs included; None
        where there is no such row."""

    def put_back(self, switch: Switch) -> bool:
        """Write `before` again where the row still holds `after`; False when somebody changed it since."""

    def switched(self, item_id: UUID) -> list[Switch]: ...

    def keep_switch(
        self, item_id: UUID, row: HostRow, written: Written, after: Mapping[str, Any]
    ) -> None: ...

    def pending_rows(self) -> int:
        """How many rows wait for columns."""

    def waiting(self, *, after: Waiting | None = None, limit: int = 200) -> list[Waiting]:
        """Rows some of whose facts could be written now, in key order from the first after `after`."""

    def settle(self, waiting: Waiting) -> None:
        """Write what waits for the row as far as the columns allow, and complete its kept switch."""

    def awaits(self, item_id: UUID) -> bool:
        """Whether rows that the item switched still wait for columns."""


class Audit(Protocol):
    def newest(self, *, limit: int = 100, subject: str = "") -> list[AuditRow]: ...
