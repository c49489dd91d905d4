"""A few lessons beside each other: their figures, which parts are watched, and their days."""

from core.access import Action
from dashboard import access, bones
from dashboard.compare import screen

access.require_some(Action.SEE_VIEWING)
bones.head("Compare lessons", "Up to five lessons beside each other, over the same days.")
screen.show()
