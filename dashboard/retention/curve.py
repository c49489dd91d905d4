"""The retention curve: how many of those who began are there, part by part. A click moves the player."""

import plotly.graph_objects as go

from core.retention import Curve
from core.retention_band import Band
from core.retention_looking import LessonViewing
from dashboard import charts, formats
from dashboard.retention import spot, terms
from dashboard.retention.spot import Spot
from dashboard.state import Key

HEIGHT_PX = 300
TICKS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
MOST_TICKS = 8


def show(seen: LessonViewing, curve: Curve) -> None:
    """The answer above, the curve, and in words what it shows."""
    key = f"{Key.RETENTION_CURVE}-{seen.lesson_id}-{len(seen.days)}"
    charts.show(
        draw(curve, seen.usual, spot.chosen(seen.lesson_id)),
        title=terms.answer(curve),
        said=said(seen, curve),
        key=key,
        on_select=lambda: spot.clicked(seen.lesson_id, key),
        selection_mode="points",
    )


def said(seen: LessonViewing, curve: Curve) -> str:
    """The chart in words, what it counts, and what the band is."""
    read_at = seen.kept.read_at if seen.kept else None
    as_of = f", as of {formats.moment(read_at, zone=formats.reader_zone())}" if read_at else ""
    counted = f" {formats.counted(seen.views, 'view')} counted{as_of}." if seen.views else ""
    usual = seen.usual
    band = f" Grey: the middle half of {usual.videos} videos of about this length." if usual else ""
    shared = formats.counted(seen.shared, "other lesson")
    also = f" {shared} {'plays' if seen.shared == 1 else 'play'} the same video, which counts as well."
    return (
        f"{terms.in_words(curve)}{counted}{band}{also if seen.shared else ''} Click on the curve to go there."
    )


def draw(curve: Curve, usual: Band | None, chosen: Spot | None) -> go.Figure:
    """The figure: a point for each part of the video."""
    made = charts.figure(x="Time in the video", y="Of those who began", height=HEIGHT_PX)
    places = range(len(curve.shares))
    made.add_scatter(
        x=[curve.start_s(place) for place in places],
        y=[None if share is None else share * 100 for share in curve.shares],
        customdata=[formats.clock(curve.start_s(place)) for place in places],
        mode="lines+markers",
        line={"width": 2.5},
        marker={"size": 9, "opacity": 0},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 0}},
        name="this lesson",
        hovertemplate="%{customdata} · %{y:.0f} %<extra></extra>",
    )
    if usual:
        charts.add_band(made, usual, up_to=curve.duration_s)
    if chosen:
        made.add_vline(x=chosen.at_s, line={"width": 1.5, "dash": "dot", "color": charts.QUIET})
    ticks = tick_places(curve.duration_s)
    made.update_xaxes(
        tickvals=ticks, ticktext=[formats.clock(at_s) for at_s in ticks], range=[0, curve.duration_s]
    )
    made.update_yaxes(ticksuffix=" %")
    made.update_layout(hovermode="x", hoverdistance=-1)
    return made


def tick_places(duration_s: float) -> list[float]:
    """Round moments along the video, at most `MOST_TICKS`.

    >>> tick_places(600.0)
    [0.0, 120.0, 240.0, 360.0, 480.0, 600.0]
    """
    step = next((one for one in TICKS if duration_s / one < MOST_TICKS), TICKS[-1])
    return [float(at_s) for at_s in range(0, int(duration_s) + 1, step)]
