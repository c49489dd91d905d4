"""The prices of `make demo`: cards of the school's own, so that its costs look like a school's.

Its clips are seconds long where lessons are minutes: by the vendors' own lists all of it would cost a few
cents a month, which Mux's credit pays.
"""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

CARDS = Path(__file__).parents[2] / "core" / "cards"
PLAN = "sample school"
SINCE = "2026-03-01"
TIMES = 60
HEAD = """key = "{key}"
name = "Sample school: {name}, a second counted as a minute"
vendor = "{vendor}"
plan = "{plan}"
source = "{source}"
source_date = {source_date}
valid_from = {since}
remarks = [
    "Made up for the sample school, whose clips last seconds where lessons last minutes.",
    "{times} times the list prices, without volume steps, and without what is free: that would be all of it.",
]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """As somebody of finance would bring it; `text` is TOML."""

    vendor: str
    key: str
    text: str


def cards() -> list[Card]:
    """One for each vendor."""
    return [
        _card("mux", "Mux's list", CARDS / "mux-2026-03-09" / "prices.toml"),
        _card("aws", "S3's list", CARDS / "s3-us-east-1-2026-09-20.toml"),
    ]


def _card(vendor: str, name: str, listed: Path) -> Card:
    found, key = tomllib.loads(listed.read_text(encoding="utf-8"), parse_float=Decimal), f"sample-{vendor}"
    head = HEAD.format(
        key=key,
        name=name,
        vendor=vendor,
        plan=PLAN,
        source=found["source"],
        source_date=found["source_date"],
        since=SINCE,
        times=TIMES,
    )
    return Card(vendor=vendor, key=key, text="\n".join([head, *map(_price, found["price"])]))


def _price(price: dict[str, Any]) -> str:
    named = [f"{name} = {_words(price[name])}" for name in ("what", "quality", "storage") if name in price]
    usd = price["usd"]
    tiers = {f"usd.{tier}": one for tier, one in usd.items()} if isinstance(usd, dict) else {"usd": usd}
    return "\n".join(["[[price]]", *named, *(f"{tier} = {_dearer(one)}" for tier, one in tiers.items()), ""])


def _words(said: str | list[str]) -> str:
    return str([said] if isinstance(said, str) else said).replace("'", '"')


def _dearer(usd: Any) -> str:
    """The first step's price, so many times."""
    return f"{Decimal(usd[0] if isinstance(usd, list) else usd) * TIMES:f}"
