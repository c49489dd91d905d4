"""From rows to records. Each function reads one table's columns, under a prefix where rows are joined."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnClause, ColumnElement

from core.asset import Asset, AssetStatus, Policy
from core.batch import BatchKind, BatchState, ItemState
from core.bulk import Order
from core.kind import Kind
from core.migration import Options, Trouble
from core.records import Batch, Intent, Item, Scan
from core.source import Finding, Source

Row = Mapping[Any, Any]  # a RowMapping or a dict

ITEM, SOURCE, INTENT, ASSET, BATCH = "i_", "s_", "n_", "a_", "b_"
"""Prefixes of joined tables."""


SOURCE_FIELDS = (
    *("id", "bucket", "key", "size_bytes", "etag", "kind", "standing", "findings", "modified_at"),
    *("duration_s", "width", "height", "title", "course", "course_id", "rows", "asset_id", "sha256"),
)
"""The columns that `source_of` reads."""


def labelled(columns: Iterable[ColumnClause[Any]], prefix: str) -> list[ColumnElement[Any]]:
    """Columns under names that other tables of a join do not use."""
    return [column.label(prefix + column.name) for column in columns]


def scan_of(row: Row) -> Scan:
    """The scan of a row of `scans`."""
    return Scan(
        id=row["id"],
        bucket=row["bucket"],
        prefix=row["prefix"],
        started_at=row["started_at"],
        after_key=row["after_key"],
        seen=row["seen"],
    )


def source_of(row: Row, prefix: str = "") -> Source:
    """A row of `sources`; in a join its columns begin with `prefix`."""
    return Source(
        id=row[prefix + "id"],
        bucket=row[prefix + "bucket"],
        key=row[prefix + "key"],
        size_bytes=row[prefix + "size_bytes"],
        etag=row[prefix + "etag"],
        kind=Kind(row[prefix + "kind"]),
        standing=row[prefix + "standing"],
        findings=tuple(Finding(name) for name in row[prefix + "findings"]),
        modified_at=row[prefix + "modified_at"],
        duration_s=row[prefix + "duration_s"],
        width=row[prefix + "width"],
        height=row[prefix + "height"],
        title=row[prefix + "title"],
        course=row[prefix + "course"] or row[prefix + "course_id"],
        rows=row[prefix + "rows"],
        asset_id=row[prefix + "asset_id"],
        sha256=row[prefix + "sha256"],
    )


def asset_of(row: Row, prefix: str = "") -> Asset:
    """A row of `assets`; in a join its columns begin with `prefix`."""
    policy = row[prefix + "policy"]
    return Asset(
        id=row[prefix + "id"],
        status=AssetStatus(row[prefix + "status"]),
        created_at=row[prefix + "created_at"],
        ready_at=row[prefix + "ready_at"],
        deleted_at=row[prefix + "deleted_at"],
        duration_s=row[prefix + "duration_s"],
        aspect_ratio=row[prefix + "aspect_ratio"],
        resolution_tier=row[prefix + "resolution_tier"],
        video_quality=row[prefix + "video_quality"],
        playback_id=row[prefix + "playback_id"],
        policy=Policy(policy) if policy else None,
        upload_id=row[prefix + "upload_id"],
        passthrough=row[prefix + "passthrough"],
        test=row[prefix + "test"],
        normalized=row[prefix + "normalized"],
        error_type=row[prefix + "error_type"],
        error_messages=tuple(row[prefix + "error_messages"]),
        tracks=tuple(row[prefix + "tracks"]),
        static_renditions=tuple(row[prefix + "static_renditions"]),
    )


def batch_of(row: Row, prefix: str = "") -> Batch:
    """A row of `batches`; in a join its columns begin with `prefix`."""
    return Batch(
        id=row[prefix + "id"],
        kind=BatchKind(row[prefix + "kind"]),
        name=row[prefix + "name"],
        state=BatchState(row[prefix + "state"]),
        options=Options.from_json(row[prefix + "options"]),
        created_by=row[prefix + "created_by"],
        created_at=row[prefix + "created_at"],
        started_at=row[prefix + "started_at"],
        finished_at=row[prefix + "finished_at"],
        pause_reason=row[prefix + "pause_reason"],
        hold_reason=row[prefix + "hold_reason"],
        held_until=row[prefix + "held_until"],
        total=row[prefix + "total"],
        movable=row[prefix + "movable"],
        order=Order.from_json(row[prefix + "options"].get("order")),
    )


def item_of(row: Row, prefix: str = "") -> Item:
    """A row of `items`; in a join its columns begin with `prefix`."""
    trouble = row[prefix + "trouble"]
    return Item(
        id=row[prefix + "id"],
        batch_id=row[prefix + "batch_id"],
        source_id=row[prefix + "source_id"],
        state=ItemState(row[prefix + "state"]),
        etag=row[prefix + "etag"],
        attempts=row[prefix + "attempts"],
        asset_id=row[prefix + "asset_id"],
        trouble=Trouble(trouble) if trouble else None,
        reason=row[prefix + "reason"],
        since=row[prefix + "since"],
        not_before=row[prefix + "not_before"],
        lesson_id=row[prefix + "lesson_id"],
        from_asset=row[prefix + "from_asset"],
    )


def intent_of(row: Row, prefix: str = "") -> Intent:
    """A row of `intents`; in a join its columns begin with `prefix`."""
    return Intent(
        id=row[prefix + "id"],
        item_id=row[prefix + "item_id"],
        created_at=row[prefix + "created_at"],
        posted_at=row[prefix + "posted_at"],
        lost_at=row[prefix + "lost_at"],
        looks=row[prefix + "looks"],
        losses=row[prefix + "losses"],
        asset_id=row[prefix + "asset_id"],
        closed_at=row[prefix + "closed_at"],
    )


def uuid_or_none(text: str | None) -> UUID | None:
    """None for text that is no UUID, as most passthroughs of other systems are not."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
