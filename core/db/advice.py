"""What costs money and may not be worth it: videos, MP4s and files, as they are kept at this moment."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, TextClause, text

from core.advice_finds import StoredFile, StoredVideo
from core.usage import StorageClass

VIDEOS = text("""
SELECT id AS asset_id, video_quality AS quality, resolution_tier AS tier,
    coalesce((
        SELECT storage FROM storage_spans AS span
        WHERE span.asset_id = assets.id AND span.from_at <= :at AND span.to_at > :at LIMIT 1
    ), 'cold') AS storage,
    CAST(duration_s AS numeric) / 60 AS minutes,
    ARRAY(
        SELECT DISTINCT lesson_id FROM lesson_assets AS plays
        WHERE plays.asset_id = assets.id AND last_day IS NULL ORDER BY lesson_id
    ) AS lessons
FROM assets
WHERE id = ANY(:ids) AND status = 'ready' AND NOT test AND duration_s > 0 AND duration_s <= 1e9
    AND resolution_tier IS NOT NULL AND video_quality IS NOT NULL
ORDER BY id
""")
UNPLAYED = text("""
SELECT id FROM assets
WHERE status = 'ready' AND created_at < :before
    AND NOT EXISTS (SELECT FROM delivery_days AS told WHERE told.asset_id = assets.id AND told.day >= :since)
    AND NOT EXISTS (
        SELECT FROM asset_days AS seen WHERE seen.asset_id = assets.id AND seen.day >= :since AND views > 0
    )
""")
WATCHED = text("""
SELECT asset_id, tier, sum(seconds) / 60 AS minutes FROM delivery_days
WHERE day >= :since GROUP BY asset_id, tier
""")
COPIES = text("""
SELECT asset_id FROM (
    SELECT asset_id, row_number() OVER (PARTITION BY sha256 ORDER BY lessons DESC, asset_id) AS place
    FROM (
        SELECT DISTINCT used.sha256, used.asset_id, (
            SELECT count(*) FROM lesson_assets AS plays
            WHERE plays.asset_id = used.asset_id AND last_day IS NULL
        ) AS lessons
        FROM asset_sources AS used JOIN assets ON assets.id = used.asset_id
        WHERE used.sha256 IS NOT NULL AND released_at IS NULL AND status = 'ready' AND NOT test
    ) AS equal
) AS ranked
WHERE place > 1
""")
DOWNLOADS = text("""
SELECT file.asset_id, file.tier, ours.used_at FROM rendition_spans AS file
LEFT JOIN LATERAL (
    SELECT max(used_at) AS used_at FROM renditions AS made
    WHERE made.asset_id = file.asset_id AND made.state = 'ready' AND starts_with(file.name, made.resolution)
) AS ours ON true
WHERE file.to_at IS NULL AND file.from_at < :before AND (ours.used_at IS NULL OR ours.used_at < :before)
ORDER BY file.asset_id, file.name
""")
ORIGINALS = text("""
SELECT bucket || '/' || key AS place, coalesce(title, '') AS title, size_bytes FROM sources
WHERE standing = 'on_mux' AND asset_id IS NOT NULL AND gone_at IS NULL AND part_of IS NULL
    AND storage_class = 'STANDARD' AND modified_at < :before
    AND bucket NOT IN (SELECT bucket FROM s3_absences WHERE last_day IS NULL)
ORDER BY size_bytes DESC, id
""")


class SqlAdviceRecords:
    """Fills `AdviceRecords`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def unplayed(self, *, since: date, before: datetime, at: datetime) -> Sequence[StoredVideo]:
        return list(self._videos(self._ids(UNPLAYED, since=since, before=before), at).values())

    def watched(self, *, since: date, at: datetime) -> Sequence[StoredVideo]:
        told: defaultdict[str, dict[str, Decimal]] = defaultdict(dict)
        for row in self._connection.execute(WATCHED, {"since": since}):
            told[row.asset_id][row.tier] = row.minutes
        return [replace(one, delivered=told[one.asset_id]) for one in self._videos(told, at).values()]

    def copies(self, *, at: datetime) -> Sequence[StoredVideo]:
        return list(self._videos(self._ids(COPIES), at).values())

    def downloads(self, *, since: date, before: datetime, at: datetime) -> Sequence[StoredVideo]:
        files = self._connection.execute(DOWNLOADS, {"before": before}).all()
        idle = self._ids(UNPLAYED, since=since, before=before)
        unused = [one for one in files if one.used_at or one.asset_id in idle]
        videos = self._videos({one.asset_id for one in unused}, at)
        known = ((videos[one.asset_id], one.tier) for one in unused if one.asset_id in videos)
        return [replace(video, tier=tier or video.tier) for video, tier in known]

    def originals(self, *, before: datetime) -> Sequence[StoredFile]:
        found = self._connection.execute(ORIGINALS, {"before": before}).mappings()
        return [StoredFile(**row) for row in found]

    def _ids(self, question: TextClause, **values: Any) -> frozenset[str]:
        return frozenset(self._connection.scalars(question, values))

    def _videos(self, ids: Collection[str], at: datetime) -> Mapping[str, StoredVideo]:
        """As they are stored at that moment, by id; without those of which Mux has not told everything."""
        found = self._connection.execute(VIDEOS, {"ids": list(ids), "at": at}).mappings()
        return {
            row["asset_id"]: StoredVideo(**{**row, "storage": StorageClass(row["storage"])}) for row in found
        }
