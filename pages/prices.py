"""Price cards: what Mux and AWS ask for, which plan is in use since when, and cards of one's own."""

from core.access import Action
from dashboard import access
from dashboard.costs import price_screen

price_screen.show(access.require(Action.SET_PRICES))
