"""Advising: what could be saved in a month, by what is kept and watched at present."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.access import Action, Person, check
from core.advice import Advice, Find, Kind, Saving, saving, with_finds
from core.advice_finds import (
    IA_LEAST_D,
    PARTS_AFTER,
    UNPLAYED_D,
    of_files,
    of_parts,
    of_videos,
    of_watched,
)
from core.bill import Bill, shares
from core.cost import bill
from core.errors import AppError, UnknownPrice
from core.forecasting import used_now
from core.month_costs import split
from core.months_ahead import MonthUsage, month_now
from core.ports import Services, Tx
from core.present_usage import Present
from core.price_card import PriceCard, named
from core.pricing import cards_in_use
from core.storage import LeftParts
from core.usage import Month, Sku, What

MOST_UNKNOWN_D = 9
"""Of 90 days: where more are not known, nobody can say that something was not watched."""

UPLOADS = ("uploads/", "resources/")
"""Where in the bucket files lie that people bring in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advised:
    """What could be saved; `unknown` says of which kinds nothing can be told, and why."""

    at: datetime
    now: Present
    saving: Saving
    cards: Sequence[PriceCard]
    unknown: Mapping[Kind, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing of a piece of advice, with the cents of it that it has."""

    find: Find
    title: str
    usd: Decimal


def advised(*, by: Person, services: Services) -> Advised:
    """What could be saved in a month like now. Raises `NotAllowed`, `UnknownPrice`."""
    check(by, Action.SEE_COSTS)
    at = services.clock()
    month = Month.of(at.date()).after
    cards = cards_in_use(month, services=services)
    with services.uow("advice.read") as tx:
        now = used_now(at, tx=tx)
        found, unknown = _of_records(at, tx)
    try:
        found[Kind.PARTS] = of_parts(_parts(at, services))
    except AppError as error:
        unknown[Kind.PARTS] = str(error) if error.retryable else error.sentence

    def price(one: MonthUsage) -> Bill:
        return bill(one.usages, cards, month=month)

    # what lies in parts is in no listing, and so in no usage
    usage = with_finds(month_now(now, month), found.get(Kind.PARTS, ()))
    return Advised(at=at, now=now, saving=saving(found, usage, price=price), cards=cards, unknown=unknown)


def rows(advice: Advice, cards: Sequence[PriceCard], *, by: Person, services: Services) -> Sequence[Row]:
    """Its things, the dearest first; their cents sum up to what it saves. Raises `NotAllowed`."""
    check(by, Action.SEE_COSTS)
    finds = sorted(advice.finds, key=lambda one: _worth(one, cards), reverse=True)
    parts = split(advice.saves_usd, [_worth(one, cards) for one in finds])
    cents = shares(advice.saves_usd, parts)
    with services.uow("advice.titles.read") as tx:
        titles = tx.viewings.titles(sorted({lesson for one in finds for lesson in one.lessons}))
    return [Row(find=one, title=_title(one, titles), usd=usd) for one, usd in zip(finds, cents, strict=True)]


def _of_records(at: datetime, tx: Tx) -> tuple[dict[Kind, Sequence[Find]], dict[Kind, str]]:
    """What is found, by kind; and of which kinds nothing can be told, because too little is known."""
    since = at.date() - timedelta(days=UNPLAYED_D)
    before = at - timedelta(days=UNPLAYED_D)
    records = tx.advice
    found: dict[Kind, Sequence[Find]] = {
        Kind.ORIGINALS: of_files(records.originals(before=at - timedelta(days=IA_LEAST_D))),
        Kind.COPIES: of_videos(records.copies(at=at)),
    }
    if reason := _too_little(since, at, tx):
        return found, dict.fromkeys((Kind.UNPLAYED, Kind.LARGER, Kind.DOWNLOADS), reason)
    found[Kind.UNPLAYED] = of_videos(records.unplayed(since=since, before=before, at=at))
    found[Kind.LARGER] = of_watched(records.watched(since=since, at=at))
    found[Kind.DOWNLOADS] = of_videos(
        records.downloads(since=since, before=before, at=at), What.RENDITION_STORAGE
    )
    return found, {}


def _too_little(since: date, at: datetime, tx: Tx) -> str:
    """Why nothing can be said about what was watched in the last 90 days; "" where it can."""
    read = [day for day, one in tx.usage.read_days(since=since).items() if one.covers_to]
    known = sum(since <= day < at.date() for day in read)
    needed = UNPLAYED_D - MOST_UNKNOWN_D
    if known >= needed:
        return ""
    return f"Deliveries of {known} of the last {UNPLAYED_D} days are known; it takes {needed}."


def _parts(at: datetime, services: Services) -> Sequence[LeftParts]:
    """Raises what S3 does."""
    place = services.settings.upload_place
    if place is None:
        return ()
    before = at - PARTS_AFTER
    found = [
        services.store.left_parts(place.name, f"{place.prefix}{folder}", before=before) for folder in UPLOADS
    ]
    return [one for some in found for one in some]


def _worth(find: Find, cards: Sequence[PriceCard]) -> Decimal:
    """By the first steps of the prices, to share what all of them save."""
    then = _first_usd(find.then, cards) if find.then else Decimal(0)
    return find.quantity * (_first_usd(find.sku, cards) - then)


def _first_usd(sku: Sku, cards: Sequence[PriceCard]) -> Decimal:
    card = next((one for one in cards if sku in one.prices), None)
    if card is None:
        raise UnknownPrice(f"No price card in use has a price for {named(sku)}.")
    return card.steps_of(sku)[0].usd


def _title(find: Find, titles: Mapping[str, str]) -> str:
    """Of its lessons; of what no lesson plays, its file or id."""
    known = [titles[lesson] for lesson in find.lessons if titles.get(lesson)]
    return ", ".join(known) or find.name or find.thing
