"""The words of budgets."""

from collections.abc import Mapping, Sequence

from core.bill import cents
from core.budget import Budget, Standing, Threshold
from core.budget_alert import Alert, Channel, Telling, TellingState
from dashboard import formats
from dashboard.words import Term

ALL_VIDEOS = "All videos"
WITHIN = Term("Within budget", "check_circle", "green")
STATES: Mapping[Threshold | None, Term] = {
    None: WITHIN,
    Threshold.HALF: Term("Half used", "contrast", "green"),
    Threshold.MOST: Term("80 % used", "visibility", "orange"),
    Threshold.FORECAST: Term("Likely over", "trending_up", "orange"),
    Threshold.ALL: Term("Used up", "error", "red"),
}
REACHED: Mapping[Threshold, str] = {
    Threshold.HALF: "50 %",
    Threshold.MOST: "80 %",
    Threshold.FORECAST: STATES[Threshold.FORECAST].word,
    Threshold.ALL: "100 %",
}
ALREADY: Mapping[Threshold, str] = {
    Threshold.HALF: "50 % is reached already",
    Threshold.MOST: "80 % is reached already",
    Threshold.FORECAST: "The month is likely to end over it",
    Threshold.ALL: "It is used up already",
}
CHANNELS: Mapping[Channel, str] = {Channel.WEBHOOK: "Webhook", Channel.MAIL: "E-mail"}
STILL: Mapping[TellingState, str] = {
    TellingState.WAITING: "waits",
    TellingState.SENT: "taken",
    TellingState.GIVEN_UP: "given up",
}


def name(budget: Budget) -> str:
    """As text, not Markdown."""
    return ALL_VIDEOS if budget.is_school else budget.course or "A course without a title"


def used(standing: Standing) -> str:
    """`$81.40 of $120.00 used (68 %), likely $118.20 by 30 Nov`"""
    spent, last = standing.spent, standing.month.last
    said = (
        f"{formats.usd(cents(spent.spent_usd))} of {formats.usd(cents(standing.budget.usd))} used "
        f"({formats.percent(float(standing.share))})"
    )
    if spent.forecast_usd is None:
        return said
    return f"{said}, likely {formats.usd(cents(spent.forecast_usd))} by {last.day} {last:%b}"


def told(alert: Alert) -> str:
    """What became of telling it, beside the pages: `Webhook: taken · E-mail: 2 of 3`."""
    return " · ".join(filter(None, (_told(one, alert.tellings) for one in Channel))) or "Pages"


def _told(channel: Channel, tellings: Sequence[Telling]) -> str:
    mine = [one for one in tellings if one.channel is channel]
    if not mine:
        return ""
    if len(mine) == 1:
        return f"{CHANNELS[channel]}: {STILL[mine[0].state]}"
    taken = sum(one.state is TellingState.SENT for one in mine)
    return f"{CHANNELS[channel]}: {taken} of {len(mine)}"
