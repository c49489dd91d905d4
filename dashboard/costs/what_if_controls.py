"""What would be otherwise: sliders and choices, each kept in the address."""

from math import ceil

import streamlit as st

from core.asset import Quality
from core.forecasting import YearCosts
from dashboard import formats
from dashboard.costs import what_if_address as address
from dashboard.costs.what_if_address import CAP, CAPTIONS, CARD, COLD, HOURS, QUALITY, VIEWS, Wish
from dashboard.state import Key

AS_NOW = "As now"
QUALITIES = {"": AS_NOW, **{one.value: one.value.capitalize() for one in Quality}}
LEAST_HOURS = 100
"""The slider goes as far, also where less is left to move."""


def show(wished: Wish, year: YearCosts) -> None:
    """The amounts beside each other, the rest below."""
    first, second = st.columns(2, gap="medium")
    with first:
        _moved(wished, year)
    with second:
        _views(wished)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _choice("Quality of all videos", Key.WHAT_IF_QUALITY, QUALITY, wished.quality, QUALITIES, 180)
        _choice("Price card", Key.WHAT_IF_CARD, CARD, wished.card, cards(year), 320)
    with st.container(horizontal=True):
        _toggle("Nothing above 1080p", Key.WHAT_IF_CAP, CAP, wished.cap)
        _toggle("Delete what is kept cold", Key.WHAT_IF_COLD, COLD, wished.cold)
        _toggle("Captions for everything", Key.WHAT_IF_CAPTIONS, CAPTIONS, wished.captions)


def cards(year: YearCosts) -> dict[str, str]:
    """All cards by key and in the order of their names; those of the plans in use first, as none."""
    others = sorted(year.others, key=lambda one: one.name.casefold())
    return {"": "Those in use", **{one.key: one.name for one in others}}


def _moved(wished: Wish, year: YearCosts) -> None:
    if wished.ticked:
        ticked = wished.ticked
        length = formats.duration(float(ticked.minutes) * 60)
        size = formats.size(float(ticked.gb) * 10**9)
        st.markdown(
            f"**Move {formats.counted(ticked.videos, 'ticked video')} to Mux**  \n{length} · {size} out of S3"
        )
        st.button("Move none of them", on_click=address.forget_ticked, type="tertiary")
        return
    left = formats.duration(float(year.left.minutes) * 60)
    st.session_state[Key.WHAT_IF_HOURS] = wished.hours
    st.slider(
        "Hours moved from S3 to Mux",
        min_value=0,
        max_value=max(LEAST_HOURS, ceil(year.left.minutes / 60), wished.hours),
        key=Key.WHAT_IF_HOURS,
        format="%d h",
        help=f"Left in S3 to move: {left}. On the page Migrate single videos are chosen.",
        on_change=address.changed,
        args=(Key.WHAT_IF_HOURS, HOURS, "0"),
    )


def _views(wished: Wish) -> None:
    st.session_state[Key.WHAT_IF_VIEWS] = wished.views
    st.select_slider(
        "How much is watched",
        address.FACTORS,
        key=Key.WHAT_IF_VIEWS,
        format_func=factor,
        on_change=address.changed,
        args=(Key.WHAT_IF_VIEWS, VIEWS, address.USUAL_VIEWS),
    )


def factor(views: str) -> str:
    """
    >>> factor("1"), factor("1.5")
    ('as forecast', '1.5 ×')
    """
    return "as forecast" if views == address.USUAL_VIEWS else f"{views} ×"


def _choice(label: str, key: Key, name: str, value: str, options: dict[str, str], width: int) -> None:
    st.session_state[key] = value if value in options else ""
    st.selectbox(
        label,
        list(options),
        format_func=options.__getitem__,
        key=key,
        width=width,
        on_change=address.changed,
        args=(key, name, ""),
    )


def _toggle(label: str, key: Key, name: str, value: bool) -> None:
    st.session_state[key] = value
    st.toggle(label, key=key, on_change=address.changed, args=(key, name, ""))
