"""Planning: what a choice comes to, and whether it can be started at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.batch_cost import Kept
from core.errors import InvalidInput, StaleState, UnknownPrice
from core.estimate import Estimate, estimate
from core.migration import TEST_MODE_S, Mode, Options, PlanTotals, PolicyRule, SkipReason
from core.ports import Call, Services, Tx
from core.pricing import todays_cards
from core.selection import Choice
from core.settings import Settings
from core.usage import MINUTE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a choice comes to: the review shows it before anything is done."""

    totals: PlanTotals
    estimate: Estimate | None
    duration_s: float
    """Of what Mux makes, unknown lengths taken for the mean; a test is cut to 10 s each."""
    time_s: float
    """At the pace of creating assets as it is now, nothing else in the way."""
    unpriced: str = ""
    """Why there is no estimate, in a sentence."""


def plan(choice: Choice, options: Options, *, services: Services) -> Plan:
    """Say what would be created, what is skipped and why, what it costs and how long it takes."""
    with services.uow("plan.read") as tx:
        totals = tx.sources.totals(choice, options)
        likely, unpriced = _estimated(totals, options, tx, services)
    return Plan(
        totals=totals,
        estimate=likely,
        duration_s=made_s(totals, options),
        time_s=(totals.create - totals.reuse) / _rate_per_s(services),
        unpriced=unpriced,
    )


def _estimated(
    totals: PlanTotals, options: Options, tx: Tx, services: Services
) -> tuple[Estimate | None, str]:
    """What it costs; without a price None, and why."""
    # A test asset is free at Mux; fetching the file out of S3 is not.
    duration_s = 0.0 if options.test else made_s(totals, options)
    try:
        cards = todays_cards(tx, services)
        quality, size_bytes = options.quality, totals.size_bytes
        found = estimate(duration_s=duration_s, size_bytes=size_bytes, quality=quality, cards=cards)
    except UnknownPrice as error:
        return None, error.sentence
    return found, ""


def kept_estimate(totals: PlanTotals, options: Options, tx: Tx, services: Services) -> Kept | None:
    """What is remembered of the estimate when a batch starts; None without a price, which stops nobody."""
    likely, _ = _estimated(totals, options, tx, services)
    if likely is None:
        return None
    return Kept(
        once_usd=likely.once_usd,
        monthly_usd=likely.monthly_usd,
        minutes=Decimal(str(made_s(totals, options))) / MINUTE_S,
        size_bytes=totals.size_bytes,
        quality=likely.quality.value,
        tier=likely.tier,
    )


def made_s(totals: PlanTotals, options: Options) -> float:
    """Seconds of video that Mux makes, unknown lengths taken for the mean of the known ones."""
    made = totals.create - totals.reuse
    known = made - totals.unknown_length
    mean_s = totals.duration_s / known if known else 0.0
    whole_s = totals.duration_s + mean_s * totals.unknown_length
    if not options.test:
        return whole_s
    return TEST_MODE_S * made if totals.unknown_length else min(whole_s, TEST_MODE_S * made)


def _rate_per_s(services: Services) -> float:
    """What goes out at present, slowed down or not; inf without a limit."""
    return services.pace.rate_per_s(Call.POST) or float("inf")


def check_options(options: Options, services: Services) -> None:
    """Refuse what cannot work here, before anything is frozen."""
    settings = services.settings
    check_credentials(settings)
    if options.mode is Mode.PULL and not settings.pull_works:
        raise InvalidInput(
            "Mux cannot fetch from an S3 that the internet does not reach.",
            hint="Choose push instead of pull.",
        )
    if options.policy is not PolicyRule.PUBLIC and not settings.can_sign:
        raise InvalidInput(
            "Signed playback needs a signing key, and none is set.",
            hint="Set MUX_SIGNING_KEY and MUX_PRIVATE_KEY, or choose public playback.",
        )


def check_credentials(settings: Settings) -> None:
    """Raise `InvalidInput` where Lectern cannot ask anything of Mux."""
    if not (settings.mux_token_id and settings.mux_token_secret):
        raise InvalidInput(
            "Lectern has no access token for Mux.", hint="Set MUX_TOKEN_ID and MUX_TOKEN_SECRET, then start."
        )


def check_choice(totals: PlanTotals, *, reviewed: int | None) -> None:
    """Refuse a choice of which nothing would move, or that is not the one somebody looked at.

    `reviewed` is how many would have been moved when they looked; None: nobody did.
    """
    if not totals.chosen:
        raise InvalidInput("Nothing matches this choice.", hint="Scan first, or tick other videos.")
    if not totals.create:
        raise InvalidInput(
            f"Nothing of this choice can move (any more): {said(totals.skipped)}.",
            hint="Look at the list of batches, or tick other videos.",
        )
    check_reviewed(totals.create, reviewed)


def check_reviewed(count: int, reviewed: int | None) -> None:
    """Raise `StaleState` where it is not what somebody looked at; None: nobody did."""
    if reviewed is not None and count != reviewed:
        raise StaleState(
            f"It is {count:,} now, not the {reviewed:,} that you reviewed.",
            hint="Look at it again, then start.",
        )


SKIPPED = {
    SkipReason.NOT_VIDEO: "no video",
    SkipReason.EMPTY: "empty",
    SkipReason.MISSING: "not seen in S3",
    SkipReason.ON_MUX: "on Mux already",
    SkipReason.MOVING: "in another batch",
    SkipReason.UNREADABLE: "unreadable",
    SkipReason.SPARE: "beside the film itself",
    SkipReason.MOVED_ON: "named by no lesson any more",
    SkipReason.ALREADY: "as wanted already",
    SkipReason.NOT_YOURS: "somebody else's",
    SkipReason.NOT_AT_MUX: "without a copy at Mux",
    SkipReason.NOT_READY: "not ready at Mux",
    SkipReason.NO_SOUND: "without sound",
    SkipReason.CAPTIONED: "captioned already",
    SkipReason.CAPTIONS_COMING: "being captioned",
    SkipReason.TOGETHER: "playing a copy that is named already",
}


def said(skipped: Mapping[SkipReason, int]) -> str:
    """`3 on Mux already, 1 empty`"""
    return ", ".join(f"{count:,} {SKIPPED[reason]}" for reason, count in skipped.items() if count)
