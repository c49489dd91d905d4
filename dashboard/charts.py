"""Charts as every page shows them: one look for light and dark, the answer above, the words for it below.

Colours are left to Streamlit's template, which takes them in the browser from `chartCategoricalColors` and
`chartSequentialColors` of config.toml, so that a change of theme needs no rerun. A trace takes them in order.
"""

from collections.abc import Mapping
from html import escape
from typing import Any, cast

import plotly.graph_objects as go
import streamlit as st

from core.retention_band import Band
from dashboard import formats

HEIGHT_PX = 280
MOST_POINTS = 2_000
"""Marks that go to the browser in one chart."""

QUIET = "#85858f"
"""Beside what counts: the period before, a usual curve. 3:1 on both grounds."""

BAND = "rgba(133, 133, 143, 0.25)"
"""A range behind a line."""

CONFIG: Mapping[str, Any] = {
    "displaylogo": False,
    "scrollZoom": False,
    "modeBarButtons": [["toImage"]],
    "toImageButtonOptions": {"format": "png", "scale": 2},
}


def figure(*, x: str, y: str, height: int = HEIGHT_PX) -> go.Figure:
    """An empty chart whose axes say what they count, with its unit; upwards from zero."""
    made = go.Figure()
    made.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        hovermode="x unified",
        showlegend=False,
        bargap=0.15,
        dragmode=False,
    )
    made.update_xaxes(title_text=x, automargin=True, fixedrange=True)
    made.update_yaxes(
        title_text=y, automargin=True, fixedrange=True, rangemode="tozero", separatethousands=True
    )
    return made


def plain(words: str) -> str:
    """Somebody else's words as a chart writes them: nothing in them is taken for a tag.

    >>> plain("a < b & c")
    'a &lt; b &amp; c'
    """
    return escape(words, quote=False)


def add_legend(made: go.Figure) -> None:
    """Names above the chart, as many in a row as there is room for."""
    above = {"orientation": "h", "traceorder": "normal", "x": 0, "y": 1.02, "yanchor": "bottom"}
    made.update_layout(showlegend=True, legend=above)


def key_above(title: str, told: Mapping[float, int]) -> dict[str, Any]:
    """A heatmap's key of colours above it: by where it lies on the scale, each number that is written."""
    return {
        "orientation": "h",
        "thickness": 10,
        "len": 1.0,
        "tickangle": 0,
        "x": 0,
        "xanchor": "left",
        "y": 1.0,
        "yanchor": "bottom",
        "title": {"text": title, "side": "right"},
        "tickvals": list(told),
        "ticktext": [formats.number(one) for one in told.values()],
    }


def add_band(made: go.Figure, usual: Band, *, up_to: float) -> None:
    """Behind a curve, what is usual, in per cent; `up_to` is where the axis ends."""
    xs = [up_to * place / len(usual.low) for place in range(len(usual.low))]
    quiet = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    made.add_scatter(x=xs, y=[share * 100 for share in usual.low], **quiet)
    made.add_scatter(x=xs, y=[share * 100 for share in usual.high], fill="tonexty", fillcolor=BAND, **quiet)


def show(made: go.Figure, *, title: str, said: str, key: str, **more: Any) -> Any:
    """Draw it under its answer, above the sentence that says in words what it shows; both are plain text.

    `more` goes to `st.plotly_chart`; returned is what that returns. Raises `ValueError` where it has more
    marks than a browser draws at once.
    """
    if (marks := points(made)) > MOST_POINTS:
        raise ValueError(f"{marks} marks in one chart")
    st.markdown(f"**{formats.literal(title)}**")
    drawn = st.plotly_chart(made, key=key, config=dict(CONFIG), **more)
    st.caption(formats.literal(said))
    return drawn


def points(made: go.Figure) -> int:
    """How many marks it has in all."""
    return sum(_marks(trace) for trace in cast("tuple[Any, ...]", made.data))


def _marks(trace: Any) -> int:
    if trace.type == "heatmap":
        return sum(len(row) for row in trace.z)
    along = trace.y if trace.y is not None else trace.x
    return 0 if along is None else len(along)
