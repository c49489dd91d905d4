"""What the next twelve months are likely to cost, and what would change that."""

from core.access import Action
from dashboard import access, bones
from dashboard.costs import forecast_screen

access.require(Action.SEE_COSTS)
bones.head("Forecast", forecast_screen.PURPOSE)
forecast_screen.show()
