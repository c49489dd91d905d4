"""`mux_admin.s3_days`, `s3_absences` and `s3_traffic_days`: what lies in S3, and what leaves it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from core.db.tables import s3_traffic_days
from core.db.usage_assets import within
from core.usage import Basis, Month, Sku, Usage, What
from core.usage_delivery import bounds
from core.usage_s3 import CLASSES, S3Days, S3Traffic

GB = Decimal(10**9)
DAY = timedelta(days=1)
TRAFFIC = s3_traffic_days.c

FORGET_DAY = text("DELETE FROM s3_days WHERE day = :day AND bucket = :bucket")
PUT_DAY = text("""
WITH lying AS (
    SELECT storage_class, object_bytes FROM sources
    WHERE bucket = :bucket AND gone_at IS NULL
        AND EXISTS (SELECT FROM unnest(CAST(:prefixes AS text[])) AS prefix WHERE starts_with(key, prefix))
)
INSERT INTO s3_days (day, bucket, storage, bytes, objects)
SELECT :day, :bucket, storage_class, sum(object_bytes), count(*) FROM lying GROUP BY storage_class
UNION ALL
-- A bucket that is empty says so, or the day before would stand.
SELECT :day, :bucket, 'STANDARD', 0, 0 WHERE NOT EXISTS (SELECT FROM lying)
""")
LAIN = text("""
SELECT its.day::date AS day, found.bucket, found.storage, found.bytes, found.objects
FROM generate_series(CAST(:first AS timestamp), CAST(:last AS timestamp), '1 day') AS its (day)
CROSS JOIN (SELECT DISTINCT bucket FROM s3_days) AS known
CROSS JOIN LATERAL (
    SELECT max(one.day) AS day FROM s3_days AS one
    WHERE one.bucket = known.bucket AND one.day <= its.day::date
) AS latest
JOIN s3_days AS found ON found.bucket = known.bucket AND found.day = latest.day
WHERE NOT EXISTS (
    SELECT FROM s3_absences AS away
    WHERE away.bucket = known.bucket AND away.first_day <= its.day::date
        AND (away.last_day IS NULL OR away.last_day >= its.day::date)
)
""")
"""What lay there on each day: as the last scan up to it found it, while the bucket was looked at."""

REOPENED = text("""
UPDATE s3_absences AS away SET last_day = NULL
WHERE bucket <> ALL(:looked_at) AND last_day >= :eve
    AND first_day = (SELECT max(one.first_day) FROM s3_absences AS one WHERE one.bucket = away.bucket)
