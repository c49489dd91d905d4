"""Reading quality: once a day each period is asked of Mux anew, and each day of the school that may have
changed. A period is one transaction, and so is a day: killed anywhere, the next run goes on with the rest."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from core.audience import Side
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
from core.quality_failure import MOST_VIDEOS, MOST_VIEWS
from core.quality_weakness import failing
from core.run_trouble import foremost, noting

AT_ONCE = 4
"""Calls beside each other: an answer may take longer than the limit has us wait between two of them."""


def read_quality(*, services: Services, since: date | None = None) -> None:
    """Read what is due; `since` reads the periods, and all days from then on, anew.

    Raises what Mux raises: what was read by then is kept. Where only what stands beside a period fails, the
    rest is read before.
    """
    now, zone, beside = services.clock(), services.settings.school_timezone, list[Exception]()
    with services.uow("quality.due.read") as tx:
        known = {period: tx.quality.of_school(int(period)) for period in Period}
        read = tx.quality.read_days(since=date.min)
    for period in Period:
        days, kept = whole_days(period, today=day_of(now, zone)), known[period]
        if since or kept is None or kept.days != days:
            _read_period(period, days, beside, services)
        elif period is AUDIENCE_OF and kept.audience is None:
            _read_audience(days, beside, services)
    for day in due_days(read, now=now, zone=zone, since=since):
        _read_day(day, services)
    if beside:
        raise foremost(beside)


def _read_period(period: Period, days: Days, beside: list[Exception], services: Services) -> None:
    read_at, span = services.clock(), span_over(days, services.settings.school_timezone)
    school, assets = _school([*Measure], span, services), _assets(span, services)
    with services.uow("quality.period") as tx:
        tx.quality.put_period(period, days, school, assets, read_at=read_at)
        tx.commit()
    if period is Period.WEEK:
        _read_failed(assets, span, beside, services)
    if period is AUDIENCE_OF:
        _read_audience(days, beside, services)


def _read_failed(
    assets: Mapping[str, Quality], span: Span, beside: list[Exception], services: Services
) -> None:
    """Single views, of the few videos that fail most; what was refused is asked again tomorrow."""
    with noting(beside):
        for asset_id in failing(assets, limit=MOST_VIDEOS):
            views = services.mux.failed_views(asset_id, span=span, limit=MOST_VIEWS)
            with services.uow("quality.failed") as tx:
                tx.quality.put_failed(asset_id, views)
                tx.commit()


def _read_audience(days: Days, beside: list[Exception], services: Services) -> None:
    """Of all videos together; what was refused is asked again by the next run."""
    span = span_over(days, services.settings.school_timezone)
    with noting(beside):
        with ThreadPoolExecutor(AT_ONCE) as asking:
            found = asking.map(lambda side: services.mux.viewers_by(side, None, span=span), Side)
            groups = [group for one in found for group in one]
        with services.uow("quality.audience") as tx:
            tx.quality.put_audience(AUDIENCE_OF, groups)
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
