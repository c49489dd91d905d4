"""What Mux told us."""

from core.access import Action
from dashboard import access, bones
from dashboard.system import events

access.require(Action.SEE_EVENTS)
bones.head("Events", "What Mux told us by webhook.")
events.listing()
events.replay_panel()
