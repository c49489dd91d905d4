"""What if: other views, more videos at Mux, another quality, another card, and what a year costs then.

Pure. A scenario changes months of usage; the bill of what comes out is made as any other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import accumulate

from core.asset import Quality
from core.bill import Bill
from core.migration import Options
from core.month_forecast import STORED
from core.months_ahead import MonthUsage, coldness, month_of
from core.present_usage import NONE
from core.price_card import PriceCard
from core.usage import Month, Sku, StorageClass, What, quantities, summed

CAP = "1080p"
CAPPED = frozenset({"1440p", "2160p"})
MOVED_TIER = "1080p"
"""What is moved is counted as this: what it is made of is not known before Mux has it."""

USUAL = Options().quality
"""What is moved gets it where no other is wanted."""

WATCHED = frozenset({What.DELIVERY, What.S3_EGRESS, What.S3_READS})
OF_VIDEOS = frozenset({What.INPUT, What.STORAGE, What.DELIVERY, What.RENDITION_INPUT, What.RENDITION_STORAGE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What would be otherwise; as it stands here, nothing."""

    moved_minutes: Decimal = NONE
    """Moved from S3 to Mux, at the start of the first month."""
    moved_gb: Decimal = NONE
    """What leaves S3 for that, once."""
    views: Decimal = Decimal(1)
    """So many times as much is watched."""
    quality: Quality | None = None
    """Everything at Mux has this one, made anew where it has another."""
    is_capped: bool = False
    """Nothing at Mux is larger than 1080p."""
    drops_cold: bool = False
    """What is kept cold is deleted at Mux."""
    captions: bool = False
    """Mux writes captions of everything, for which it lists no price."""
    card: PriceCard | None = None
    """In place of the one of its vendor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What plays from S3 and could move."""

    minutes: Decimal = NONE
    gb: Decimal = NONE

    def gb_of(self, minutes: Decimal) -> Decimal:
        """Of so many minutes, at the mean of them all."""
        return self.gb * minutes / self.minutes if self.minutes else NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Years:
    """A year as it is and as it would be: what each month costs, exact."""

    months: Sequence[Month]
    as_is: Sequence[Bill]
    then: Sequence[Bill]

    @property
    def as_is_usd(self) -> Sequence[Decimal]:
        return [bill.total_usd for bill in self.as_is]

    @property
    def then_usd(self) -> Sequence[Decimal]:
        return [bill.total_usd for bill in self.then]

    @property
    def difference_usd(self) -> Decimal:
        """Of the whole year; below zero: it saves."""
        return sum(self.then_usd, NONE) - sum(self.as_is_usd, NONE)

    @property
    def break_even(self) -> Month | None:
        """The first month at whose end it has cost no more than if all had stayed, after it had cost more;
        None where there is none, or where it never costs more."""
        over = [b > a for a, b in zip(accumulate(self.as_is_usd), accumulate(self.then_usd), strict=True)]
        if True not in over:
            return None
        later = range(over.index(True), len(over))
        return next((self.months[at] for at in later if not over[at]), None)


def months_if(scenario: Scenario, months: Sequence[MonthUsage], left: Left) -> list[MonthUsage]:
    """The months with what the scenario changes; what is paid once is in the first."""
    changed: list[MonthUsage] = []
    for number, month in enumerate(months):
        whole = _watched(scenario, _by_sku(month))
        if scenario.drops_cold:
            whole = {sku: quantity for sku, quantity in whole.items() if not _is_cold(sku)}
        made = _made_anew(scenario, whole) if not number else {}
        whole = summed((_as_wanted(scenario, sku), quantity) for sku, quantity in whole.items())
        moved = _moved(scenario, whole, left, is_first=not number)
        changed.append(month_of(month.month, summed([*whole.items(), *made.items(), *moved.items()])))
    return changed


