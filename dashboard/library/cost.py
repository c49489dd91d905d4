"""What new copies cost, in a sentence."""

from core import bulk_starting
from core.bulk import Totals
from core.estimate import CARD_DATE
from core.rendition_cost import cost_of
from dashboard import formats


def sentence(totals: Totals) -> str:
    """`About $0.31 once and $0.03 a month for the new copies, by the list prices of …`; "" for none."""
    price = bulk_starting.price(totals)
    if price is None:
        return ""
    once, monthly = formats.price(price.once_usd), formats.price(price.monthly_usd)
    copies = "the new copy" if totals.change == 1 else "the new copies"
    return formats.literal(
        f"About {once} once and {monthly} a month for {copies}, by the list prices of {CARD_DATE}. "
        f"{_files(totals)}An old copy costs what it did for as long as it is kept."
    )


def _files(totals: Totals) -> str:
    """MP4s that were made of the old copies are made of the new ones, too: what that comes to, on top."""
    if not totals.made_files:
        return ""
    cost = cost_of(*totals.made_files)
    files = formats.counted(len(totals.made_files), "MP4")
    verb = "is" if len(totals.made_files) == 1 else "are"
    once = f"about {formats.price(cost.once_usd)} once" if cost.once_usd else "nothing once"
    return (
        f"{files} for download {verb} made anew: {once} and {formats.price(cost.monthly_usd)} a month more. "
    )
