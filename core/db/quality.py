"""`mux_admin.quality_periods`, `quality_days` and `failed_views`: how well videos played at Mux."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert

from core.audience import Group
from core.db.heatmaps import groups
from core.db.lesson_sums import among, bound
from core.db.tables import failed_views, lesson_assets, quality_days, quality_periods
from core.figures import Span
from core.period import Days, Period
from core.quality import OF_A_DAY, KeptQuality, Qualities, Quality
from core.quality_failure import FailedView

PERIOD, DAY, VIEW, SPELL = quality_periods.c, quality_days.c, failed_views.c, lesson_assets.c
SCHOOL = ""
FIGURES = tuple(field.name for field in fields(Quality))
FIGURES_OF_A_DAY = ("views", *(one.value for one in OF_A_DAY))


class SqlQualities(Qualities):
    """Fills `Qualities`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put_period(
        self,
        period: Period,
        days: Days,
        school: Quality,
        assets: Mapping[str, Quality],
        *,
        read_at: datetime,
    ) -> None:
        facts = {
            "period_d": int(period),
            "first_day": days.first,
            "last_day": days.last,
            "read_at": read_at,
        }
        # The school's own row first: of two that read the same period, one waits for the other.
        told = {**facts, **asdict(school), "audience": None}
        own = insert(quality_periods).values(asset_id=SCHOOL, **told)
        self._connection.execute(
            own.on_conflict_do_update(index_elements=["period_d", "asset_id"], set_=told)
        )
        others = (PERIOD.period_d == int(period), PERIOD.asset_id != SCHOOL)
        self._connection.execute(delete(quality_periods).where(*others))
        rows = [{"asset_id": asset_id, **facts, **asdict(one)} for asset_id, one in assets.items()]
        if rows:
            self._connection.execute(insert(quality_periods), rows)

    def put_audience(self, period: Period, audience: Sequence[Group]) -> None:
        its_own = (PERIOD.period_d == int(period), PERIOD.asset_id == SCHOOL)
        told = {"audience": [asdict(one) for one in audience]}
        self._connection.execute(update(quality_periods).where(*its_own).values(told))

    def of_school(self, period_d: int) -> KeptQuality | None:
        return self._of(period_d, SCHOOL)

    def of_asset(self, period_d: int, asset_id: str) -> KeptQuality | None:
        return self._of(period_d, asset_id) if asset_id else None

    def of_lessons(self, lessons: Sequence[str] | None, days: Days) -> Mapping[str, Quality]:
        query = (
            select(SPELL.lesson_id, quality_periods)
            .ext(distinct_on(PERIOD.asset_id))
            .join(lesson_assets, SPELL.asset_id == PERIOD.asset_id)
            .where(PERIOD.period_d == len(days), PERIOD.last_day == days.last)
            .where(SPELL.last_day.is_(None), among(SPELL.lesson_id, lessons))
            .order_by(PERIOD.asset_id, SPELL.lesson_id)
        )
        found = self._connection.execute(query, bound(lessons)).mappings()
        return {row["lesson_id"]: _quality(row) for row in found}

    def put_day(self, day: date, school: Quality, *, read_at: datetime) -> None:
        told = asdict(school)
        facts = {"read_at": read_at, **{name: told[name] for name in FIGURES_OF_A_DAY}}
        new = insert(quality_days).values(day=day, **facts)
        self._connection.execute(new.on_conflict_do_update(index_elements=["day"], set_=facts))

    def read_days(self, *, since: date) -> Mapping[date, datetime]:
        query = select(DAY.day, DAY.read_at).where(DAY.day >= since)
        return {row.day: row.read_at for row in self._connection.execute(query)}

    def days(self, days: Days) -> Mapping[date, Quality]:
        query = select(quality_days).where(DAY.day.between(days.first, days.last))
        found = self._connection.execute(query).mappings()
        return {row["day"]: Quality(**{name: row[name] for name in FIGURES_OF_A_DAY}) for row in found}

    def put_failed(self, asset_id: str, found: Sequence[FailedView]) -> None:
        rows = [{"asset_id": asset_id, **asdict(one)} for one in found]
        if rows:
            self._connection.execute(insert(failed_views).on_conflict_do_nothing(), rows)

    def failed_views(self, asset_id: str, span: Span) -> Sequence[FailedView]:
        first_at, end_at = (datetime.fromtimestamp(at_s, UTC) for at_s in (span.start_s, span.end_s))
        query = (
            select(failed_views)
            .where(VIEW.asset_id == asset_id, VIEW.at >= first_at, VIEW.at < end_at)
            .order_by(VIEW.at.desc(), VIEW.id)
        )
        names = [field.name for field in fields(FailedView)]
        found = self._connection.execute(query).mappings()
        return [FailedView(**{name: row[name] for name in names}) for row in found]

    def _of(self, period_d: int, asset_id: str) -> KeptQuality | None:
        query = select(quality_periods).where(PERIOD.period_d == period_d, PERIOD.asset_id == asset_id)
        row = self._connection.execute(query).mappings().first()
        if row is None:
            return None
        days = Days(first=row["first_day"], last=row["last_day"])
        audience = None if row["audience"] is None else groups(row["audience"])
        return KeptQuality(days=days, read_at=row["read_at"], quality=_quality(row), audience=audience)


def _quality(row: Mapping[Any, Any]) -> Quality:
    return Quality(**{name: row[name] for name in FIGURES})
