"""Migrations: what each cost, against what was said before, and what it adds or saves a month."""

from core.access import Action
from dashboard import access
from dashboard.costs import migrations

person = access.require(Action.SEE_COSTS)
migrations.show(person)
