"""The words for price cards, and their prices as a table."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pandas as pd
import streamlit as st

from core.card_rows import CardRow, card_rows
from core.cost_phrases import WHAT
from core.price_card import CLASSES, VENDOR_OF, PriceCard, Step, Vendor
from core.usage import UNITS, StorageClass, What
from dashboard import formats, rows
from dashboard.costs import terms

REQUESTS = 1000
"""Nobody pays for one."""

UNIT: Mapping[str, str] = {
    "min": "a minute",
    "min-months": "a minute a month",
    "GB": "a GB",
    "GB-months": "a GB a month",
    "requests": f"for {REQUESTS:,} requests",
}
KEPT: Mapping[StorageClass, str] = {
    StorageClass.STANDARD: "as usual",
    StorageClass.INFREQUENT: "30 days unplayed",
    StorageClass.COLD: "90 days unplayed",
    StorageClass.S3_IA: "Standard-IA",
}
FREE: Mapping[What, str] = {What.DELIVERY: "minutes delivered", What.S3_EGRESS: "GB out of S3"}
COLUMNS = {
    "What": st.column_config.TextColumn(width=105),
    "Quality": st.column_config.TextColumn(width=105),
    "Resolution": st.column_config.TextColumn(width=95),
    "Kept": st.column_config.TextColumn(width=130),
    "Price": st.column_config.TextColumn(width=170),
    "With volume": st.column_config.TextColumn(width=420),
}


def prices(card: PriceCard) -> None:
    """The card's prices as a table."""
    table = frame(card_rows(card))
    for name in ("Quality", "Resolution", "Kept", "With volume"):
        table = rows.without_empty(table, name)
    st.dataframe(
        table,
        hide_index=True,
        height=min(rows.MOST_PX, rows.ROW_PX * (len(table) + 1) + 2),
        column_config=COLUMNS,
        placeholder=formats.NOTHING,
        alt=f"Prices of {card.name}",
    )


def frame(found: Sequence[CardRow]) -> pd.DataFrame:
    """A row for each price."""
    return pd.DataFrame(
        {
            "What": [WHAT[row.what] for row in found],
            "Quality": [_named(row.qualities, is_any=is_mux(row.what)) for row in found],
            "Resolution": [_named(row.tiers, is_any=is_mux(row.what)) for row in found],
            "Kept": [_named([KEPT[one] for one in row.classes], is_any=row.what in CLASSES) for row in found],
            "Price": [of_unit(row) for row in found],
            "With volume": [volume(row.steps, row.what) for row in found],
        }
    )


def _named(words: Sequence[str], *, is_any: bool) -> str:
    """Without words it depends on none of them, or there is no such thing."""
    said = ", ".join(words)
    return f"{said[:1].upper()}{said[1:]}" or ("Any" if is_any else "")


def is_mux(what: What) -> bool:
    return VENDOR_OF[what] is Vendor.MUX


def of_unit(row: CardRow) -> str:
    """`$0.003 a minute a month`"""
    usd = row.steps[0].usd
    return f"{price(usd, row.what)} {UNIT[UNITS[row.what]]}" if usd else price(usd, row.what)


def price(usd: Decimal, what: What) -> str:
    """Of a unit, or of so many requests; all its figures.

    >>> price(Decimal("0.0030"), What.STORAGE), price(Decimal("4E-7"), What.S3_READS)
    ('$0.003', '$0.0004')
    """
    amount = usd * REQUESTS if UNITS[what] == "requests" else usd
    return terms.unit_usd(amount) if amount else "free"


def volume(steps: Sequence[Step], what: What) -> str:
    """What a unit costs once so many were used in a month.

    >>> volume([Step(up_to=Decimal(5000), usd=Decimal(3)), Step(up_to=None, usd=Decimal(2))], What.INPUT)
    '$2.00 over 5,000'
    """
    return ", ".join(f"{price(after.usd, what)} over {before.up_to:,f}" for before, after in pairwise(steps))


def monthly(card: PriceCard) -> str:
    """What the plan asks for and gives each month, a line of Markdown; "" for nothing."""
    said = [f"a fee of {formats.usd(card.fee_usd)}"] if card.fee_usd else []
    said += [f"a credit of {formats.usd(card.credit_usd)} for usage"] if card.credit_usd else []
    said += [f"{units:,f} {FREE.get(what, UNITS[what])} free" for what, units in card.free.items()]
    return formats.literal(f"Each month: {', '.join(said)}.") if said else ""


def validity(card: PriceCard) -> str:
    """`from 1 Mar 2026 on`, `from 1 Mar 2026 to 31 May 2026`"""
    return f"from {day(card.valid_from)} {f'to {day(card.valid_to)}' if card.valid_to else 'on'}"


def day(at: date) -> str:
    """
    >>> day(date(2026, 3, 1))
    '1 Mar 2026'
    """
    return f"{at.day} {at:%b} {at.year}"


def remarks(card: PriceCard) -> None:
    """What is not certain about it."""
    if card.remarks:
        st.caption("\n".join(f"- {formats.literal(one)}" for one in card.remarks))


def source(card: PriceCard) -> str:
    """Where its prices come from, a line of Markdown: an address can be opened."""
    is_address = card.source.startswith("https://") and not set(card.source) & set(" ()<>[]")
    said = f"[{formats.literal(card.source)}]({card.source})" if is_address else formats.literal(card.source)
    by = f", brought by {formats.literal(formats.actor(card.author))}" if card.author else ""
    return f"Prices of {day(card.source_date)}{by}, valid {validity(card)}. Source: {said}"
