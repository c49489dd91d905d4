"""The words for what videos cost."""

from collections.abc import Mapping
from decimal import Decimal

from core.allocation import Per, SharedRule
from core.month_costs import Group
from core.phrases import MINUS, number

PER: Mapping[Per, str] = {
    Per.COURSE: "Course",
    Per.TEACHER: "Teacher",
    Per.LESSON: "Lesson",
    Per.PROVIDER: "Provider",
}

RULE: Mapping[SharedRule, str] = {
    SharedRule.PROPORTIONAL: "In proportion to own costs",
    SharedRule.EVENLY: "Evenly per lesson",
    SharedRule.APART: "Keep apart",
}

RULE_SAID: Mapping[SharedRule, str] = {
    SharedRule.PROPORTIONAL: "each lesson bears as large a part of it as of all own costs",
    SharedRule.EVENLY: "each lesson that costs anything bears the same part of it",
    SharedRule.APART: "it is in no lesson's costs",
}

SHARED = "plans, what S3 has beside lessons' files, and videos at Mux that no lesson plays"
"""What no lesson has of itself."""

HELP: Mapping[Group, str] = {
    Group.STORAGE: "Minutes of video kept at Mux, by how long and how cold.",
    Group.DELIVERY: "Minutes that players loaded from Mux.",
    Group.INPUT: "Minutes that Mux took in and encoded.",
    Group.DOWNLOADS: "MP4s made for download, and keeping them. Fetching them is delivery.",
    Group.S3: "What lies in S3, what leaves it, and requests.",
    Group.PLAN: "Fees of plans, less the credit that they give.",
}

NO_CARD_PAGE = "prices.py"
"""Where a price card is added."""


def all_together(count: int) -> str:
    """What the last line of a table of so many is called, also where they fill several pages."""
    return f"All {number(count)} together"


def unit_usd(amount: Decimal) -> str:
    """What a unit costs: cents at least, and as many more of its figures as there are.

    >>> unit_usd(Decimal("0.00240")), unit_usd(Decimal("1.5")), unit_usd(Decimal(-20))
    ('$0.0024', '$1.50', '−$20.00')
    """
    whole, _, part = f"{abs(amount):,f}".partition(".")
    return f"{MINUS if amount < 0 else ''}${whole}.{part.rstrip('0'):0<2}"
