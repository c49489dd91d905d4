"""Reading what left the buckets: from CloudWatch where a bucket has request metrics, else worked out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from types import MappingProxyType

from core.errors import NotFound, Refused
from core.ports import Services
from core.usage import Basis
from core.usage_s3 import S3Traffic

FIRST_D = 90
"""So many days are read at first, as of deliveries."""

AGAIN_D = 4
"""The last days are read anew: views come late, and so do metrics."""

NO_STORE = "S3 is not Amazon's, so it has no request metrics."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTraffic:
    """By bucket: days that were measured, or why none were, so that what left it is an estimate."""

    measured: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    why_none: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def read_traffic(*, services: Services) -> ReadTraffic:
    """Whole days of UTC up to yesterday. Raises what S3 raises but a refusal, which is told."""
    last = services.clock().astimezone(UTC).date() - timedelta(days=1)
    measured, why_none = dict[str, int](), dict[str, str]()
    for bucket in sorted({bucket.name for bucket in services.settings.s3_buckets}):
        first, wanted = _first(bucket, last, services), []
        try:
            wanted = list(_measured(bucket, first, last, services))
            measured[bucket] = len(wanted)
        except (NotFound, Refused) as error:
            why_none[bucket] = error.sentence
        _put(bucket, wanted, first, last, services)
    return ReadTraffic(measured=measured, why_none=why_none)


def _first(bucket: str, last: date, services: Services) -> date:
    oldest = last - timedelta(days=FIRST_D - 1)
    with services.uow("traffic.days.read") as tx:
        known = tx.usage.traffic_days(bucket, since=oldest)
    newest = max((day for day, basis in known.items() if basis is Basis.MEASURED), default=None)
    newest = newest or max(known, default=None)
    return max(oldest, newest - timedelta(days=AGAIN_D - 1)) if newest else oldest


def _measured(bucket: str, first: date, last: date, services: Services) -> Sequence[S3Traffic]:
    if services.traffic is None:
        raise NotFound(NO_STORE, hint="")
    return services.traffic.traffic(bucket, first, last)


def _put(bucket: str, found: Sequence[S3Traffic], first: date, last: date, services: Services) -> None:
    """What was measured, and an estimate of the days before: from then on a day without figures is one on
    which nothing left."""
    end = min((one.day for one in found), default=last + timedelta(days=1))
    with services.uow("traffic.put") as tx:
        guessed = tx.usage.estimated_traffic(first, end - timedelta(days=1)) if first < end else ()
        tx.usage.put_traffic([one for one in guessed if one.bucket == bucket])
        tx.usage.put_traffic(found)
        tx.commit()
