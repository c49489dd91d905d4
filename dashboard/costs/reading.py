"""What the pages of costs read; usage comes once an hour, so it may be a minute old."""

from collections.abc import Sequence

import streamlit as st

from core import allocating, costing
from core.access import Person
from core.allocating import MonthShares, PricedQuantity
from core.allocation import Allocation, Per, SharedRule
from core.cost_changes import Change
from core.month_costs import MonthCosts
from core.usage import Month
from dashboard.services import services

KEPT_S = 60


def of_person(person: Person) -> str:
    """What a kept answer goes by."""
    return repr((person.subject, person.host_user_id, sorted(person.roles)))


# Not `cache_data`, as in analytics: it would copy ten thousand lessons at each look. Nothing here is changed.
@st.cache_resource(ttl=KEPT_S, max_entries=16, show_spinner=False, hash_funcs={Person: of_person, Month: str})
def costs(month: Month, person: Person) -> MonthCosts:
    """The month."""
    return costing.month_costs(month, by=person, services=services())


@st.cache_resource(ttl=KEPT_S, max_entries=16, show_spinner=False, hash_funcs={Person: of_person, Month: str})
def changed(month: Month, person: Person) -> Sequence[Change]:
    """What changed most since the month before."""
    return allocating.changed(costs(month, person), by=person, services=services())


@st.cache_resource(ttl=KEPT_S, max_entries=16, show_spinner=False, hash_funcs={Person: of_person, Month: str})
def shares(month: Month, person: Person) -> MonthShares:
    """What each lesson costs of itself."""
    return allocating.month_shares(month, by=person, services=services())


@st.cache_resource(ttl=KEPT_S, max_entries=32, show_spinner=False, hash_funcs={Person: of_person, Month: str})
def allocated(month: Month, per: Per, rule: SharedRule, course: str, person: Person) -> Allocation:
    """The table."""
    return allocating.allocated(shares(month, person), per=per, rule=rule, course=course)


@st.cache_resource(ttl=KEPT_S, max_entries=32, show_spinner=False, hash_funcs={Person: of_person, Month: str})
def priced(month: Month, lessons: tuple[str, ...], person: Person) -> Sequence[PricedQuantity]:
    """What the own costs of a row are made of."""
    return allocating.priced(month, lessons, by=person, services=services())
