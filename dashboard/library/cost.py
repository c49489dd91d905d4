"""What new copies cost, in a sentence."""

from core import bulk_starting
from core.bulk import Totals
from core.rendition_cost import cost_of
from dashboard import formats
from dashboard.costs import price_now


def sentence(totals: Totals) -> str:
    """`About $0.31 once and $0.03 a month for the new copies, by the price card …`; "" for none."""
    return price_now.or_why_not(lambda: _said(totals))


def _said(totals: Totals) -> str:
    price = bulk_starting.price(totals, price_now.cards())
    if price is None:
        return ""
    once, monthly = formats.price(price.once_usd), formats.price(price.monthly_usd)
    copies = "the new copy" if totals.change == 1 else "the new copies"
    said = f"About {once} once and {monthly} a month for {copies}, by"
    also = f"{_files(totals)}An old copy costs what it did for as long as it is kept."
    return f"{formats.literal(said)} {price_now.named()}. {formats.literal(also)}"


def _files(totals: Totals) -> str:
    """MP4s that were made of the old copies are made of the new ones, too: what that comes to, on top."""
    if not totals.made_files:
        return ""
    cost = cost_of(*totals.made_files, cards=price_now.cards())
    files = formats.counted(len(totals.made_files), "MP4")
    verb = "is" if len(totals.made_files) == 1 else "are"
    once = f"about {formats.price(cost.once_usd)} once" if cost.once_usd else "nothing once"
    return (
        f"{files} for download {verb} made anew: {once} and {formats.price(cost.monthly_usd)} a month more. "
    )
