"""What the school's videos cost in a month, and what it is likely to come to."""

from core.access import Action
from dashboard import access, bones
from dashboard.costs import screen

access.require(Action.SEE_COSTS)
bones.head("Costs", screen.PURPOSE)
screen.show()
