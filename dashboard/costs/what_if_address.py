"""The scenario in the URL, which a reload comes back to and a colleague can be sent."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

import streamlit as st

from core.asset import Quality
from core.forecasting import YearCosts
from core.library_view import LONGEST_VALUE
from core.what_if import Scenario
from dashboard import query
from dashboard.state import Key

HOURS, VIEWS, QUALITY, CARD = "hours", "views", "quality", "card"
CAP, COLD, CAPTIONS, LOOK = "cap", "cold", "captions", "look"
VIDEOS, MINUTES, GIGABYTES = "videos", "minutes", "gb"
"""What was ticked on the migrate page, handed over by its sums."""

MOST_HOURS = 1_000_000
USUAL_VIEWS = "1"
FACTORS = ("0.25", "0.5", "0.75", USUAL_VIEWS, "1.25", "1.5", "2", "3", "5", "10")
ON = "1"


class Look(StrEnum):
    """How the months are drawn."""

    MONTHS = "months"
    SUM = "sum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """Videos that were ticked on the migrate page."""

    videos: int
    minutes: Decimal
    gb: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the URL says; a word that there is not (any more) changes nothing."""

    hours: int = 0
    ticked: Ticked | None = None
    views: str = USUAL_VIEWS
    quality: str = ""
    card: str = ""
    cap: bool = False
    cold: bool = False
    captions: bool = False
    look: Look = Look.MONTHS


def wish() -> Wish:
    """Read the URL."""
    views = _text(VIEWS)
    return Wish(
        hours=min(MOST_HOURS, int(_number(HOURS))),
        ticked=_ticked(),
        views=views if views in FACTORS else USUAL_VIEWS,
        quality=query.known(QUALITY, Quality),
        card=_text(CARD),
        cap=_text(CAP) == ON,
        cold=_text(COLD) == ON,
        captions=_text(CAPTIONS) == ON,
        look=Look(query.known(LOOK, Look) or Look.MONTHS),
    )


def scenario(wished: Wish, year: YearCosts) -> Scenario:
    """The same for the year that it is about; a card that is gone is none."""
    ticked = wished.ticked
    minutes = ticked.minutes if ticked else Decimal(wished.hours) * 60
    return Scenario(
        moved_minutes=minutes,
        moved_gb=ticked.gb if ticked else year.left.gb_of(minutes),
        views=Decimal(wished.views),
        quality=Quality(wished.quality) if wished.quality else None,
        is_capped=wished.cap,
        drops_cold=wished.cold,
        captions=wished.captions,
        card=next((one for one in year.others if one.key == wished.card), None),
    )


def of_ticked(videos: int, duration_s: float, size_bytes: int) -> dict[str, str]:
    """What the address of the forecast says to move these."""
    minutes, gb = Decimal(str(duration_s)) / 60, Decimal(size_bytes) / 10**9
    return {VIDEOS: str(videos), MINUTES: f"{minutes:.1f}", GIGABYTES: f"{gb:.3f}"}


def changed(key: Key, name: str, usual: str) -> None:
    """Write what was chosen into the address; what is usual leaves it."""
    value = st.session_state[key]
    text = ON if value is True else "" if value is False else str(value or "")
    query.put(name, "" if text == usual else text)


def forget_ticked() -> None:
    """Move none of them."""
    for name in (VIDEOS, MINUTES, GIGABYTES):
        query.put(name, "")


def _ticked() -> Ticked | None:
    minutes = _number(MINUTES)
    if not minutes:
        return None
    return Ticked(videos=int(_number(VIDEOS)), minutes=minutes, gb=_number(GIGABYTES))


def _number(name: str) -> Decimal:
    """Not below zero, and no larger than makes sense; of nonsense zero."""
    try:
        found = Decimal(_text(name) or "0")
    except InvalidOperation:
        return Decimal(0)
    return min(max(found, Decimal(0)), Decimal(MOST_HOURS * 60)) if found.is_finite() else Decimal(0)


def _text(name: str) -> str:
    text: str = st.query_params.get(name, "").replace("\0", "")
    return text[:LONGEST_VALUE]
