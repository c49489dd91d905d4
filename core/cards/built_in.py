"""The price cards of this folder.

A file is a card. A folder has the plans of one price list: the head of each is a file, the prices that they
share stand in `prices.toml`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from core.card_reading import read_card
from core.price_card import PriceCard

HERE = Path(__file__).parent
SHARED = "prices.toml"


def built_in_cards() -> Sequence[PriceCard]:
    """All of them. Raises `WrongCard`."""
    return tuple(read_card(text) for text in _texts())


def _texts() -> Iterator[str]:
    for path in sorted(HERE.rglob("*.toml")):
        if path.name == SHARED:
            continue
        own = path.read_text(encoding="utf-8")
        shared = path.with_name(SHARED)
        yield own + (shared.read_text(encoding="utf-8") if shared.exists() else "")
