"""What a migration cost, in words."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import ceil

from core.batch_cost import LEAST_D, BatchCost, PastBatch
from core.bill import CENT, cents
from dashboard import formats

MOST_MONTHS = 120
"""Longer than ten years is as good as never."""

NOT_YET = f"not known before a week of deliveries ({LEAST_D} days) was fetched"


def usd(amount: Decimal) -> str:
    """In cents; what comes to none is not said to be nothing."""
    return formats.price(amount) if 0 < amount < CENT else formats.usd(cents(amount))


def monthly(usd_a_month: Decimal) -> str:
    """`adds $1.20 a month` or `saves $3.40 a month`"""
    return f"{'saves' if usd_a_month < 0 else 'adds'} {usd(abs(usd_a_month))} a month"


def payback(cost: BatchCost) -> str:
    """When it has paid for itself."""
    if cost.monthly_usd is None:
        return "not known yet"
    if said := _months(cost.payback_months):
        return f"after {said}"
    if said := _months(cost.payback_without_originals):
        return f"after {said}, if the originals in S3 went"
    return "never"


def _months(months: Decimal | None) -> str:
    """Whole ones: at the end of the last it has paid."""
    if months is None or months > MOST_MONTHS:
        return ""
    return "less than a month" if months < 1 else formats.counted(ceil(months), "month")


def lines(past: PastBatch, cost: BatchCost) -> Sequence[str]:
    """What the figures are made of, and why they are not those of the estimate."""
    told = [difference(past), *_parts(past, cost)]
    if cost.monthly_usd is not None:
        told.append(f"So it {monthly(cost.monthly_usd)}. Paid back: {payback(cost)}.")
    return [formats.literal(one) for one in told if one]


def _parts(past: PastBatch, cost: BatchCost) -> Iterator[str]:
    use, kept = past.use, past.kept
    yield (
        f"Once: {_minutes(use.minutes)} of input at Mux {usd(cost.input_usd)}, "
        f"{_gb(use.read_gb)} out of S3 {usd(cost.read_usd)}."
    )
    estimated = f"; estimated were {usd(kept.monthly_usd)}" if kept else ""
    yield f"A month: what is still at Mux costs {usd(cost.storage_usd)} to keep{estimated}."
    if cost.delivery_usd is not None and cost.saved_usd is not None:
        yield (
            f"A month as the last {formats.counted(use.watching.days, 'day')} were watched: "
            f"{usd(cost.delivery_usd)} of delivery at Mux; out of S3 the same watching would take "
            f"{usd(cost.saved_usd)} (assumed: the watched part of each file)."
        )
    else:
        yield f"What watching costs a month is {NOT_YET}."
    yield (
        f"The originals stay in S3 ({_gb(use.originals_gb)}, {usd(cost.originals_usd)} a month); a migration "
        "deletes none."
    )


def difference(past: PastBatch) -> str:
    """Why estimate and actual are not the same; "" where no estimate was kept."""
    kept, use = past.kept, past.use
    if kept is None:
        return ""
    tiers = sorted({f"{one.quality} at {one.tier}" for one in use.made}) or ["nothing"]
    return (
        f"Estimated for {_minutes(kept.minutes)} of {kept.quality} at {kept.tier} and "
        f"{_gb(Decimal(kept.size_bytes) / 10**9)} out of S3; made were {_minutes(use.minutes)} of "
        f"{', '.join(tiers)}, and {_gb(use.read_gb)} came out of S3."
    )


def _minutes(minutes: Decimal) -> str:
    return f"{minutes:,.1f} min"


def _gb(gb: Decimal) -> str:
    return formats.size(float(gb) * 10**9)
