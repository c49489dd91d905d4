"""Price cards: what Mux and AWS ask for, which plan is in use since when, and cards of one's own."""

from core.access import Action
from dashboard import access
from dashboard.costs import price_screen

person = access.require(Action.SET_PRICES)
price_screen.show(person)
