"""Reading which buckets there are to look at, and what left them: from CloudWatch where a bucket has request
metrics, else worked out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from types import MappingProxyType

from core.errors import NotFound, Refused
from core.period import Days
from core.ports import Services
from core.run_trouble import foremost, noting
from core.usage import Basis
from core.usage_s3 import S3Traffic

LOOKED_BACK_D = 90
"""As of deliveries: so many days are read at first, and estimated anew each time, because views come late."""

AGAIN_D = 4
"""The last days of what CloudWatch measured are read anew."""

NO_STORE = "S3 is not Amazon's, so it has no request metrics."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTraffic:
    """By bucket: days that were measured, or why none were, so that what left it is an estimate."""

    measured: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    why_none: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def read_traffic(*, services: Services) -> ReadTraffic:
    """Whole days of UTC up to yesterday, each bucket by itself. What S3 raises but a refusal, which is told,
    is raised once all were tried."""
    today = services.clock().astimezone(UTC).date()
    buckets = sorted({bucket.name for bucket in services.settings.s3_buckets})
    measured, why_none, troubles = dict[str, int](), dict[str, str](), list[Exception]()
    with noting(troubles):
        _note(buckets, today, services)
    last = today - timedelta(days=1)
    for bucket in buckets:
        with noting(troubles):
            days, why = _read(bucket, last, services)
            if why:
                why_none[bucket] = why
            else:
                measured[bucket] = days
    if troubles:
        raise foremost(troubles)
    return ReadTraffic(measured=measured, why_none=why_none)


def _note(buckets: Sequence[str], today: date, services: Services) -> None:
    with services.uow("traffic.buckets") as tx:
        tx.usage.note_buckets(today, buckets)
        tx.commit()


def _read(bucket: str, last: date, services: Services) -> tuple[int, str]:
    """How many days were measured, and why none could be."""
    known, found, why = _known(bucket, last, services), list[S3Traffic](), ""
    try:
        found += _measured(bucket, _first(known, last), last, services)
    except (NotFound, Refused) as error:
        why = error.sentence
    days = {*known, *(one.day for one in found)}
    _put(bucket, found, _unmeasured(days, last, ended=bool(why)), services)
    return len(found), why


def _known(bucket: str, last: date, services: Services) -> Collection[date]:
    """Days that were measured."""
    with services.uow("traffic.days.read") as tx:
        found = tx.usage.traffic_days(bucket, since=_oldest(last))
    return [day for day, basis in found.items() if basis is Basis.MEASURED]


def _oldest(last: date) -> date:
    return last - timedelta(days=LOOKED_BACK_D - 1)


def _first(known: Collection[date], last: date) -> date:
    return max(_oldest(last), max(known) - timedelta(days=AGAIN_D - 1)) if known else _oldest(last)


def _measured(bucket: str, first: date, last: date, services: Services) -> Sequence[S3Traffic]:
    if services.traffic is None:
        raise NotFound(NO_STORE, hint="")
    return services.traffic.traffic(bucket, first, last)


def _unmeasured(days: Collection[date], last: date, *, ended: bool) -> Sequence[Days]:
    """What is to be estimated: all that is before the first day that was measured. Without figures after it
    nothing left on a day, unless measuring has ended."""
    if not days:
        return [Days(first=_oldest(last), last=last)]
    before = Days(first=_oldest(last), last=min(days) - timedelta(days=1))
    after = Days(first=max(days) + timedelta(days=1), last=last)
    return [one for one in (before, *([after] if ended else [])) if one.first <= one.last]


def _put(bucket: str, found: Sequence[S3Traffic], guessed: Sequence[Days], services: Services) -> None:
    with services.uow("traffic.put") as tx:
        for days in guessed:
            estimate = tx.usage.estimated_traffic(bucket, days.first, days.last)
            tx.usage.put_estimate(bucket, days.first, days.last, estimate)
        tx.usage.put_traffic(found)
        tx.commit()
