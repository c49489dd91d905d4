"""Reading a price card: TOML into a `PriceCard`; all that is wrong with it is said at once, with its place.

docs/costs.md explains the form.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from core.card_table import MOST_UNITS, CardTable
from core.errors import InvalidInput
from core.price_card import CLASSES, QUALITIES, TIERS, VENDOR_OF, PriceCard, Step, Vendor, named, skus
from core.usage import Sku, What

MOST_USD = Decimal(10)
"""For one unit: more was written for a thousand of them, or in cents."""

MOST_MONTHLY_USD = Decimal(1_000_000)
"""As a plan's fee or credit."""

LONGEST = 100_000
"""Characters of a card."""

KEY = re.compile(r"[a-z0-9][a-z0-9.-]{2,59}")


class WrongCard(InvalidInput):
    """A price card that cannot be taken; `faults` are sentences."""

    hint = "Correct the card and check it again."

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = tuple(faults)


@lru_cache(maxsize=64)
def read_card(text: str, *, author: str = "") -> PriceCard:
    """The card that the TOML describes. Raises `WrongCard` with everything that is wrong, and where."""
    faults: list[str] = []
    head = CardTable(_toml(text), "", faults)
    vendor = _vendor(head)
    found = {**_words(head), **_days(head), **_monthly(head), "free": _free(head, vendor)}
    prices = _prices(head, vendor)
    head.nothing_else()
    if faults or vendor is None:
        raise WrongCard(faults)
    return PriceCard(vendor=vendor, author=author, prices=prices, **found)


def _toml(text: str) -> Mapping[str, Any]:
    if len(text) > LONGEST:
        raise WrongCard([f"It is too long: {len(text):,} characters of at most {LONGEST:,}."])
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise WrongCard([f"It is not TOML: {error}."]) from error


def _vendor(head: CardTable) -> Vendor | None:
    name = head.text("vendor")
    if name in [*Vendor]:
        return Vendor(name)
    if name:
        head.fault(f"unknown vendor “{name:.40}”; a card is of {' or '.join(Vendor)}.")
    return None


def _words(head: CardTable) -> Mapping[str, Any]:
    found = {name: head.text(name) for name in ("key", "name", "plan", "source")}
    if found["key"] and not KEY.fullmatch(found["key"]):
        head.fault("“key” has other characters than a to z, 0 to 9, dots and dashes, or is not 3 to 60 long.")
    return {**found, "remarks": head.texts("remarks")}


def _days(head: CardTable) -> Mapping[str, Any]:
    """They may be missing, which is noted then."""
    found = {name: head.day(name) for name in ("source_date", "valid_from")}
    first, last = found["valid_from"], head.day("valid_to", needed=False)
    if first and last and last < first:
        head.fault(f"it ends on {last}, before it begins on {first}.")
    return {**found, "valid_to": last}


def _monthly(head: CardTable) -> Mapping[str, Decimal]:
    return {name: head.amount(name, most=MOST_MONTHLY_USD) for name in ("fee_usd", "credit_usd")}


def _free(head: CardTable, vendor: Vendor | None) -> Mapping[What, Decimal]:
    table = CardTable(head.table("free"), "Free", head.faults)
    kinds = [what for what in What if vendor in {None, VENDOR_OF[what]}]
    found = {what: table.amount(what, most=MOST_UNITS) for what in kinds}
    table.nothing_else()
    return {what: units for what, units in found.items() if units}


def _prices(head: CardTable, vendor: Vendor | None) -> Mapping[Sku, Sequence[Step]]:
    found: dict[Sku, Sequence[Step]] = {}
    for table in head.tables("price", "Price"):
        for sku, steps in _of(table, vendor):
            if sku in found:
                table.fault(f"{named(sku)} has a price already.")
            found[sku] = steps
        table.nothing_else()
    return found


def _of(table: CardTable, vendor: Vendor | None) -> Iterator[tuple[Sku, Sequence[Step]]]:
    """The prices of one table: each thing that it names, with its steps."""
    kinds = [what for what in What if vendor in {None, VENDOR_OF[what]}]
    whats = [What(what) for what in table.words("what", kinds)]
    if not whats:
        table.forget()  # what else it may say depends on that
        return
    table.place += f" ({', '.join(whats)})"
    up_to = _up_to(table)
    qualities, classes = _narrowed(table, whats)
    by_tier = list(_by_tier(table, whats, up_to))
    steps = dict(by_tier)
    if len(steps) < len(by_tier):
        table.fault("“usd” names a tier twice.")
    for what in whats:
        for sku in skus(what):
            if sku.quality in qualities and (sku.storage or "") in classes and sku.tier in steps:
                yield sku, steps[sku.tier]


def _narrowed(table: CardTable, whats: Sequence[What]) -> tuple[Sequence[str], Sequence[str]]:
    """Qualities and storage classes that are named; "" of what has none."""
    is_mux = any(VENDOR_OF[what] is Vendor.MUX for what in whats)
    kept = [what for what in whats if what in CLASSES]
    qualities = table.words("quality", QUALITIES) if is_mux else ()
    known = dict.fromkeys(one.value for what in kept for one in CLASSES[what])
    classes = table.words("storage", known) if kept else ()
    return (*qualities, ""), (*classes, "")


def _by_tier(
    table: CardTable, whats: Sequence[What], up_to: Sequence[Decimal]
) -> Iterator[tuple[str, Sequence[Step]]]:
    """The steps by tier; of what knows no tiers under ""."""
    if VENDOR_OF[whats[0]] is not Vendor.MUX:
        yield "", _steps(table, "usd", table.take("usd"), up_to)
        return
    by_tier = table.table("usd")
    if not by_tier:
        table.fault("“usd” is missing; it is given by tier, such as usd.1080p = 0.003.")
    for name, found in by_tier.items():
        for tier in table.known("tier", name, TIERS):
            yield tier, _steps(table, f"usd.{name}", found, up_to)


def _up_to(table: CardTable) -> Sequence[Decimal]:
    ends = [table.number("up_to", one, most=MOST_UNITS) for one in _listed(table.take("up_to"))]
    if any(later <= earlier for earlier, later in zip([Decimal(0), *ends], ends, strict=False)):
        table.fault(f"the steps of “up_to” are out of order: {', '.join(map(str, ends))}.")
    return ends


def _steps(table: CardTable, name: str, found: Any, up_to: Sequence[Decimal]) -> Sequence[Step]:
    prices = [table.number(name, one, most=MOST_USD) for one in _listed(found)]
    if len(prices) != len(up_to) + 1:
        steps = f"“up_to” makes {len(up_to) + 1} steps" if up_to else "without “up_to” there is one step"
        table.fault(f"“{name}” has {len(prices)} prices, but {steps}.")
    ends = [*up_to, None]
    return tuple(Step(up_to=end, usd=usd) for end, usd in zip(ends, prices, strict=False))


def _listed(found: Any) -> list[Any]:
    """One or several."""
    return found if isinstance(found, list) else [] if found is None else [found]
