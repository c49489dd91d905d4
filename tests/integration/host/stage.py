"""Publishing on real host tables; batch items are kept in a dict."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine

from core.asset import Asset, AssetStatus
from core.batch import BatchState, ItemState, move_item
from core.db.audits import SqlAudit
from core.db.errors import translated
from core.db.host import HostWriter
from core.kind import Kind
from core.migration import Options
from core.records import Item
from core.settings import Secret, Settings
from core.source import HostRow, Source
from core.work import Move, Work
from tests.integration.hosts import SCHEMA

POINTS = {"videos": "s3_key", "lessons": "video_url"}
AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
ASSET = Asset(
    id="asset1",
    status=AssetStatus.READY,
    created_at=AT,
    ready_at=AT,
    duration_s=61.4,
    aspect_ratio="16:9",
    playback_id="play1",
)


def asset(number: int) -> Asset:
    return replace(ASSET, id=f"asset{number}", playback_id=f"play{number}")


@dataclass(slots=True)
class Stage:
    """What publishing asks of `Services`, and the items and rows it works on."""

    engine: Engine
    works: dict[UUID, Work] = field(default_factory=dict)
    rows: dict[int, list[HostRow]] = field(default_factory=dict)
    settings: Settings = field(default_factory=lambda: Settings(database_url=Secret("")))

    @contextmanager
    def uow(self, name: str) -> Iterator[Any]:
        with translated(), self.engine.connect() as connection:
            host = HostWriter(connection, SCHEMA)
            sources = SimpleNamespace(rows_of=lambda source_id, but_on: self.rows[source_id])
            batches = SimpleNamespace(work=self.work, move=self.move)
            yield SimpleNamespace(
                host=host,
                sources=sources,
                batches=batches,
                audit=SqlAudit(connection).add,
                commit=connection.commit,
                connection=connection,
            )

    def work(self, item_id: UUID, *, lock: bool = False) -> Work | None:
        return self.works.get(item_id)

    def move(self, item_id: UUID, then: ItemState, *, reason: str | None = None) -> bool:
        work = self.works[item_id]
        item = replace(work.item, state=move_item(work.item.state, then), reason=reason)
        self.works[item_id] = replace(work, item=item)
        return True

    def item(self, *rows: tuple[str, str]) -> Work:
        """A verified item whose source, k.mp4 in bucket b, these (table, row id) point at."""
        number = len(self.works) + 1
        self.rows[number] = [
            HostRow(table=table, row_id=row_id, column=POINTS[table]) for table, row_id in rows
        ]
        item = Item(id=uuid4(), batch_id=1, source_id=number, state=ItemState.VERIFYING, etag="e")
        work = Move(
            item=item,
            batch_state=BatchState.RUNNING,
            options=Options(),
            source=source(number),
            is_public=True,
        )
        self.works[item.id] = work
        return work

    def state(self, work: Work) -> ItemState:
        return self.works[work.item.id].item.state


def source(number: int) -> Source:
    return Source(
        id=number,
        bucket="b",
        key="k.mp4",
        size_bytes=1,
        etag="e",
        kind=Kind.VIDEO,
        standing="ready",
        findings=(),
        modified_at=None,
        duration_s=61.4,
        width=None,
        height=None,
        title=None,
        course=None,
        rows=1,
    )
