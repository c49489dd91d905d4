"""The prices of `make demo`: a card of the school's own, so that its costs look like a school's.

Its clips are seconds long where lessons are minutes: by Mux's own list all of it would cost a few cents a
month, which Mux's credit pays.
"""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

LIST = Path(__file__).parents[2] / "core" / "cards" / "mux-2026-03-09" / "prices.toml"
KEY, PLAN = "sample-school", "sample school"
SINCE = "2026-03-01"
TIMES = 60
HEAD = f"""key = "{KEY}"
name = "Sample school: Mux's list, a second counted as a minute"
vendor = "mux"
plan = "{PLAN}"
source = "https://www.mux.com/docs/pricing/video"
source_date = 2026-03-09
valid_from = {SINCE}
remarks = [
    "Made up for the sample school, whose clips last seconds where lessons last minutes.",
    "{TIMES} times Mux's list prices.",
    "Without free minutes, volume steps and credit, which would pay for all of it.",
]
"""


def card() -> str:
    """As somebody of finance would bring it: TOML."""
    found = tomllib.loads(LIST.read_text(encoding="utf-8"), parse_float=Decimal)
    return "\n".join([HEAD, *map(_price, found["price"])])


def _price(price: dict[str, Any]) -> str:
    named = [f"{name} = {_words(price[name])}" for name in ("what", "quality", "storage") if name in price]
    usd = price["usd"]
    tiers = usd if isinstance(usd, dict) else {"any": usd}
    dearer = [f"usd.{tier} = {_dearer(one)}" for tier, one in tiers.items()]
    return "\n".join(["[[price]]", *named, *dearer, ""])


def _words(said: str | list[str]) -> str:
    return str([said] if isinstance(said, str) else said).replace("'", '"')


def _dearer(usd: Any) -> Decimal:
    """The first step's price, so many times."""
    return Decimal(usd[0] if isinstance(usd, list) else usd) * TIMES
