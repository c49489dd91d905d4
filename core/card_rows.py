"""A price card in few rows: what has the same price stands together.

Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.price_card import CLASSES, QUALITIES, TIERS, PriceCard, Step
from core.usage import Sku, StorageClass, What

ALL = ()
"""Stands for all that there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """One price of these qualities, in these tiers, kept like this; `ALL` of what it does not depend on."""

    what: What
    steps: Sequence[Step]
    qualities: Sequence[str] = ALL
    tiers: Sequence[str] = ALL
    classes: Sequence[StorageClass] = ALL


def card_rows(card: PriceCard) -> Sequence[CardRow]:
    """Its prices, in the order of `What`, then as the card has them."""
    found: list[CardRow] = []
    for what in What:
        prices = {sku: tuple(steps) for sku, steps in card.prices.items() if sku.what is what}
        found += _rows(what, prices)
    return found


def _rows(what: What, prices: Mapping[Sku, tuple[Step, ...]]) -> Sequence[CardRow]:
    """Qualities are put together first, then tiers, then storage classes."""
    qualities = _together(((sku.storage, sku.tier, steps), sku.quality) for sku, steps in prices.items())
    tiers = _together(((of, storage, steps), tier) for (storage, tier, steps), of in qualities.items())
    classes = _together(((of, within, steps), storage) for (of, storage, steps), within in tiers.items())
    return [
        CardRow(
            what=what,
            steps=steps,
            qualities=_unless_all(of, QUALITIES),
            tiers=_unless_all(within, TIERS),
            classes=_unless_all(kept, CLASSES.get(what, (None,))),
        )
        for (of, within, steps), kept in classes.items()
    ]


def _together(pairs: Iterable[tuple[Any, Any]]) -> Mapping[Any, tuple[Any, ...]]:
    """What goes with each of them."""
    found: dict[Any, tuple[Any, ...]] = {}
    for one, other in pairs:
        found[one] = (*found.get(one, ()), other)
    return found


def _unless_all(found: Sequence[Any], known: Sequence[Any]) -> Sequence[Any]:
    return ALL if set(found) >= set(known) or set(found) <= {"", None} else found
