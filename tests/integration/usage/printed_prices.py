"""The prices as they were printed: Mux's list of 9 March 2026, S3 in us-east-1, and a contract of the tests'
own; and a bill by them. Typed in by hand: Lectern's price cards and costs have no part in it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.integration.usage.books import Thing, Used


@dataclass(frozen=True, slots=True)
class Prices:
    """By thing: steps of how far a price goes, and the price of a unit; what is free, and the credit."""

    by_thing: Mapping[Thing, Sequence[tuple[float, str]]]
    free: str
    free_units: int
    credit: int = 0

    def cost(self, thing: Thing, before: Fraction, quantity: Fraction) -> Fraction:
        """Of so much, after so much."""
        usd, at, end = Fraction(0), before, before + quantity
        for upper, price in self.by_thing[thing]:
            to = end if upper == float("inf") else min(end, Fraction(upper))
            if to > at:
                usd, at = usd + (to - at) * Fraction(price), to
        return usd


def bill(used: Used, cards: Mapping[date, Prices]) -> Fraction:
    """By the card that holds from each of these days on. Free units that were given and volume steps go on
    over a change; the credit is the first card's."""
    spent, free, counted = Fraction(0), Fraction(0), defaultdict[Thing, Fraction](Fraction)
    days = sorted(cards)
    for since, until in zip(days, [*days[1:], date.max], strict=True):
        sums: dict[Thing, Fraction] = defaultdict(Fraction)
        for (day, thing), quantity in used.items():
            if since <= day < until:
                sums[thing] += quantity
        card = cards[since]
        whole = sum((quantity for thing, quantity in sums.items() if thing[0] == card.free), Fraction(0))
        given = min(max(card.free_units - free, Fraction(0)), whole)
        free += given
        for thing, quantity in sums.items():
            paid = quantity - (quantity * given / whole if thing[0] == card.free else 0)
            spent += card.cost(thing, counted[thing], paid)
            counted[thing] += paid
    return spent - min(spent, Fraction(cards[days[0]].credit))


