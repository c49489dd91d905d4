"""An alert about a budget as a letter.

Pure.
"""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from core.bill import cents
from core.budget_alert import Alert, sentence
from core.cost_phrases import month_name
from core.letter import Letter, is_address
from core.letter_layout import Line, Part, html_of, text_of
from core.people import HostUser
from core.phrases import day, usd

FOOT = (
    "Costs are worked out from usage and price cards; the bills come from Mux and from AWS.",
    "Lectern sends this once for each threshold and month, to admins and finance.",
)


def letter_of(alert: Alert, *, user: HostUser, at: datetime, zone: ZoneInfo, origin: str | None) -> Letter:
    """The letter to one person; `origin` is the dashboard's address as browsers know it."""
    title = sentence(alert)
    parts = [Part("", [*_lines(alert, zone, origin)])]
    return Letter(
        id=f"budget-{alert.id}-{quote(user.id, safe='') or 'school'}",
        to=user.email if is_address(user.email) else "",
        subject=title.removesuffix("."),
        text=text_of(title, parts, FOOT),
        html=html_of(title, parts, FOOT),
        at=at,
    )


def _lines(alert: Alert, zone: ZoneInfo, origin: str | None) -> Iterator[Line]:
    noted_at = alert.noted_at.astimezone(zone)
    set_by = alert.budget.set_by.removeprefix("cli:")
    yield Line(f"Budget: {usd(cents(alert.budget.usd))} a month, set by {set_by}")
    yield Line(
        f"Spent in {month_name(alert.month)}: {usd(cents(alert.spent_usd))}, as of {day(noted_at.date())}"
    )
    if alert.forecast_usd is not None:
        yield Line(f"Likely by the end of the month: {usd(cents(alert.forecast_usd))}")
    if origin:
        yield Line("See budgets and what they are spent on", f"{origin}/budgets")
