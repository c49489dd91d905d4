"""How well videos play, as it is known here: one beside the school's, with what went wrong; and the school's
own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from core.access import Action, Person, check
from core.figures import span_over
from core.period import Days
from core.ports import Services, Tx
from core.quality import AUDIENCE_OF, KeptQuality, Quality
from core.quality_failure import FailureGroup, grouped


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoQuality:
    """A video beside the school, over periods of a length. `school` None: nothing was read yet; `own` None:
    it is not among the most watched. `failures` are those of single views that were looked at."""

    own: KeptQuality | None
    school: KeptQuality | None
    failures: Sequence[FailureGroup]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolQuality:
    """The school's, and that of the days of it that are known and may be told."""

    kept: KeptQuality
    by_day: Mapping[date, Quality]


def of_video(tx: Tx, asset_id: str, days: Days, zone: ZoneInfo) -> VideoQuality:
    """For whoever was let in to the lesson that plays it."""
    own = tx.quality.of_asset(len(days), asset_id)
    read = own.days if own else days
    failed = tx.quality.failed_views(asset_id, span_over(read, zone))
    return VideoQuality(
        own=own,
        school=tx.quality.of_school(len(days)),
        failures=grouped(failed, zone, viewers=own.quality.viewers if own else None),
    )


def of_school(days: Days, *, by: Person, services: Services) -> SchoolQuality | None:
    """Of the period of this length that was read last; None before the first. Raises `NotAllowed`."""
    check(by, Action.SEE_VIEWING)
    with services.uow("quality.school.read") as tx:
        kept = tx.quality.of_school(len(days))
        if kept is None:
            return None
        told = {day: one for day, one in tx.quality.days(kept.days).items() if one.is_told}
        return SchoolQuality(kept=kept, by_day=told)


def audience(*, by: Person, services: Services) -> KeptQuality | None:
    """The whole school's with its viewers told apart, of `AUDIENCE_OF` whatever is looked at; None before the
    first. Raises `NotAllowed`."""
    check(by, Action.SEE_VIEWING)
    with services.uow("quality.audience.read") as tx:
        return tx.quality.of_school(int(AUDIENCE_OF))
