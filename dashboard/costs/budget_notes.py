"""What budgets have reached this month, at the top of the pages of those who may see costs."""

from collections.abc import Iterator

from core import budgeting
from core.access import Action, Person, allows
from core.budget import Threshold
from core.budget_alert import Alert, sentence
from dashboard import formats
from dashboard.costs import budget_terms as terms
from dashboard.note import DECIDE, Note
from dashboard.services import services

MOST = 5
"""Budgets told one by one; of the rest it says how many."""


def notes(person: Person, *, of_courses: bool = False) -> Iterator[Note]:
    """One for each budget that is nearly or wholly used, or is likely to be exceeded; none for half of it.
    With `of_courses` for theirs alone, where a bar says as much of the one for all videos."""
    if not allows(person, Action.SEE_COSTS):
        return
    found = budgeting.standing_alerts(by=person, services=services())
    told = [
        one
        for one in found
        if one.threshold is not Threshold.HALF and not (of_courses and one.budget.is_school)
    ]
    yield from map(_note, told[:MOST])
    if len(told) > MOST:
        yield _more(len(told) - MOST)


def _note(alert: Alert) -> Note:
    return Note(
        term=terms.STATES[alert.threshold],
        sentence=formats.literal(f"{sentence(alert)} As of {_when(alert)}."),
        page="budgets.py",
        label="See budgets",
    )


def _when(alert: Alert) -> str:
    """The figures are those of this moment."""
    return formats.moment(alert.noted_at, zone=formats.reader_zone())


def _more(count: int) -> Note:
    budgets = formats.counted(count, "more budget")
    said = f"{budgets} {'is' if count == 1 else 'are'} nearly or wholly used, or likely to be exceeded."
    return Note(term=DECIDE, sentence=said, page="budgets.py", label="See budgets")