""")
BEGUN = text("""
INSERT INTO s3_absences (bucket, first_day)
SELECT DISTINCT bucket, CAST(:day AS date) FROM s3_days WHERE bucket <> ALL(:looked_at)
ON CONFLICT DO NOTHING
""")
SPURIOUS = text("""
DELETE FROM s3_absences WHERE bucket = ANY(:looked_at) AND last_day IS NULL AND first_day >= :eve
""")
ENDED = text("""
UPDATE s3_absences SET last_day = :eve WHERE bucket = ANY(:looked_at) AND last_day IS NULL
""")
"""An absence that ends on the day after its first was none, and one that begins anew so soon did not end:
two machines may have different settings for a moment."""

ESTIMATED = text("""
WITH files AS (
    SELECT link.row_id AS lesson_id, min(source.bucket) AS bucket, max(source.size_bytes) AS bytes
    FROM source_links AS link JOIN sources AS source ON source.id = link.source_id
    WHERE link.table_name = 'lessons' AND NOT link.spare AND source.gone_at IS NULL GROUP BY link.row_id
    HAVING min(source.bucket) = :bucket
), played AS (
    SELECT seen.day, files.bucket, sum(files.bytes * seen.views) AS bytes, sum(seen.views) AS times
    FROM lesson_days AS seen JOIN files USING (lesson_id)
    WHERE seen.day BETWEEN :first AND :last AND NOT EXISTS (
        SELECT FROM lesson_assets AS mine WHERE mine.lesson_id = seen.lesson_id
            AND mine.first_day <= seen.day AND (mine.last_day IS NULL OR mine.last_day >= seen.day)
    )
    GROUP BY 1, 2
), pulled AS (
    SELECT (made.created_at AT TIME ZONE 'UTC')::date AS day, source.bucket,
        sum(source.size_bytes) AS bytes, count(*) AS times
    FROM asset_sources AS used
    JOIN assets AS made ON made.id = used.asset_id
    JOIN sources AS source ON source.id = used.source_id
    WHERE source.bucket = :bucket AND made.created_at >= CAST(:first AS timestamp) AT TIME ZONE 'UTC'
        AND made.created_at < CAST(:last AS timestamp) AT TIME ZONE 'UTC' + interval '1 day'
    GROUP BY 1, 2
)
SELECT day, bucket, sum(bytes) AS bytes, sum(times) AS times
FROM (SELECT * FROM played UNION ALL SELECT * FROM pulled) AS both_kinds
WHERE times > 0 GROUP BY day, bucket ORDER BY day, bucket
""")
"""Views of lessons that played no asset at Mux on that day, and what was fetched to make assets of."""


class SqlS3Days(S3Days):
    """Fills `S3Days`."""

    _connection: Connection

    def put_s3_day(self, day: date, bucket: str, prefixes: Sequence[str] = ("",)) -> None:
        asked = {"day": day, "bucket": bucket}
        self._connection.execute(FORGET_DAY, asked)
        self._connection.execute(PUT_DAY, asked | {"prefixes": [*prefixes]})
        self._ended(day, [bucket])

    def note_buckets(self, day: date, looked_at: Collection[str]) -> None:
        asked = {"looked_at": [*looked_at]}
        self._connection.execute(REOPENED, asked | {"eve": day - DAY})
        self._connection.execute(BEGUN, asked | {"day": day})
        self._ended(day, looked_at)

    def _ended(self, day: date, looked_at: Collection[str]) -> None:
        for statement in (SPURIOUS, ENDED):
            self._connection.execute(statement, {"looked_at": [*looked_at], "eve": day - DAY})

    def put_traffic(self, found: Sequence[S3Traffic]) -> None:
        if not found:
            return
        new = insert(s3_traffic_days)
        facts = {name: new.excluded[name] for name in ("egress_bytes", "reads", "writes", "basis")}
        kept = new.on_conflict_do_update(index_elements=["day", "bucket"], set_=facts)
        self._connection.execute(kept, [asdict(one) for one in found])

    def put_estimate(self, bucket: str, first: date, last: date, found: Sequence[S3Traffic]) -> None:
        theirs = (TRAFFIC.bucket == bucket, TRAFFIC.day.between(first, last))
        former = delete(s3_traffic_days).where(*theirs, TRAFFIC.basis != Basis.MEASURED)
        self._connection.execute(former)
        if found:
            new = insert(s3_traffic_days).on_conflict_do_nothing()
            self._connection.execute(new, [asdict(one) for one in found])

    def traffic_days(self, bucket: str, *, since: date) -> Mapping[date, Basis]:
        query = select(TRAFFIC.day, TRAFFIC.basis).where(TRAFFIC.bucket == bucket, TRAFFIC.day >= since)
        return {row.day: Basis(row.basis) for row in self._connection.execute(query)}

    def estimated_traffic(self, bucket: str, first: date, last: date) -> Sequence[S3Traffic]:
        found = self._connection.execute(ESTIMATED, {"bucket": bucket, "first": first, "last": last})
        return [
            S3Traffic(
                day=row.day,
                bucket=row.bucket,
                egress_bytes=row.bytes,
                reads=row.times,
                writes=Decimal(0),
                basis=Basis.ASSUMED,
            )
            for row in found
        ]


def s3_usage(connection: Connection, month: Month, *, until: datetime) -> Iterator[Usage]:
    """What S3 charges for, a row for each day, bucket and thing; of classes that no price can be for
    nothing."""
    for _, one in s3_kept(connection, month, until=until):
        yield one
    asked = within(month, until)
    days = TRAFFIC.day.between(asked["first"], asked["last"])
    for row in connection.execute(select(s3_traffic_days).where(days)):
        yield from _traffic(row)


def s3_kept(connection: Connection, month: Month, *, until: datetime) -> Iterator[tuple[str, Usage]]:
    """What is kept there, with its bucket."""
    for row in connection.execute(LAIN, within(month, until)):
        if row.storage in CLASSES and row.bytes:
            sku = Sku(what=What.S3_STORAGE, storage=CLASSES[row.storage])
            quantity = row.bytes / GB * _share(row.day, month, until)
            used = Usage(sku=sku, quantity=quantity, first=row.day, last=row.day, basis=Basis.DERIVED)
            yield row.bucket, used


def _share(day: date, month: Month, until: datetime) -> Decimal:
    """Of the month, the part of the day that is over."""
    start_at, end_at = bounds(day)
    lain: timedelta = max(min(end_at, until) - start_at, timedelta())
    return Decimal(str(lain.total_seconds())) / (month.hours * 3600)


def _traffic(row: Row[Any]) -> Iterator[Usage]:
    for what, quantity in (
        (What.S3_EGRESS, row.egress_bytes / GB),
        (What.S3_READS, row.reads),
        (What.S3_WRITES, row.writes),
    ):
        if quantity:
            yield Usage(
                sku=Sku(what=what), quantity=quantity, first=row.day, last=row.day, basis=Basis(row.basis)
            )
