"""The retention curve: how many of those who began are there, part by part. A click moves the player."""

import plotly.graph_objects as go

from core.retention import Curve
from core.retention_band import Band
from core.retention_looking import LessonViewing
from core.script import Script
from dashboard import charts, formats
from dashboard.retention import spot, terms
from dashboard.retention.spot import Spot
from dashboard.state import Key

HEIGHT_PX = 300
TICKS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
MOST_TICKS = 8
MOST_CHAPTERS = 30
LONGEST_LINE = 60
"""Letters beside the cursor: more do not fit beside the curve on a phone."""

NO_SCRIPT = Script()


def show(seen: LessonViewing, curve: Curve, script: Script) -> None:
    """The answer above, the curve, and in words what it shows."""
    key = f"{Key.RETENTION_CURVE}-{seen.lesson_id}-{len(seen.days)}"
    charts.show(
        draw(curve, seen.usual, spot.chosen(seen.lesson_id), script),
        title=terms.answer(curve),
        said=said(seen, curve, script),
        key=key,
        on_select=lambda: spot.clicked(seen.lesson_id, key),
        selection_mode="points",
    )


def said(seen: LessonViewing, curve: Curve, script: Script) -> str:
    """The chart in words, what it counts, and what the band is."""
    read_at = seen.kept.read_at if seen.kept else None
    as_of = f", as of {formats.moment(read_at, zone=formats.reader_zone())}" if read_at else ""
    counted = f" {formats.counted(seen.views, 'view')} counted{as_of}." if seen.views else ""
    usual = seen.usual
    band = f" Grey: the middle half of {usual.videos} videos of about this length." if usual else ""
    shared = formats.counted(seen.shared, "other lesson")
    also = f" {shared} {'plays' if seen.shared == 1 else 'play'} the same video, which counts as well."
    marked = " Thin lines: where chapters begin." if script.chapters else ""
    return (
        f"{terms.in_words(curve)}{counted}{band}{also if seen.shared else ''}{marked} "
        "Click on the curve to go there."
    )


def draw(curve: Curve, usual: Band | None, chosen: Spot | None, script: Script = NO_SCRIPT) -> go.Figure:
    """The figure: a point for each part of the video, which tells its chapter and what is said there."""
    made = charts.figure(x="Time in the video", y="Of those who began", height=HEIGHT_PX)
    places = range(len(curve.shares))
    made.add_scatter(
        x=[curve.start_s(place) for place in places],
        y=[None if share is None else share * 100 for share in curve.shares],
        customdata=[[formats.clock(at_s), told_at(script, at_s)] for at_s in map(curve.start_s, places)],
        mode="lines+markers",
        line={"width": 2.5},
        marker={"size": 9, "opacity": 0},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 0}},
        name="this lesson",
        hovertemplate="%{customdata[0]} · %{y:.0f} %%{customdata[1]}<extra></extra>",
    )
    if usual:
        charts.add_band(made, usual, up_to=curve.duration_s)
    if chosen:
        made.add_vline(x=chosen.at_s, line={"width": 1.5, "dash": "dot", "color": charts.QUIET})
    for chapter in script.chapters[1:MOST_CHAPTERS]:
        made.add_vline(x=chapter.start_ms / 1000, line={"width": 0.5, "color": charts.QUIET})
    ticks = tick_places(curve.duration_s)
    made.update_xaxes(
        tickvals=ticks, ticktext=[formats.clock(at_s) for at_s in ticks], range=[0, curve.duration_s]
    )
    made.update_yaxes(ticksuffix=" %")
    made.update_layout(hovermode="x", hoverdistance=-1)
    return made


def told_at(script: Script, at_s: float) -> str:
    """Chapter and line of a moment, each on a line of its own, as plotly writes them."""
    chapter, line = script.chapter_at(at_s), script.line_at(at_s)
    known = [charts.plain(formats.shortened(words, LONGEST_LINE)) for words in (chapter, line)]
    told = (f"<b>{known[0]}</b>" if chapter else "", f"“{known[1]}”" if line else "")
    return "".join(f"<br>{one}" for one in told if one)


def tick_places(duration_s: float) -> list[float]:
    """Round moments along the video, at most `MOST_TICKS`.

    >>> tick_places(600.0)
    [0.0, 120.0, 240.0, 360.0, 480.0, 600.0]
    """
    step = next((one for one in TICKS if duration_s / one < MOST_TICKS), TICKS[-1])
    return [float(at_s) for at_s in range(0, int(duration_s) + 1, step)]
