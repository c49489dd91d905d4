"""Reading usage: what Mux delivered comes in a day of UTC at a time, and is kept for ever.

A day is one transaction: killed anywhere, the next run goes on with the days that are missing.
"""

from collections import deque
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import count
from types import MappingProxyType
from typing import Any

from core.access import Action, Person, check
from core.billed_reading import ReadExports, read_exports
from core.errors import InvalidInput, Unavailable, UpstreamError
from core.figures import Freshness, Outcome, Span
from core.ports import Services
from core.run_trouble import foremost, noting, said
from core.traffic_reading import ReadTraffic, read_traffic
from core.usage_delivery import PAGE, WHAT_TO_DO, Delivered, day_span, due, is_final, read_rows

Troubles = Sequence[Exception]

AT_ONCE = 4
"""Days that are asked for beside each other: an answer may take longer than the limit has us wait."""

MOST_FAILED = 3
"""Of so many days that do not come, Mux is away, and no more are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadUsage:
    """What a run read."""

    days: int = 0
    rows: int = 0
    """Assets and what was delivered of them, day by day."""
    first: date | None = None
    """The oldest day that was read: of days before Mux keeps nothing."""
    refused: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))
    """Days that were not taken in, because what Mux says of them cannot be."""
    exports: ReadExports = field(default_factory=ReadExports)
    traffic: ReadTraffic = field(default_factory=ReadTraffic)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    """A day as Mux tells it, up to `covers_to`, asked for at `read_at`."""

    day: date
    rows: Sequence[Delivered]
    read_at: datetime
    covers_to: datetime


def read_usage(*, by: Person, services: Services, since: date | None = None) -> ReadUsage:
    """Read every day that may have changed, the newest first; `since` reads all days from then on anew.

    Raises `InvalidInput` for a day to come, and what Mux raises: what was read by then is kept, and why it
    stopped is told beside the figures. A day that cannot be as Mux tells it, or does not come, keeps the
    others not back.
    """
    check(by, Action.SYNC)
    now = services.clock()
    if since is not None and since > now.astimezone(UTC).date():
        raise InvalidInput(f"{since} is a day to come.", hint="Name a day that has begun.")
    found, of_days, beside = ReadUsage(), list[Exception](), list[Exception]()
    with noting(of_days):
        found = _read_days(since, now, beside, services)
    with noting(beside):
        _note_renditions(now, services)
    with noting(beside):
        found = replace(found, exports=read_exports(services=services))
    with noting(beside):
        found = replace(found, traffic=read_traffic(services=services))
    _note(found, of_days, beside, now, services)
    if troubles := [*of_days, *beside]:
        raise foremost(troubles)
    return found


def freshness(*, services: Services) -> Freshness:
    """How far deliveries go."""
    with services.uow("usage.fresh.read") as tx:
        return tx.usage.freshness()


def _read_days(since: date | None, now: datetime, beside: list[Exception], services: Services) -> ReadUsage:
    """Raises where a day that may still change did not come; that an older one did not stands `beside`."""
    with services.uow("usage.days.read") as tx:
        known = tx.usage.read_days(since=date.min)
    read = {day: one.read_at for day, one in known.items() if one.read_at and not one.error}
    days = due(read, now=now, since=since)
    rows, refused, failed = dict[date, int](), dict[date, str](), dict[date, UpstreamError]()
    with closing(_ahead(days, services)) as ahead:
        for day, coming in ahead:
            try:
                rows[day] = _take_in(coming.result(), services)
            except InvalidInput as error:
                refused[day] = str(error)
                _refuse(day, error, services)
            except UpstreamError as error:
                failed[day] = error
                if error.account_wide or len(failed) == MOST_FAILED:
                    break
    came = rows.keys() | refused.keys()
    if any(day not in came and not is_final(day, read_at=now) for day in days):
        raise next(iter(failed.values()))
    beside += [_missing(day, error) for day, error in failed.items()]
    return ReadUsage(days=len(rows), rows=sum(rows.values()), first=min(came, default=None), refused=refused)


def _missing(day: date, error: UpstreamError) -> UpstreamError:
    """The same error, with the day that it is about."""
    error = copy(error)
    error.args = (f"Deliveries of {day} are not known yet: {error}",)
    return error


def _ahead(days: Sequence[date], services: Services) -> Generator[tuple[date, Future[_Day]], None, None]:
    """The days in order, the next ones asked for while one is taken in."""
    coming: deque[tuple[date, Future[_Day]]] = deque()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="usage") as pool:
        try:
            for day in days:
                coming.append((day, pool.submit(_ask, day, services)))
                if len(coming) > AT_ONCE:
                    yield coming.popleft()
            yield from coming
        finally:
            for _, one in coming:
                one.cancel()


def _ask(day: date, services: Services) -> _Day:
    read_at = services.clock()  # before it is asked: what comes meanwhile is read next time
    span = day_span(day, now=read_at)
    if span is None:
        raise Unavailable(f"Mux does not tell of {day} yet.")
    rows = read_rows(_rows(day, span, services))
    covers_to = datetime.fromtimestamp(span.end_s, UTC)
    return _Day(day=day, rows=rows, read_at=read_at, covers_to=covers_to)


def _rows(day: date, span: Span, services: Services) -> Sequence[Mapping[str, Any]]:
    """All pages. While the list is read its order may change: a row comes on two pages, another on none."""
    found, assets = list[Mapping[str, Any]](), set[str]()
    for page in count(1):
        answer = services.mux.deliveries(span=span, page=page, limit=PAGE)
        new = {str(row.get("asset_id")) for row in answer.rows} - assets
        found += answer.rows
        assets |= new
        is_last = len(answer.rows) < PAGE or page * PAGE == answer.total
        if (is_last and len(assets) < (answer.total or 0)) or not (is_last or new):
            raise Unavailable(f"What was delivered on {day} changed while it was read.")
        if is_last:
            break
    return found


def _take_in(found: _Day, services: Services) -> int:
    with services.uow("usage.day") as tx:
        tx.usage.put_day(found.day, found.rows, read_at=found.read_at, covers_to=found.covers_to)
        tx.commit()
    return len(found.rows)


def _refuse(day: date, error: InvalidInput, services: Services) -> None:
    with services.uow("usage.refuse") as tx:
        tx.usage.refuse_day(day, at=services.clock(), error=str(error))
        tx.commit()


def _note_renditions(now: datetime, services: Services) -> None:
    with services.uow("usage.renditions") as tx:
        tx.usage.note_renditions(now)
        tx.commit()


def _note(found: ReadUsage, of_days: Troubles, beside: Troubles, now: datetime, services: Services) -> None:
    """The run as it ended. What was refused is told like what could not be asked for."""
    refused = _of_days(found.refused)
    troubles = [*of_days, *refused, *beside, *_of_days(found.exports.refused)]
    with services.uow("usage.note") as tx:
        if not of_days:
            tx.usage.note_read(now)
        if troubles:
            outcome = Outcome.FAILED if of_days or refused else Outcome.PARTLY
            error, hint = said(troubles[0])
            tx.usage.note_read(services.clock(), outcome, error=error, hint=hint)
        tx.commit()


def _of_days(refused: Mapping[date, str]) -> list[Exception]:
    return [InvalidInput(f"{day}: {why}", hint=WHAT_TO_DO) for day, why in sorted(refused.items())]