ENDLESS = float("inf")
TIERS = ("720p", "1080p", "1440p", "2160p", "audio-only")
INPUT = {
    5_000: ("0.025", "0.03125", "0.05", "0.1", "0.0025"),
    15_000: ("0.02375", "0.029688", "0.0475", "0.095", "0.002375"),
    25_000: ("0.023125", "0.028906", "0.04625", "0.0925", "0.002313"),
    ENDLESS: ("0.0225", "0.028125", "0.045", "0.09", "0.00225"),
}
INPUT_PREMIUM = {
    5_000: ("0.0375", "0.046875", "0.075", "0.15", "0.0025"),
    15_000: ("0.035625", "0.044531", "0.07125", "0.1425", "0.002375"),
    25_000: ("0.034688", "0.043359", "0.069375", "0.13875", "0.002313"),
    ENDLESS: ("0.03375", "0.042188", "0.0675", "0.135", "0.00225"),
}
DELIVERY = {
    500_000: ("0.0008", "0.001", "0.0016", "0.0032", "0.00008"),
    1_000_000: ("0.00076", "0.00095", "0.00152", "0.00304", "0.000076"),
}
DELIVERY_PREMIUM = {
    500_000: ("0.0012", "0.0015", "0.0024", "0.0048", "0.00008"),
    1_000_000: ("0.00114", "0.001425", "0.00228", "0.00456", "0.000076"),
}
FILES_MADE = {5_000: ("0.008", "0.01", "0.016", "0.032", "0")}
FILES_MADE_PREMIUM = {5_000: ("0.012", "0.015", "0.024", "0.048", "0")}
STORED = {
    "standard": ("0.0024", "0.003", "0.0048", "0.0096", "0.00024"),
    "infrequent": ("0.00144", "0.0018", "0.00288", "0.00576", "0.000144"),
    "cold": ("0.00096", "0.0012", "0.00192", "0.00384", "0.000096"),
}
STORED_PREMIUM = {
    "standard": ("0.0036", "0.0045", "0.0072", "0.0144", "0.00024"),
    "infrequent": ("0.00216", "0.0027", "0.00432", "0.00864", "0.000144"),
    "cold": ("0.00144", "0.0018", "0.00288", "0.00576", "0.000096"),
}
FILES_STORED = {
    "standard": ("0.0006", "0.00075", "0.0012", "0.0024", "0.00006"),
    "infrequent": ("0.00036", "0.00045", "0.00072", "0.00144", "0.000036"),
    "cold": ("0.00024", "0.0003", "0.00048", "0.00096", "0.000024"),
}
FILES_STORED_PREMIUM = {
    "standard": ("0.0009", "0.001125", "0.0018", "0.0036", "0.00006"),
    "infrequent": ("0.00054", "0.000675", "0.00108", "0.00216", "0.000036"),
    "cold": ("0.00036", "0.00045", "0.00072", "0.00144", "0.000024"),
}
S3 = Prices(
    {
        ("s3 storage", "STANDARD"): [(50_000, "0.023"), (500_000, "0.022"), (ENDLESS, "0.021")],
        ("s3 storage", "STANDARD_IA"): [(ENDLESS, "0.0125")],
        ("s3 egress",): [(10_000, "0.09"), (50_000, "0.085")],
        ("s3 reads",): [(ENDLESS, "0.0000004")],
        ("s3 writes",): [(ENDLESS, "0.000005")],
    },
    free="s3 egress",
    free_units=100,
)
CONTRACT_TOML = """
key = "mux-contract"
name = "Mux, our contract"
vendor = "mux"
plan = "pay as you go"
source = "Contract of 1 June 2026"
source_date = 2026-06-01
valid_from = 2026-06-15
credit_usd = 7
[free]
delivery = 110_000
[[price]]
what = "input"
quality = "any"
up_to = [200]
usd.any = [0.02, 0.015]
[[price]]
what = "storage"
quality = "any"
storage = "any"
up_to = [1_000]
usd.any = [0.003, 0.0017]
[[price]]
what = "delivery"
quality = "any"
up_to = [30_000, 120_000]
usd.any = [0.0009, 0.0007, 0.0003]
[[price]]
what = "rendition input"
quality = "any"
usd.any = 0.001
[[price]]
what = "rendition storage"
quality = "any"
storage = "any"
usd.any = 0.0002
"""
CONTRACT_STEPS = {
    "input": [(200, "0.02"), (ENDLESS, "0.015")],
    "storage": [(1_000, "0.003"), (ENDLESS, "0.0017")],
    "delivery": [(30_000, "0.0009"), (120_000, "0.0007"), (ENDLESS, "0.0003")],
    "rendition input": [(ENDLESS, "0.001")],
    "rendition storage": [(ENDLESS, "0.0002")],
}


def _listed() -> Prices:
    found: dict[Thing, list[tuple[float, str]]] = {}
    for at, tier in enumerate(TIERS):
        found["input", "basic", tier] = [(ENDLESS, "0")]
        for quality in ("basic", "plus", "premium"):
            is_premium = quality == "premium"
            flowing = {
                "input": INPUT_PREMIUM if is_premium else INPUT,
                "delivery": DELIVERY_PREMIUM if is_premium else DELIVERY,
                "rendition input": FILES_MADE_PREMIUM if is_premium else FILES_MADE,
            }
            kept = {
                "storage": STORED_PREMIUM if is_premium else STORED,
                "rendition storage": FILES_STORED_PREMIUM if is_premium else FILES_STORED,
            }
            for what, steps in flowing.items():
                if (what, quality) != ("input", "basic"):
                    found[what, quality, tier] = [(end, prices[at]) for end, prices in steps.items()]
            for what, classes in kept.items():
                for name, prices in classes.items():
                    found[what, quality, tier, name] = [(50_000, prices[at])]
    return Prices(found, free="delivery", free_units=100_000, credit=20)


LISTED = _listed()
CONTRACT = Prices(
    {thing: CONTRACT_STEPS[thing[0]] for thing in LISTED.by_thing},
    free="delivery",
    free_units=110_000,
    credit=7,
)
