"""`mux_admin.asset_days`, `figure_days` and `figure_reads`: what was watched at Mux, day by day."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from core.db.freshness import freshness, note_read
from core.db.known_columns import known_columns
from core.db.lesson_assets import SqlLessonAssets
from core.db.lesson_days import SqlLessonDays
from core.db.lesson_sides import SqlLessonSides
from core.db.own_progress import SqlOwnProgress
from core.db.tables import asset_days, figure_days, figure_reads, video_id_days
from core.db.video_analytics import SqlVideoAnalytics
from core.figures import AssetDay, Figures, Freshness, Outcome, VideoIdDay, is_final


class SqlFigures(SqlLessonDays, SqlLessonAssets, SqlLessonSides, SqlOwnProgress, SqlVideoAnalytics, Figures):
    """Fills `Figures`."""

    def __init__(self, connection: Connection, *, host_schema: str) -> None:
        self._connection = connection
        self._schema = host_schema
        self._columns = known_columns(connection.engine, host_schema)

    def put_day(
        self,
        day: date,
        rows: Sequence[AssetDay],
        *,
        read_at: datetime,
        named: Sequence[VideoIdDay] = (),
    ) -> None:
        # The day's own row first: of two that read the same day, one waits for the other.
        noted = insert(figure_days).values(day=day, read_at=read_at)
        self._connection.execute(
            noted.on_conflict_do_update(index_elements=["day"], set_={"read_at": noted.excluded.read_at})
        )
        for table, found in ((asset_days, rows), (video_id_days, named)):
            self._connection.execute(delete(table).where(table.c.day == day))
            if found:
                self._connection.execute(insert(table), [asdict(row) for row in found])

    def read_days(self, *, since: date) -> Mapping[date, datetime]:
        query = select(figure_days).where(figure_days.c.day >= since)
        return {row.day: row.read_at for row in self._connection.execute(query)}

    def note_read(
        self, at: datetime, outcome: Outcome = Outcome.READ, *, error: str | None = None, hint: str = ""
    ) -> None:
        note_read(self._connection, figure_reads, at, outcome, error=error, hint=hint)

    def freshness(self, zone: ZoneInfo) -> Freshness:
        return freshness(self._connection, figure_reads, final_to=self._final_to(zone))

    def _final_to(self, zone: ZoneInfo) -> date | None:
        newest = select(figure_days).order_by(figure_days.c.day.desc())
        days = self._connection.execute(newest)
        return next((row.day for row in days if is_final(row.day, read_at=row.read_at, zone=zone)), None)
