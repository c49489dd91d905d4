"""What is looked at, in the URL, which a reload comes back to: month, by what, how shared, course, page."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.allocation import Per, SharedRule
from core.cost_phrases import month_name
from core.library_view import LONGEST_VALUE
from core.usage import Month
from dashboard import kept, query
from dashboard.keys import Key
from dashboard.services import services

MONTH, PER, RULE, COURSE, PAGE = "month", "by", "shared", "course", "page"
MONTHS = 13
"""So many are offered: a year, and the one under way."""

MONTH_PX = 170


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which costs, told by what."""

    month: Month
    per: Per = Per.COURSE
    rule: SharedRule = SharedRule.PROPORTIONAL
    course: str = ""
    page: int = 1


def place(*, providers: bool) -> Place:
    """Read the URL; a word that there is not (any more) counts for nothing, nor does the word for providers
    where these are not told."""
    course: str = st.query_params.get(COURSE, "").replace("\0", "")
    per = Per(query.known(PER, Per) or Per.COURSE)
    return Place(
        month=month(),
        per=per if providers or per is not Per.PROVIDER else Per.COURSE,
        rule=SharedRule(query.known(RULE, SharedRule) or SharedRule.PROPORTIONAL),
        course=course[:LONGEST_VALUE],
        page=query.page_number(PAGE),
    )


def month() -> Month:
    """The one that the URL names; the one under way where it names none, or one that has not begun."""
    try:
        named = Month.read(st.query_params.get(MONTH, ""))
    except ValueError:
        return this_month()
    return min(named, this_month())


def this_month() -> Month:
    """The one under way."""
    return Month.of(services().clock().date())


def choose_month(at: Month) -> None:
    """The picker; an older month of the URL is offered as well."""
    options = {str(one): month_name(one) for one in _offered(at)}
    kept.choose("Month (UTC)", Key.COSTS_MONTH, MONTH, str(at), options, page=PAGE, width=MONTH_PX)


def of_month(at: Month, **more: str) -> Mapping[str, str]:
    """What the address of another page of costs says, over the same month."""
    return {MONTH: str(at), **more}


def _offered(at: Month) -> list[Month]:
    found = [this_month()]
    while len(found) < MONTHS:
        found.append(found[-1].before)
    return found if at in found else [*found, at]
