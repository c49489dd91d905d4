"""How lessons are watched: a period of them against the one before."""

from core.access import Action
from dashboard import access, bones
from dashboard.analytics import screen

access.require_some(Action.SEE_VIEWING)
bones.head("Analytics", screen.purpose)
screen.show()
