"""Which price card holds on which day: by the plan that is in use, and the newest card of it.

Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType

from core.errors import InvalidInput, UnknownPrice
from core.phrases import full_date
from core.price_card import PriceCard, Vendor
from core.usage import BEGINNING as BEGINNING
from core.usage import END, Month

USUAL: Mapping[Vendor, str] = MappingProxyType(
    {Vendor.MUX: "pay as you go", Vendor.AWS: "s3-standard us-east-1"}
)
"""The plan of each vendor until another one is chosen."""

NAMES: Mapping[Vendor, str] = MappingProxyType({Vendor.MUX: "Mux", Vendor.AWS: "AWS"})
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInUse:
    """This plan holds from `since` on, until another one of the vendor does."""

    vendor: Vendor
    plan: str
    since: date
    person: str = ""
    """Who chose it."""


def in_use(cards: Sequence[PriceCard], plans: Sequence[PlanInUse], month: Month) -> Sequence[PriceCard]:
    """The cards that hold on days of the month, each cut to those on which it does, by vendor and day.

    Raises `UnknownPrice` where none of a vendor's holds on any of its days.
    """
    return _holding(cards, plans, month.first, month.last, f"{month.first:%B %Y}")


def in_use_on(cards: Sequence[PriceCard], plans: Sequence[PlanInUse], day: date) -> Sequence[PriceCard]:
    """The same of one day: a card of each vendor. Raises `UnknownPrice`."""
    return _holding(cards, plans, day, day, full_date(day))


def in_use_of(
    vendor: Vendor, cards: Sequence[PriceCard], plans: Sequence[PlanInUse], month: Month
) -> Sequence[PriceCard]:
    """One vendor's cards that hold on days of the month, cut to those; none where it has none."""
    return _of(vendor, cards, plans, month.first, month.last)


def named_cards(
    name: str, cards: Sequence[PriceCard], plans: Sequence[PlanInUse], month: Month
) -> Sequence[PriceCard]:
    """The same as if the plan of this name, or the card with this key, were in use; of a vendor that it says
    nothing about, what is. Raises `InvalidInput` where there is none, `UnknownPrice`."""
    meant = [card for card in cards if is_called(card, name)]
    if not meant:
        known = ", ".join(dict.fromkeys(card.plan for card in cards))
        raise InvalidInput(f"No price card is called “{name}”.", hint=f"Plans are {known}.")
    vendors = {card.vendor for card in meant}
    turned = [PlanInUse(vendor=card.vendor, plan=card.plan, since=BEGINNING) for card in meant]
    others = [card for card in cards if card.vendor not in vendors]
    return in_use([*meant, *others], [*turned, *(one for one in plans if one.vendor not in vendors)], month)


def is_called(card: PriceCard, name: str) -> bool:
    """Whether its plan or its key is this."""
    return name in {card.plan, card.key}


def _holding(
    cards: Sequence[PriceCard], plans: Sequence[PlanInUse], first: date, last: date, said: str
) -> Sequence[PriceCard]:
    found: list[PriceCard] = []
    for vendor in Vendor:
        held = _of(vendor, cards, plans, first, last)
        if not held:
            raise UnknownPrice(
                f"No price card of {NAMES[vendor]} covers {said}.", hint="Add one on the page Price cards."
            )
        found += held
    return found


def _of(
    vendor: Vendor, cards: Sequence[PriceCard], plans: Sequence[PlanInUse], first: date, last: date
) -> Sequence[PriceCard]:
    return [card for card in _held(vendor, cards, plans) if _is_in(card, first, last)]


def lasting(cards: Sequence[PriceCard]) -> Sequence[PriceCard]:
    """The cards of one plan in order of their days: one that is valid until further notice ends where the
    next one begins."""
    ordered = sorted(cards, key=lambda card: card.valid_from)
    return [
        replace(card, valid_to=_eve(after.valid_from)) if after and card.valid_to is None else card
        for card, after in zip(ordered, [*ordered[1:], None], strict=False)
    ]


def obstacles(card: PriceCard, others: Sequence[PriceCard]) -> Sequence[str]:
    """Why it cannot stand beside the others, in sentences: its days are absurd, its key is taken, or a day
    has two cards."""
    days = {"valid_from": card.valid_from, "valid_to": card.valid_to}
    absurd = [
        f"“{name}” is absurd: {day} is not between {BEGINNING} and {END}."
        for name, day in days.items()
        if day and not is_sane(day)
    ]
    taken = [f"The key “{card.key}” is taken by “{one.name}”." for one in others if one.key == card.key]
    same = (one for one in others if one.vendor is card.vendor and one.plan == card.plan)
    return [
        *absurd,
        *taken,
        *(_clash(card, one) for one in same if one.key != card.key and _overlap(card, one)),
    ]


def is_sane(day: date) -> bool:
    """Whether a price may begin or end on it."""
    return BEGINNING <= day <= END


def plan_on(vendor: Vendor, day: date, plans: Sequence[PlanInUse]) -> PlanInUse:
    """The plan that is in use that day."""
    begun = [one for one in plans if one.vendor is vendor and one.since <= day]
    return max(begun, key=lambda one: one.since, default=_usual(vendor))


def _usual(vendor: Vendor) -> PlanInUse:
    return PlanInUse(vendor=vendor, plan=USUAL[vendor], since=BEGINNING)


def _held(vendor: Vendor, cards: Sequence[PriceCard], plans: Sequence[PlanInUse]) -> Iterator[PriceCard]:
    """What holds of the vendor, from its first day to its last."""
    chosen = sorted((one for one in plans if one.vendor is vendor), key=lambda one: one.since)
    turns = [_usual(vendor), *chosen]
    for turn, after in zip(turns, [*turns[1:], None], strict=True):
        mine = [card for card in cards if card.vendor is vendor and card.plan == turn.plan]
        for card in lasting(mine):
            yield _cut(card, turn.since, _eve(after.since) if after else None)


def _eve(day: date) -> date:
    """The day before; of the calendar's first day itself, as may be kept from before days were checked."""
    return max(day, date.min + DAY) - DAY


def _cut(card: PriceCard, first: date, last: date | None) -> PriceCard:
    ends = [day for day in (card.valid_to, last) if day is not None]
    return replace(card, valid_from=max(card.valid_from, first), valid_to=min(ends, default=None))


def _is_in(card: PriceCard, first: date, last: date) -> bool:
    ends = last if card.valid_to is None else min(card.valid_to, last)
    return max(card.valid_from, first) <= ends


def _overlap(one: PriceCard, other: PriceCard) -> bool:
    """Whether they hold on a common day, also once the earlier one ends for the later."""
    earlier, later = sorted((one, other), key=lambda card: card.valid_from)
    if earlier.valid_from == later.valid_from:
        return True
    return earlier.valid_to is not None and earlier.valid_to >= later.valid_from


def _clash(card: PriceCard, other: PriceCard) -> str:
    until = f" to {other.valid_to}" if other.valid_to else " on"
    return (
        f"“{other.name}” is a card of the same plan “{card.plan}” from {other.valid_from}{until}: "
        "a day cannot have two."
    )
