"""Rows of `mux_admin` as the use cases and the faces see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from core.batch import BatchKind, BatchState, ItemState
from core.bulk import Order
from core.job import Job as Job
from core.migration import Options, Trouble


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
    hold_reason: str | None = None  # what keeps all of it waiting while it runs; it is tried again by itself
    held_until: datetime | None = None
    total: int = 0
    movable: int = 0  # without what was skipped when the manifest was frozen
    order: Order | None = None  # what becomes of each lesson, where the items are lessons


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One source in one batch, or one lesson."""

    id: UUID
    batch_id: int
    source_id: int | None
    state: ItemState
    etag: str  # the source's version when the manifest was frozen
    attempts: int = 0
    asset_id: str | None = None
    trouble: Trouble | None = None
    reason: str | None = None  # in words: why it failed, was skipped, or waits
    since: datetime | None = None
    not_before: datetime | None = None
    lesson_id: str | None = None
    from_asset: str | None = None  # the copy at Mux whose place a new one is to take


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """The decision to have one asset made; its id is the passthrough."""

    id: UUID
    item_id: UUID
    created_at: datetime
    posted_at: datetime | None = None
    lost_at: datetime | None = None  # no answer came: Mux is searched before anything is sent again
    looks: int = 0
    losses: int = 0  # times it was sent and no answer came
    asset_id: str | None = None
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


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
    source_id: int | None = None
    lesson_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One line of a batch's history."""

    at: datetime
    item_id: UUID | None
    what: str  # the state it came to: the item's, or the batch's where there is no item
    reason: str | None
    title: str | None = None
    key: str | None = None


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
    fallback_used: bool  # some columns are not there yet; their facts wait in `mux_admin.pending_facts`
    before: Mapping[str, Any] = field(default_factory=dict)  # what stood there, for a rollback
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
