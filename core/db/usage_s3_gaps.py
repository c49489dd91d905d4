"""What of S3 is in no figure of a month, or is counted by an old scan."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, text

from core.db.usage_assets import within
from core.db.usage_s3 import LAIN
from core.usage import Month
from core.usage_s3 import CLASSES, STALE_D, Absence, S3Gaps

SCANS = text("""
SELECT bucket, min(day) AS first, max(day) FILTER (WHERE day <= :last) AS last FROM s3_days GROUP BY bucket
""")
ABSENCES = text("""
SELECT bucket, first_day, last_day, EXISTS (
    SELECT FROM s3_days AS found
    WHERE found.bucket = away.bucket AND found.objects > 0 AND found.day = (
        SELECT max(one.day) FROM s3_days AS one
        WHERE one.bucket = away.bucket AND one.day <= away.first_day
    )
) AS held_some
FROM s3_absences AS away
WHERE first_day <= :last AND (last_day IS NULL OR last_day >= :first)
ORDER BY bucket, first_day
""")


def s3_gaps(connection: Connection, month: Month, *, until: datetime) -> S3Gaps:
    """Up to `until`."""
    asked = within(month, until)
    first, last = month.first, asked["last"]
    scans = {row.bucket: (row.first, row.last) for row in connection.execute(SCANS, {"last": last})}
    since = min((day for day, _ in scans.values()), default=None)
    away = connection.execute(ABSENCES, {"first": first, "last": last}).all()
    absent = {row.bucket for row in away if row.last_day is None or row.last_day >= last}
    told = [
        Absence(bucket=row.bucket, first=row.first_day, last=row.last_day) for row in away if row.held_some
    ]
    oldest = last - timedelta(days=STALE_D)
    return S3Gaps(
        scanned_since=since if since and since > first else None,
        new={bucket: day for bucket, (day, _) in scans.items() if day > max(first, since or day)},
        absences=told,
        stale={one: day for one, (_, day) in scans.items() if day and day < oldest and one not in absent},
        classes=_other_classes(connection, month, until=until),
    )


def _other_classes(connection: Connection, month: Month, *, until: datetime) -> Mapping[str, int]:
    """Objects in classes that no price can be for, the most on a day, by S3's name of the class."""
    by_day: dict[tuple[date, str], int] = {}
    for row in connection.execute(LAIN, within(month, until)):
        if row.storage not in CLASSES:
            by_day[row.day, row.storage] = by_day.get((row.day, row.storage), 0) + int(row.objects)
    return {
        name: max(objects for (_, one), objects in by_day.items() if one == name)
        for name in {name for _, name in by_day}
    }
