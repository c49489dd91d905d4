"""Which lessons an order for new copies leaves out, and what making the others comes to."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, false, func, literal, not_, select

from core.asset import AssetStatus, Quality
from core.batch import ALIVE
from core.bulk import Totals
from core.db.hostmatching import Condition
from core.db.library_rows import ASSET, Shelf
from core.db.tables import asset_sources as uses
from core.db.tables import items, renditions, sources
from core.migration import SkipReason
from core.rendition import RenditionState, Resolution
from core.rendition_cost import MadeFile

BUSY = select(items.c.from_asset).where(
    items.c.from_asset.is_not(None), items.c.state.in_([state.value for state in ALIVE])
)
HAS_SOUND: Condition = ASSET.c.tracks.contains([{"type": "audio"}])
_is_ready = and_(ASSET.c.status == AssetStatus.READY.value, ASSET.c.playback_id.is_not(None))
SIZE = (
    select(func.max(sources.c.size_bytes))
    .select_from(uses.join(sources, and_(sources.c.id == uses.c.source_id, sources.c.etag == uses.c.etag)))
    .where(uses.c.asset_id == ASSET.c.id, uses.c.released_at.is_(None), sources.c.gone_at.is_(None))
    .correlate(ASSET)
    .scalar_subquery()
)
"""Bytes that are fetched out of S3 for it; NULL where the old copy's master has to do."""

FILES = (
    select(func.array_agg(renditions.c.resolution))
    .where(renditions.c.asset_id == ASSET.c.id, renditions.c.state == RenditionState.READY.value)
    .correlate(ASSET)
    .scalar_subquery()
)
"""MP4s that were made here of the old copy, and are made of the new one, too; NULL for none."""

NEEDLESS: list[tuple[Condition, str]] = [
    (ASSET.c.id.in_(BUSY), SkipReason.MOVING.value),
    (not_(func.coalesce(_is_ready, false())), SkipReason.NOT_READY.value),
    (ASSET.c.normalized, SkipReason.ALREADY.value),
    (and_(ASSET.c.tracks != [], not_(HAS_SOUND)), SkipReason.NO_SOUND.value),
]


def but_one(why: ColumnElement[str | None], shelf: Shelf) -> ColumnElement[str | None]:
    """Of lessons that play one copy the newest has it made; the others follow."""
    turn = func.row_number().over(
        partition_by=(ASSET.c.id, why.is_(None)), order_by=shelf.lessons.clause.c.id.desc()
    )
    return case((why.is_not(None), why), (turn > literal(1), SkipReason.TOGETHER.value), else_=None)


def coming_to(why: ColumnElement[str | None], shelf: Shelf) -> Select[tuple[Any, ...]]:
    """Each lesson with why it is left out, and what its copy is made of."""
    quality = func.coalesce(ASSET.c.video_quality, Quality.PLUS.value)
    whole = (quality.label("quality"), ASSET.c.resolution_tier, ASSET.c.duration_s)
    beside = (SIZE.label("size_bytes"), FILES.label("files"))
    return select(why.label("why"), *whole, *beside).select_from(shelf.rows)


def made(rows: Sequence[Row[Any]]) -> Totals:
    """What those lessons come to."""
    made_s: dict[str, float] = defaultdict(float)
    for row in rows:
        if row.why is None:
            made_s[row.quality] += row.duration_s or 0.0
    reasons = Counter(row.why for row in rows)
    return Totals(
        change=reasons.pop(None, 0),
        skipped={SkipReason(why): count for why, count in reasons.items() if why},
        made_s=dict(made_s),
        made_files=tuple(file for row in rows if row.why is None for file in _files(row)),
        size_bytes=sum(row.size_bytes or 0 for row in rows if row.why is None),
    )


def _files(row: Row[Any]) -> Iterator[MadeFile]:
    for resolution in row.files or ():
        yield MadeFile(
            resolution=Resolution(resolution),
            duration_s=row.duration_s or 0.0,
            quality=row.quality,
            tier=row.resolution_tier,
        )
