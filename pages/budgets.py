"""Budgets: what may be spent on videos a month, how each stands, and what was told of them."""

from core.access import Action
from dashboard import access
from dashboard.costs import budget_screen

person = access.require(Action.SEE_COSTS)
budget_screen.show(person)
