"""What Forecast and Savings read: the same for all who may see costs, anew where a price or plan changed."""

from contextlib import suppress

import streamlit as st

from core import advising, forecasting, pricing
from core.access import Person
from core.advising import Advised
from core.errors import AppError
from core.forecasting import YearCosts
from dashboard.services import services

YEAR_KEPT_S = 3600
ADVICE_KEPT_S = 600


def _prices(person: Person) -> str:
    """What a kept answer goes by: all price cards, and the plans; where they cannot be read, the question
    itself says why."""
    with suppress(AppError):
        return repr(pricing.shelf(by=person, services=services()))
    return ""


@st.cache_resource(ttl=YEAR_KEPT_S, max_entries=4, show_spinner=False, hash_funcs={Person: _prices})
def year(person: Person) -> YearCosts | None:
    """The year ahead; a scenario works on this very one."""
    return forecasting.year(by=person, services=services())


@st.cache_resource(ttl=ADVICE_KEPT_S, max_entries=4, show_spinner=False, hash_funcs={Person: _prices})
def advised(person: Person) -> Advised:
    """What could be saved; S3 is asked for it as well."""
    return advising.advised(by=person, services=services())
