"""What budgets have reached this month, at the top of the pages of those who may see costs."""

from collections.abc import Iterator

from core import budgeting
from core.access import Action, Person, allows
from core.budget import Threshold
from core.budget_alert import Alert, sentence
from dashboard import formats
from dashboard.costs import budget_terms as terms
from dashboard.note import Note
from dashboard.services import services


def notes(person: Person) -> Iterator[Note]:
    """One for each budget that is nearly or wholly used, or is likely to be exceeded; none for half of it."""
    if allows(person, Action.SEE_COSTS):
        found = budgeting.standing_alerts(by=person, services=services())
        yield from (_note(one) for one in found if one.threshold is not Threshold.HALF)


def _note(alert: Alert) -> Note:
    return Note(
        term=terms.STATES[alert.threshold],
        sentence=formats.literal(sentence(alert)),
        page="budgets.py",
        label="See budgets",
    )
