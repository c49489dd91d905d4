"""Reading what Mux bills: a CSV a day, where exports are enabled and the token may have them.

That they are not is no failure: everything else is known without them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from types import MappingProxyType

from core.billed import OLDEST_D, Export, ReadExport, read_export
from core.errors import InvalidInput, NotFound, Refused, Unavailable
from core.ports import Services

PAGE = 100
BEGUN_AT_H = 8
"""Mux begins a day's CSV at this hour of UTC of the next day."""

MAY_TAKE_D = 4
"""One that is still made keeps the whole list back: then those of so many days are not asked for."""

MOST_FAILED = 3
"""Of so many CSVs that do not come, none does, and no more are asked for."""

OFF = (
    "Mux does not hand out its billing exports: they are enabled in its dashboard under Usage > Exports, and "
    "the token needs the permission system:read."
)
NONE = "Mux has no billing exports of these days; its dashboard makes them under Usage > Exports."
BEING_MADE = "Mux is still making its newest billing exports."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadExports:
    """What came of it: `why_none` where Mux gave none. Columns that no price is known for are `unknown`, and
    `others` are rows of other environments."""

    days: int = 0
    unknown: Sequence[str] = ()
    others: int = 0
    why_none: str = ""
    refused: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))
    """Days whose CSV cannot be, or did not come: they are asked for again next time."""


def read_exports(*, services: Services) -> ReadExports:
    """Take in the CSV of each day that has deliveries and was not billed yet; a day is one transaction. One
    that cannot be, or does not come, keeps the others not back.

    Raises what Mux raises instead of the list: what was read by then is kept.
    """
    now = services.clock()
    with services.uow("billed.days.read") as tx:
        known = tx.usage.read_days(since=now.date() - timedelta(days=OLDEST_D))
        billed = tx.usage.billed(min(known, default=now.date()), now.date())
        environment = tx.upkeep.environment()
    missing = [day for day in known if day not in billed and day <= _newest(now)]
    found, refused, failed, why_none = list[ReadExport](), dict[date, str](), 0, ""
    try:
        for export in _listed(missing, services):
            try:
                read = _read(export, environment.id if environment else None, services)
            except (InvalidInput, Unavailable) as error:
                refused[export.day] = str(error)
                failed += isinstance(error, Unavailable)
                if failed == MOST_FAILED:
                    break
            else:
                _put(export.day, read, services)
                found.append(read)
    except (Refused, NotFound) as error:
        why_none = _reason(error)
    return ReadExports(
        days=len(found),
        unknown=sorted({name for one in found for name in one.unknown}),
        others=sum(one.others for one in found),
        why_none=why_none,
        refused=refused,
    )


def _read(export: Export, environment_id: str | None, services: Services) -> ReadExport:
    return read_export(services.mux.export_lines(export), environment_id=environment_id)


def _put(day: date, found: ReadExport, services: Services) -> None:
    with services.uow("billed.day") as tx:
        tx.usage.put_billed(day, found.columns)
        tx.commit()


def _newest(now: datetime) -> date:
    at = now.astimezone(UTC)
    return at.date() - timedelta(days=1 if at.hour >= BEGUN_AT_H else 2)


def _listed(days: Collection[date], services: Services) -> Iterator[Export]:
    """The exports of these days; without the newest where one of them is still made."""
    if not days:
        return
    first, last = min(days), max(days)
    try:
        yield from _between(first, last, days, services)
    except Refused as error:
        older = last - timedelta(days=MAY_TAKE_D)
        if error.status != 412 or older < first:
            raise
        yield from _between(first, older, days, services)


def _between(first: date, last: date, days: Collection[date], services: Services) -> Iterator[Export]:
    for page in count(1):
        listed = services.mux.exports(first, last, page=page, limit=PAGE)
        yield from (one for one in listed if one.day in days)
        if len(listed) < PAGE:
            return


def _reason(error: Refused | NotFound) -> str:
    """In words, where nothing is wrong; raises what is."""
    if isinstance(error, NotFound):
        return NONE
    if error.status in (403, 412):
        return OFF if error.status == 403 else BEING_MADE
    raise error
