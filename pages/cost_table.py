"""Whose costs are whose."""

from core.access import Action
from dashboard import access, bones
from dashboard.costs import table_screen

access.require(Action.SEE_OWN_COSTS)
bones.head("Cost table", table_screen.purpose)
table_screen.show()
