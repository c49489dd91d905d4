"""What new copies cost, in a sentence."""

from core import bulk_starting
from core.bulk import Totals
from core.cost import CARD_DATE
from dashboard import formats


def sentence(totals: Totals) -> str:
    """`About $0.31 once and $0.03 a month for the new copies (list prices of 2026-03-09).`; "" for none."""
    price = bulk_starting.price(totals)
    if price is None:
        return ""
    once, monthly = formats.usd(price.once_usd), formats.usd(price.monthly_usd)
    copies = "the new copy" if totals.change == 1 else "the new copies"
    return formats.literal(
        f"About {once} once and {monthly} a month for {copies}, by the list prices of {CARD_DATE}. "
        "An old copy costs what it did for as long as it is kept."
    )
