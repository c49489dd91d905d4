"""Who watches, as far as it is told: kinds of device, countries and browsers, never single people."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import streamlit as st

from core.audience import Group, Side, told
from core.retention_looking import LessonViewing
from dashboard import charts, formats
from dashboard.countries import country

BAR_PX, AXES_PX = 30, 80
ROOM = 1.35
"""For what stands beside the longest bar, on a phone too."""

LONGEST_NAME = 24
"""Longer ones would leave no room for the bars."""

OTHERS = "others"
DEVICE: Mapping[str, str] = {"desktop": "computer", "phone": "phone", "tablet": "tablet", "tv": "television"}
AXIS: Mapping[Side, str] = {Side.DEVICE: "Device", Side.COUNTRY: "Country", Side.BROWSER: "Browser"}
MANY: Mapping[Side, str] = {Side.DEVICE: "devices", Side.COUNTRY: "countries", Side.BROWSER: "browsers"}
Told = Mapping[Side, Sequence[Group]]


def show(seen: LessonViewing) -> None:
    """A chart for each side of which enough is known; nothing where there is none."""
    if shown := sides(seen.kept.audience if seen.kept else ()):
        st.subheader("Who watches", anchor=False)
        side_by_side(shown, key="retention")


def sides(groups: Sequence[Group]) -> Told:
    """Those of which enough is known, as they may be told."""
    return {side: found for side in Side if (found := told(groups, side))}


def side_by_side(shown: Told, *, key: str) -> None:
    """Two charts in a row; the third stands below the first."""
    columns = st.columns(2, gap="medium")
    for number, (side, found) in enumerate(shown.items()):
        with columns[number % len(columns)]:
            charts.show(draw(found), title=answer(found), said=said(found), key=f"{key}_{side}")


def cells(groups: Sequence[Group]) -> list[tuple[str, str, int]]:
    """Each group as a row of a table: by what, which, how many viewers."""
    return [
        (AXIS[side].lower(), named(one), one.viewers)
        for side, found in sides(groups).items()
        for one in found
    ]


def draw(found: Sequence[Group]) -> go.Figure:
    """A bar a group, the largest on top."""
    made = charts.figure(x="Viewers", y="", height=AXES_PX + BAR_PX * len(found))
    made.add_bar(
        x=[one.viewers for one in found],
        y=[formats.shortened(named(one), LONGEST_NAME) for one in found],
        orientation="h",
        text=[share(one, found) for one in found],
        textposition="outside",
        cliponaxis=False,
        textfont_size=12,
        hovertemplate="%{x:,.0f}<extra></extra>",
    )
    made.update_yaxes(autorange="reversed", title_text=AXIS[found[0].side])
    made.update_xaxes(range=[0, max(one.viewers for one in found) * ROOM])
    made.update_layout(hovermode="closest")
    return made


def answer(found: Sequence[Group]) -> str:
    """
    >>> known = {"phone": 30, None: 10}
    >>> answer([Group(side=Side.DEVICE, name=name, viewers=count) for name, count in known.items()])
    '75 % of the viewers watch on a phone'
    >>> answer([Group(side=Side.COUNTRY, name="US", viewers=9)])
    'The country with most viewers: United States, 100 %'
    """
    first = found[0]
    if first.side is Side.DEVICE:
        return f"{share(first, found)} of the viewers watch on a {named(first)}"
    if first.side is Side.BROWSER:
        return f"{share(first, found)} of the viewers watch with {named(first)}"
    return f"The country with most viewers: {named(first)}, {share(first, found)}"


def said(found: Sequence[Group]) -> str:
    """The same in words, and what it counts."""
    parts = ", ".join(f"{named(one)} {formats.number(one.viewers)}" for one in found)
    counts = MANY[found[0].side]
    return f"Viewers: {parts}. Who watches from two {counts} counts in both; groups under 5 are others."


def named(one: Group) -> str:
    """As it is shown; of a country Mux gives two letters."""
    if one.name is None:
        return OTHERS
    if one.side is Side.COUNTRY:
        return country(one.name)
    return DEVICE.get(one.name, one.name) if one.side is Side.DEVICE else one.name


def share(one: Group, found: Sequence[Group]) -> str:
    """How many of all these."""
    return formats.percent(one.viewers / sum(each.viewers for each in found))
