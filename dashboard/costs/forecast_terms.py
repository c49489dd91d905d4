"""The words for a year ahead: how it was forecast, what it rests on, and when something pays."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from core.bill import cents
from core.forecasting import YearCosts
from core.price_card import PriceCard
from core.usage import Month, What
from core.what_if import MOVED_TIER, USUAL, Scenario, Years
from core.year_ahead import BLOCK_D, Trial, Way, YearAhead
from dashboard import formats

WAY: Mapping[Way, str] = {
    Way.RECENT: "as in the last 28 days",
    Way.YEAR_AGO: "as in the same weeks a year before",
    Way.TREND: "a trend that levels off",
}


def month(one: Month) -> str:
    """
    >>> month(Month(2026, 2))
    'Feb 2026'
    """
    return f"{one.first:%b %Y}"


def usd(amount: Decimal) -> str:
    """In whole cents."""
    return formats.usd(cents(amount))


def pays(years: Years) -> tuple[str, str]:
    """When what is paid first has come back, in a word, and what more there is to say of it."""
    if not cents(years.difference_usd) and years.break_even is None:
        return formats.NOTHING, "nothing to pay back"
    if years.break_even:
        return month(years.break_even), "at its end"
    return ("At once", "never costs more") if years.difference_usd <= 0 else ("Not yet", "within the year")


def rests_on(what: str, found: YearAhead | None, *, otherwise: str) -> str:
    """How one of the two rows of figures is carried on, why so, and how far off that was; `otherwise` is what
    is done where too little is known."""
    if found is None:
        return f"**{what}**: fewer than {BLOCK_D} days are known, so {otherwise}."
    known = formats.counted(found.blocks * BLOCK_D, "day")
    if not found.trials:
        return (
            f"**{what}**: {WAY[found.way]}. Only {known} are known, too few to try a way of forecasting on, "
            "and for a range."
        )
    held = found.held * BLOCK_D
    if len(found.trials) == 1:
        why = "too little is known for a trend or a year before"
    else:
        why = "it missed least" if found.missed else "it missed nothing"
    return (
        f"**{what}**: {WAY[found.way]}, because {why}. Of {known} that are known the last {held} were kept "
        f"back, and told from those before: {'; '.join(missed(one) for one in found.trials)}."
    )


def missed(trial: Trial) -> str:
    """How far one way was off.

    >>> missed(Trial(way=Way.RECENT, missed=12.4, share=0.08))
    'as in the last 28 days was off by 12 min a day (8 %)'
    """
    share = "" if trial.share is None else f" ({formats.percent(trial.share)})"
    return f"{WAY[trial.way]} was off by {formats.number(round(trial.missed))} min a day{share}"


def assumptions(year: YearCosts, scenario: Scenario) -> Sequence[str]:
    """What stands behind the figures, as sentences."""
    said = [
        "What is stored now stays, nothing is deleted; MP4s, S3 and the proportions of qualities, "
        "resolutions and coldness stay as they are now.",
        "What batches moved to Mux, and what left S3 for that, does not come again by itself.",
        f"Prices are those of {cards(card for some in year.cards.values() for card in some)}, without taxes.",
    ]
    if year.holes:
        said.append(f"Deliveries of {formats.counted(year.holes, 'past day')} are not known, and left out.")
    return [*said, *_of_scenario(year, scenario)]


def cards(found: Iterable[PriceCard]) -> str:
    """Each by its name, once."""
    return " and ".join(f"“{name}”" for name in sorted({card.name for card in found}))


def _of_scenario(year: YearCosts, scenario: Scenario) -> Sequence[str]:
    said = []
    if scenario.moved_minutes:
        quality = scenario.quality or USUAL
        leaves = any(sku.what is What.S3_EGRESS for sku in year.now.per_day)
        watched = (
            "what left S3 for its viewers is then delivered by Mux"
            if leaves and year.left.minutes
            else "nothing is known of what leaves S3 now, so that it is watched as what is at Mux"
        )
        said.append(
            f"What moves is taken in as {quality} at {MOVED_TIER} in the first month, and leaves S3 for that "
            f"once; {watched}. The files stay in S3."
        )
    if scenario.quality or scenario.is_capped:
        said.append("Mux changes no video in place: each is taken in anew, in the first month.")
    if scenario.drops_cold:
        said.append("What was not played for 90 days, or never, is deleted at Mux; the files stay in S3.")
    if scenario.captions:
        said.append("Mux lists no price for captions that it writes: they add nothing here.")
    if scenario.card:
        said.append(f"“{scenario.card.name}” holds for all months, whatever its dates.")
    return said
