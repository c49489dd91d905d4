"""What videos cost."""

from api.endpoint import Answer, Call, Endpoint
from core.access import Action
from core.cost_report import CostReport
from core.cost_reporting import month_report
from core.plain import plain


def costs(call: Call) -> Answer:
    """A month of UTC up to now: by group, by day and line by line, with what it is likely to come to; with
    `by`, whose costs are whose."""
    found = month_report(
        call.given("month"),
        per=call.given("by"),
        shared=call.given("shared"),
        by=call.person,
        services=call.services,
    )
    return Answer(data=plain(found))


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/api/costs",
        action=Action.SEE_COSTS,
        answer=costs,
        gives=CostReport,
        query=("month", "by", "shared"),
    ),
)
