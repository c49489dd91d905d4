"""What Mux's own billing export says was used, day by day, beside our figure.

Pure. Mux does not publish the names of the export's columns: they are read by the words in them. A column
that no price is known for is named, not guessed.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Protocol

from core.errors import InvalidInput
from core.forms import Secret
from core.usage import MINUTE_S, Sku, StorageClass, What
from core.usage_delivery import QUALITIES, WHAT_TO_DO

OLDEST_D = 400
"""Mux makes exports of no days before."""

IDS = frozenset({"asset_id", "environment_id", "creator_id", "organization_id", "date", "passthrough"})
THINGS: Mapping[str, What] = {
    "input": What.INPUT,
    "storage": What.STORAGE,
    "stored": What.STORAGE,
    "delivery": What.DELIVERY,
    "delivered": What.DELIVERY,
}
TIERS = {"audio": "audio-only", "720p": "720p", "1080p": "1080p", "1440p": "1440p", "2160p": "2160p"}
COLDS = {"infrequent": StorageClass.INFREQUENT, "cold": StorageClass.COLD}
TO_MINUTES = {"minutes": Decimal(1), "seconds": Decimal(1) / MINUTE_S, "hours": Decimal(60)}
KNOWN = frozenset({"only", "usage", "video", "total", *THINGS, *TIERS, *QUALITIES, *COLDS, *TO_MINUTES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A day's CSV; `url` opens it to whoever has it, for the moment of use."""

    day: date
    url: Secret = field(repr=False)


class ExportHost(Protocol):
    """Mux's billing exports; raises as `core.ports.VideoHost` does: `Refused` (403) where they are not
    enabled, `NotFound` where there are none, `Refused` (412) while one of those asked for is made."""

    def exports(self, first: date, last: date, *, page: int, limit: int) -> Sequence[Export]:
        """Page `page` (from 1) of the CSVs of these days, the newest first."""

    def export_lines(self, export: Export) -> Iterator[str]:
        """The CSV line by line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledColumn:
    """One column of a day's export, summed up over so many assets that have any; in minutes, where `sku_of`
    knows what it is."""

    name: str
    quantity: Decimal
    assets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadExport:
    """A day's CSV, summed up. `others` are rows of other environments, which count for nothing here."""

    columns: Sequence[BilledColumn]
    unknown: Sequence[str]
    """Columns that no price is known for."""
    others: int


class BilledDays(Protocol):
    """`mux_admin.billed_days`."""

    def put_billed(self, day: date, columns: Sequence[BilledColumn]) -> None:
        """Have exactly these for the day. Safe to repeat."""

    def billed(self, first: date, last: date) -> dict[date, Sequence[BilledColumn]]:
        """Of the days among these whose export was taken in."""


def sku_of(name: str) -> Sku | None:
    """What a column counts; None where one of its words is not known, or too little is said.

    >>> sku_of("delivery_plus_1080p_minutes") == Sku(what=What.DELIVERY, quality="plus", tier="1080p")
    True
    >>> sku_of("live_input_plus_1080p_minutes"), sku_of("delivery_minutes")
    (None, None)
    """
    words = _words(name)
    found = [words & known.keys() for known in (THINGS, TIERS)] + [words & QUALITIES]
    if any(len(one) != 1 for one in found) or words - KNOWN:
        return None
    (thing,), (tier,), (quality,) = found
    colds = [COLDS[one] for one in words & COLDS.keys()]
    kept = (colds or [StorageClass.STANDARD])[0] if THINGS[thing] is What.STORAGE else None
    return Sku(what=THINGS[thing], quality=quality, tier=TIERS[tier], storage=kept)


def read_export(lines: Iterable[str], *, environment_id: str | None) -> ReadExport:
    """A day's CSV: a row an asset. Raises `InvalidInput`, naming line and column, for what cannot be."""
    try:
        return _read(csv.DictReader(lines), environment_id)
    except csv.Error as error:
        raise InvalidInput(f"Mux's billing export is no CSV ({error}).", hint=WHAT_TO_DO) from None


def _read(rows: "csv.DictReader[str]", environment_id: str | None) -> ReadExport:
    head = rows.fieldnames or ()
    names = [name for name in head if name not in IDS]
    if "asset_id" not in head or not names or len({*head}) < len(head):
        raise InvalidInput(
            "Mux's billing export does not tell of assets and what they used.", hint=WHAT_TO_DO
        )
    sums, assets, others = dict.fromkeys(names, Decimal(0)), dict.fromkeys(names, 0), 0
    texts: set[str] = set()
    for number, row in enumerate(rows, start=2):
        if environment_id and row.get("environment_id") not in (None, "", environment_id):
            others += 1
            continue
        if None in row or None in row.values():
            raise InvalidInput(
                f"Line {number} of Mux's billing export has another number of values than its head.",
                hint=WHAT_TO_DO,
            )
        for name in names:
            value = _quantity(row.get(name), name, number)
            if value is None:
                texts.add(name)
            elif value:
                sums[name] += value
                assets[name] += 1
    columns = [_column(name, sums[name], assets[name]) for name in names if name not in texts]
    unknown = [name for name in names if sku_of(name) is None]
    return ReadExport(columns=columns, unknown=unknown, others=others)


def _column(name: str, quantity: Decimal, assets: int) -> BilledColumn:
    unit = next((TO_MINUTES[word] for word in _words(name) & TO_MINUTES.keys()), Decimal(1))
    return BilledColumn(name=name, quantity=quantity * (unit if sku_of(name) else 1), assets=assets)


def _quantity(text: str | None, name: str, number: int) -> Decimal | None:
    """None for a text in a column that no price is known for."""
    try:
        found = Decimal((text or "0").strip() or "0")
    except InvalidOperation:
        found = Decimal("NaN")
    if found.is_finite() and found >= 0:
        return found
    if sku_of(name) is None:
        return None
    raise InvalidInput(
        f"Line {number} of Mux's billing export says “{str(text)[:40]}” for {name}.", hint=WHAT_TO_DO
    )


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"\d+p|[a-z]+|\d+", name.lower()))
