"""What Forecast and Savings read: the same for all who may see costs, anew with what it rests on."""

from contextlib import suppress

import streamlit as st

from core import advising, forecasting, pricing, usage_reading
from core.access import Person
from core.advising import Advised
from core.errors import AppError
from core.forecasting import YearCosts
from dashboard.services import services

YEAR_KEPT_S = 3600
ADVICE_KEPT_S = 600


def _rests_on(person: Person) -> str:
    """What a kept answer goes by: all price cards, the plans, and when usage was read; where they cannot be
    read, the question itself says why."""
    with suppress(AppError):
        shelf = pricing.shelf(by=person, services=services())
        return repr((shelf, usage_reading.freshness(services=services()).read_at))
    return ""


@st.cache_resource(ttl=YEAR_KEPT_S, max_entries=4, show_spinner=False, hash_funcs={Person: _rests_on})
def year(person: Person) -> YearCosts | None:
    """The year ahead; a scenario works on this very one."""
    return forecasting.year(by=person, services=services())


@st.cache_resource(ttl=ADVICE_KEPT_S, max_entries=4, show_spinner=False, hash_funcs={Person: _rests_on})
def advised(person: Person) -> Advised:
    """What could be saved; S3 is asked for it as well."""
    return advising.advised(by=person, services=services())