def with_card(cards: Sequence[PriceCard], chosen: PriceCard | None) -> Sequence[PriceCard]:
    """The same cards, but of its vendor the chosen one alone, as if it held at any time."""
    if chosen is None:
        return cards
    always = replace(chosen, valid_from=date.min, valid_to=None)
    return [*(one for one in cards if one.vendor is not chosen.vendor), always]


def years(
    months: Sequence[MonthUsage],
    scenario: Scenario,
    left: Left,
    *,
    price: Callable[[MonthUsage, PriceCard | None], Bill],
) -> Years:
    """Both. Raises what `price` raises: `UnknownPrice` where the other card has no price for something."""
    return Years(
        months=[one.month for one in months],
        as_is=[price(one, None) for one in months],
        then=[price(one, scenario.card) for one in months_if(scenario, months, left)],
    )


def _by_sku(month: MonthUsage) -> dict[Sku, Decimal]:
    return quantities(month.usages)


def _watched(scenario: Scenario, whole: Mapping[Sku, Decimal]) -> dict[Sku, Decimal]:
    return {
        sku: quantity * scenario.views if sku.what in WATCHED else quantity for sku, quantity in whole.items()
    }


def _is_cold(sku: Sku) -> bool:
    return sku.what in STORED and sku.what is not What.S3_STORAGE and sku.storage is StorageClass.COLD


def _as_wanted(scenario: Scenario, sku: Sku) -> Sku:
    """The same thing in the quality and resolution that is wanted."""
    if sku.what not in OF_VIDEOS:
        return sku
    quality = scenario.quality.value if scenario.quality else sku.quality
    tier = CAP if scenario.is_capped and sku.tier in CAPPED else sku.tier
    return replace(sku, quality=quality if sku.quality else "", tier=tier)


def _made_anew(scenario: Scenario, whole: Mapping[Sku, Decimal]) -> dict[Sku, Decimal]:
    """Input of what is stored in another quality or resolution: Mux changes none in place."""
    stored = [(sku, quantity) for sku, quantity in whole.items() if sku.what is What.STORAGE]
    others = [(_as_wanted(scenario, sku), minutes) for sku, minutes in stored if _differs(scenario, sku)]
    return summed((replace(sku, what=What.INPUT, storage=None), minutes) for sku, minutes in others)


def _differs(scenario: Scenario, sku: Sku) -> bool:
    return _as_wanted(scenario, sku) != sku


def _moved(
    scenario: Scenario, whole: Mapping[Sku, Decimal], left: Left, *, is_first: bool
) -> dict[Sku, Decimal]:
    """What the moved videos add at Mux; what no longer leaves S3 is below zero."""
    minutes = scenario.moved_minutes
    if not minutes:
        return {}
    sku = Sku(what=What.INPUT, quality=(scenario.quality or USUAL).value, tier=MOVED_TIER)
    egress = Sku(what=What.S3_EGRESS)
    found: dict[Sku, Decimal] = {
        replace(sku, what=What.STORAGE, storage=kind): minutes * share
        for kind, share in coldness(whole).items()
    }
    spared_gb = whole.get(egress, NONE) * min(Decimal(1), minutes / left.minutes) if left.minutes else NONE
    found[replace(sku, what=What.DELIVERY)] = _played(minutes, spared_gb, whole, left)
    found[egress] = (scenario.moved_gb if is_first else NONE) - spared_gb
    return {**found, sku: minutes} if is_first else found


def _played(minutes: Decimal, spared_gb: Decimal, whole: Mapping[Sku, Decimal], left: Left) -> Decimal:
    """Minutes that are watched of them in a month: as much as left S3 for it; where nothing is known of that,
    as much of each minute as of those at Mux."""
    if spared_gb and left.gb:
        return spared_gb * left.minutes / left.gb
    stored = sum((quantity for sku, quantity in whole.items() if sku.what is What.STORAGE), NONE)
    delivered = sum((quantity for sku, quantity in whole.items() if sku.what is What.DELIVERY), NONE)
    return minutes * delivered / stored if stored else NONE
