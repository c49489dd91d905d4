"""What could be saved, and the table of what each piece of advice is about."""

from core.access import Action
from dashboard import access, bones
from dashboard.costs import advice_screen

access.require(Action.SEE_COSTS)
bones.head("Savings", advice_screen.PURPOSE)
advice_screen.show()
