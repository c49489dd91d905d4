"""What a batch used, counted in PostgreSQL: assets it made, bytes it read, what was watched since."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import Engine, text

from core.batch_cost import Kept, Made
from core.ports import UnitOfWork
from core.records import Batch
from tests.integration.db.making import BUCKET, an_object, claimed, scan, started

ENDED_AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
ASSET = """
INSERT INTO mux_admin.assets (id, status, created_at, deleted_at, duration_s, resolution_tier, video_quality,
    test, error_type, error_messages, tracks, static_renditions, seen_at)
VALUES (:id, :status, now(), :deleted_at, :seconds, :tier, 'plus', :test, :error, '[]', '[]', '[]', now())
"""
INTENT = """
INSERT INTO mux_admin.intents (id, item_id, batch_id, created_at, asset_id, closed_at)
VALUES (:id, :item_id, :batch_id, now(), :asset_id, now())
"""


def made(
    engine: Engine,
    batch: Batch,
    item_id: object,
    asset_id: str,
    *,
    seconds: float = 600,
    tier: str = "1080p",
    deleted_at: datetime | None = None,
    test: bool = False,
    error: str | None = None,
) -> None:
    """An asset that the batch made for this item."""
    status = "errored" if error else "deleted" if deleted_at else "ready"
    values = {"id": asset_id, "status": status, "seconds": seconds, "tier": tier}
    with engine.begin() as connection:
        connection.execute(text(ASSET), values | {"deleted_at": deleted_at, "test": test, "error": error})
        intent = {"id": uuid4(), "item_id": item_id, "batch_id": batch.id, "asset_id": asset_id}
        connection.execute(text(INTENT), intent)


def watched(engine: Engine, asset_id: str, day: date, seconds: int) -> None:
    delivered = "INSERT INTO mux_admin.delivery_days VALUES (:day, :asset, 'plus', '1080p', :seconds)"
    told = """
        INSERT INTO mux_admin.usage_days (day, read_at, covers_to, tried_at)
        VALUES (:day, now(), CAST(:day AS timestamp) AT TIME ZONE 'UTC' + interval '1 day', now())
        ON CONFLICT DO NOTHING
    """
    with engine.begin() as connection:
        connection.execute(text(delivered), {"day": day, "asset": asset_id, "seconds": seconds})
        connection.execute(text(told), {"day": day})


def ended(uow: UnitOfWork, engine: Engine, *sizes: int) -> tuple[Batch, list[object]]:
    """A batch of objects so large, that ended on 4 May; with its items in the objects' order."""
    with uow("test") as tx:
        scan(tx, [an_object(f"{n}.mp4", size_bytes=size, age_s=n) for n, size in enumerate(sizes)])
        tx.commit()
    batch = started(uow)
    items = claimed(uow, batch)
    by_key = """
        SELECT items.id FROM mux_admin.items JOIN mux_admin.sources ON sources.id = source_id ORDER BY key
    """
    with engine.begin() as connection:
        connection.execute(text("UPDATE mux_admin.items SET state = 'done'"))
        connection.execute(
            text("UPDATE mux_admin.batches SET state = 'done', finished_at = :at"), {"at": ENDED_AT}
        )
        ordered = list(connection.scalars(text(by_key)))
    assert len(items) == len(ordered) == len(sizes)
    with uow("test.read") as tx:
        found = tx.batches.get(batch.id)
    assert found is not None
    return found, ordered


def test_each_asset_counts_once_by_its_real_length_and_tier(uow: UnitOfWork, engine: Engine) -> None:
    batch, [first, second, third, fourth] = ended(uow, engine, 10**9, 2 * 10**9, 4 * 10**9, 8 * 10**9)
    made(engine, batch, first, "a1", seconds=600)
    made(engine, batch, second, "a2", seconds=90, tier="720p")
    made(engine, batch, third, "a3", seconds=1200, deleted_at=ENDED_AT + timedelta(days=1))
    made(engine, batch, fourth, "a4", error="download_failed")
    made(engine, batch, fourth, "a5", test=True)
    with uow("test.read") as tx:
        found = tx.batch_costs.use(batch, now=NOW)
    assert found.made == [
        # 600 s + 1,200 s are 30 min, of which 20 were deleted since
        Made(quality="plus", tier="1080p", assets=2, minutes=Decimal(30), minutes_kept=Decimal(10)),
        Made(quality="plus", tier="720p", assets=1, minutes=Decimal("1.5"), minutes_kept=Decimal("1.5")),
    ]
    assert found.minutes == Decimal("31.5")
    assert found.read_gb == Decimal(7)  # 1 + 2 + 4; the fourth was never fetched
    assert found.originals_gb == Decimal(15)
    with uow("test") as tx:
        tx.usage.put_s3_day(date(2026, 5, 6), BUCKET)
        tx.usage.note_buckets(date(2026, 5, 7), [])
        found = tx.batch_costs.use(batch, now=NOW)
    assert found.originals_gb == 0  # nobody looks at that bucket any more


def test_watching_counts_whole_days_since_the_end(uow: UnitOfWork, engine: Engine) -> None:
    batch, [first, second] = ended(uow, engine, 10**9, 3 * 10**9)
    made(engine, batch, first, "a1", seconds=600)
    made(engine, batch, second, "a2", seconds=300)
    for number in (6, 7, 9, 10, 11, 13):  # of the 8th nothing was told
        watched(engine, "other", date(2026, 5, number), 1)
    watched(engine, "a1", date(2026, 5, 4), 9999)  # the day on which it ended
    watched(engine, "a1", date(2026, 5, 5), 300)
    watched(engine, "a2", date(2026, 5, 12), 600)
    watched(engine, "other", date(2026, 5, 14), 777)
    with uow("test.read") as tx:
        found = tx.batch_costs.use(batch, now=NOW).watching
    assert found.days == 9  # 5 to 14 May but the 8th
    assert found.minutes == {("plus", "1080p"): Decimal(15)}  # 900 s
    # half of 1 GB, and twice 3 GB
    assert found.file_gb == Decimal("6.5")


def test_before_any_day_was_told_nothing_is_known_of_watching(uow: UnitOfWork, engine: Engine) -> None:
    batch, [first] = ended(uow, engine, 10**9)
    made(engine, batch, first, "a1")
    with uow("test.read") as tx:
        assert tx.batch_costs.use(batch, now=NOW).watching.days == 0


def test_an_estimate_is_kept_exactly_as_it_was(uow: UnitOfWork) -> None:
    batch = started(uow)
    kept = Kept(
        once_usd=Decimal("38.41"),
        monthly_usd=Decimal("3.60"),
        minutes=Decimal("1200.5"),
        size_bytes=10_080_000_000,
        quality="plus",
        tier="1080p",
    )
    with uow("start") as tx:
        assert tx.batch_costs.kept(batch.id) is None
        tx.batch_costs.keep(batch.id, kept)
        tx.commit()
    with uow("test.read") as tx:
        assert tx.batch_costs.kept(batch.id) == kept
