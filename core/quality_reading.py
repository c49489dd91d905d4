"""Reading quality: once a day each period is asked of Mux anew, and each day of the school that may have
changed. A period is one transaction, and so is a day: killed anywhere, the next run goes on with the rest."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from core.audience import Group, Side
from core.figures import PAGE, Span, span_of, span_over
from core.period import Days, Period, day_of
from core.ports import Services
from core.quality import (
    AUDIENCE_OF,
    MOST_WATCHED,
    OF_A_DAY,
    Measure,
    Quality,
    Reading,
    due_days,
    quality_of,
    whole_days,
)
from core.quality_failure import MOST_VIDEOS, MOST_VIEWS, FailedView
from core.quality_weakness import failing

AT_ONCE = 4
"""Calls beside each other: an answer may take longer than the limit has us wait between two of them."""


def read_quality(*, services: Services, since: date | None = None) -> None:
    """Read what is due; `since` reads the periods, and all days from then on, anew.

    Raises what Mux raises: what was read by then is kept.
    """
    now, zone = services.clock(), services.settings.school_timezone
    with services.uow("quality.due.read") as tx:
        known = {period: tx.quality.of_school(int(period)) for period in Period}
        read = tx.quality.read_days(since=date.min)
    for period in Period:
        days, kept = whole_days(period, today=day_of(now, zone)), known[period]
        if since or kept is None or kept.days != days:
            _read_period(period, days, services)
    for day in due_days(read, now=now, zone=zone, since=since):
        _read_day(day, services)


def _read_period(period: Period, days: Days, services: Services) -> None:
    read_at, span = services.clock(), span_over(days, services.settings.school_timezone)
    school, assets = _school([*Measure], span, services), _assets(span, services)
    failed = _failed(assets, span, services) if period is Period.WEEK else {}
    audience = _audience(span, services) if period is AUDIENCE_OF else ()
    with services.uow("quality.period") as tx:
        tx.quality.put_period(period, days, school, assets, read_at=read_at, audience=audience)
        for asset_id, views in failed.items():
            tx.quality.put_failed(asset_id, views)
        tx.commit()


def _read_day(day: date, services: Services) -> None:
    read_at = services.clock()
    school = _school(OF_A_DAY, span_of(day, services.settings.school_timezone), services)
    with services.uow("quality.day") as tx:
        tx.quality.put_day(day, school, read_at=read_at)
        tx.commit()


def _school(measures: Sequence[Measure], span: Span, services: Services) -> Quality:
    with ThreadPoolExecutor(AT_ONCE) as asking:
        found = asking.map(lambda one: services.mux.measured(one, span=span), measures)
        return quality_of(dict(zip(measures, found, strict=True)))


def _assets(span: Span, services: Services) -> Mapping[str, Quality]:
    """Of the videos with most views that could have failed, which every view could."""
    measures = [*Measure]
    with ThreadPoolExecutor(AT_ONCE) as asking:
        answers = asking.map(lambda one: _by_asset(one, span, services), measures)
        found = dict(zip(measures, answers, strict=True))
    return {
        asset_id: quality_of({one: rows[asset_id] for one, rows in found.items() if asset_id in rows})
        for asset_id in found[Measure.FAILED]
    }


def _by_asset(measure: Measure, span: Span, services: Services) -> Mapping[str, Reading]:
    rows: dict[str, Reading] = {}
    for page in range(1, MOST_WATCHED // PAGE + 1):
        found = services.mux.measured_by_asset(measure, span=span, page=page, limit=PAGE)
        rows |= found.rows
        if found.is_last:
            break
    return rows


def _audience(span: Span, services: Services) -> Sequence[Group]:
    """Of all videos together."""
    with ThreadPoolExecutor(AT_ONCE) as asking:
        found = asking.map(lambda side: services.mux.viewers_by(side, None, span=span), Side)
        return [group for groups in found for group in groups]


def _failed(
    assets: Mapping[str, Quality], span: Span, services: Services
) -> Mapping[str, Sequence[FailedView]]:
    """Single views, of the few videos that fail most."""
    return {
        asset_id: services.mux.failed_views(asset_id, span=span, limit=MOST_VIEWS)
        for asset_id in failing(assets, limit=MOST_VIDEOS)
    }
