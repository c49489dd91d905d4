"""Prices: which cards hold, those that people bring, and the plans that they choose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.access import Action, Person, check
from core.card_choice import (
    NAMES,
    USUAL,
    PlanInUse,
    in_use,
    in_use_on,
    is_sane,
    named_cards,
    obstacles,
)
from core.card_reading import WrongCard, read_card
from core.errors import InvalidInput, NotFound
from core.ports import Services, Tx
from core.price_card import PriceCard, Vendor
from core.usage import BEGINNING, END, Month


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """All price cards there are, Lectern's own first, and the plans that were chosen."""

    cards: Sequence[PriceCard]
    plans: Sequence[PlanInUse]

    def plans_of(self, vendor: Vendor) -> Sequence[str]:
        """Those that have a card."""
        return list(dict.fromkeys(card.plan for card in self.cards if card.vendor is vendor))

    def on(self, day: date) -> Mapping[Vendor, PriceCard]:
        """The card of each vendor that holds that day. Raises `UnknownPrice`."""
        return {card.vendor: card for card in in_use_on(self.cards, self.plans, day)}


def cards_in_use(month: Month, *, services: Services) -> Sequence[PriceCard]:
    """Those of the plans in use that hold on days of the month, each cut to these. Raises `UnknownPrice`."""
    with services.uow("prices.month.read") as tx:
        return in_use(every_card(tx, services), tx.prices.plans(), month)


def cards_named(name: str, month: Month, *, services: Services) -> Sequence[PriceCard]:
    """The same as if the plan or card of this name were in use. Raises `InvalidInput`, `UnknownPrice`."""
    with services.uow("prices.named.read") as tx:
        return named_cards(name, every_card(tx, services), tx.prices.plans(), month)


def cards_today(*, services: Services) -> Mapping[Vendor, PriceCard]:
    """The card of each vendor that holds today. Raises `UnknownPrice`."""
    with services.uow("prices.today.read") as tx:
        return todays_cards(tx, services)


def todays_cards(tx: Tx, services: Services) -> Mapping[Vendor, PriceCard]:
    """The same in a transaction. Raises `UnknownPrice`."""
    return shelf_in(tx, services).on(services.clock().date())


def every_card(tx: Tx, services: Services) -> Sequence[PriceCard]:
    """Those that Lectern has, and those that people brought."""
    return [*services.built_in_cards, *tx.prices.cards()]


def shelf(*, by: Person, services: Services) -> Shelf:
    """What there is to look at and choose from. Raises `NotAllowed`."""
    check(by, Action.SEE_COSTS)
    with services.uow("prices.read") as tx:
        return shelf_in(tx, services)


def shelf_in(tx: Tx, services: Services) -> Shelf:
    """The same in a transaction, for whoever counts by it."""
    return Shelf(cards=every_card(tx, services), plans=tx.prices.plans())


def preview(text: str, *, by: Person, services: Services) -> PriceCard:
    """The card that the text describes, before it is kept. Raises `WrongCard`, `NotAllowed`."""
    check(by, Action.SET_PRICES)
    with services.uow("prices.preview.read") as tx:
        return _read(text, by, tx, services)


def add(text: str, *, by: Person, services: Services) -> PriceCard:
    """Keep the card. It is not in use before its plan is. Raises `WrongCard`, `NotAllowed`."""
    check(by, Action.SET_PRICES)
    with services.uow("prices.add") as tx:
        tx.prices.alone()
        card = _read(text, by, tx, services)
        if not tx.prices.add(card.key, text, author=by.name, at=services.clock()):
            raise WrongCard([f"The key “{card.key}” is taken."])
        after = {"name": card.name, "plan": card.plan, "valid_from": card.valid_from.isoformat()}
        tx.audit(by, "add price card", _subject(card.key), after=after)
        tx.commit()
    return card


def remove(key: str, *, by: Person, services: Services) -> None:
    """Keep a card that somebody brought no longer, unless its plan is or was in use. Raises `NotFound`,
    `InvalidInput`, `NotAllowed`."""
    check(by, Action.SET_PRICES)
    with services.uow("prices.remove") as tx:
        tx.prices.alone()
        card = next((one for one in tx.prices.cards() if one.key == key), None)
        if card is None:
            raise NotFound("There is no such price card (any more).", hint="Look at the list again.")
        if is_used(card, tx.prices.plans()):
            said = f"The plan “{card.plan}” is or was in use, so its cards are needed for what it cost."
            raise InvalidInput(said, hint="Add a newer card instead.")
        tx.audit(by, "remove price card", _subject(key), before={"text": tx.prices.text(key)})
        tx.prices.remove(key)
        tx.commit()


def choose_plan(vendor: Vendor, plan: str, since: date, *, by: Person, services: Services) -> None:
    """Have the plan in use from this day on. Raises `InvalidInput` where no card of it holds then or the day
    is absurd, `NotAllowed`."""
    check(by, Action.SET_PRICES)
    if not is_sane(since):
        said = f"No plan can be in use from {since} on."
        raise InvalidInput(said, hint=f"Choose a day from {BEGINNING} to {END}.")
    with services.uow("prices.choose") as tx:
        tx.prices.alone()
        mine = [one for one in every_card(tx, services) if (one.vendor, one.plan) == (vendor, plan)]
        if not any(card.covers(since) for card in mine):
            said = f"No price card of {NAMES[vendor]} “{plan}” covers {since}."
            raise InvalidInput(said, hint="Choose a later day, or add a card.")
        chosen = PlanInUse(vendor=vendor, plan=plan, since=since, person=by.name)
        tx.prices.choose(chosen, at=services.clock())
        after = {"plan": plan, "since": since.isoformat()}
        tx.audit(by, "choose price plan", f"prices {vendor}", after=after)
        tx.commit()


def is_used(card: PriceCard, plans: Sequence[PlanInUse]) -> bool:
    """Whether its plan is in use, or was."""
    named = {one.plan for one in plans if one.vendor is card.vendor}
    return card.plan in {*named, USUAL[card.vendor]}


def _read(text: str, by: Person, tx: Tx, services: Services) -> PriceCard:
    card = read_card(text, author=by.name)
    if faults := obstacles(card, every_card(tx, services)):
        raise WrongCard(faults)
    return card


def _subject(key: str) -> str:
    return f"price card {key}"
