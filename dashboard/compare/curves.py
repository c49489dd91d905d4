"""Which parts of each video are watched, over each other: by share of its length, because lengths differ."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.retention import END, Curve, left_at, thinned
from core.retention_band import Band
from core.retention_looking import LessonViewing
from dashboard import bones, charts, formats
from dashboard.compare import terms
from dashboard.compare.terms import Line, quoted
from dashboard.retention import terms as words

MOST_PARTS = 300
"""Of each video: five of them and the band are fewer points than a chart may have."""

APART = 0.07
"""Numbers beside the ends of the lines keep this share of the chart's height between them."""


def show(lines: Sequence[Line]) -> None:
    """Those that have a curve; why the others have none stands below."""
    drawn = [(line, line.seen.curve) for line in lines if isinstance(line.seen.curve, Curve)]
    if not drawn:
        bones.nothing("There is no curve of these lessons in this period.", formats.literal(_why(lines)))
        return
    usual = next(((line, line.seen.usual) for line, _ in drawn if line.seen.usual), None)
    charts.show(
        draw(lines, usual[1] if usual else None),
        title=answer(drawn),
        said=" ".join([said(drawn), *_band(usual), _why(lines)]).strip(),
        key="compare_curves",
    )


def draw(lines: Sequence[Line], usual: Band | None) -> go.Figure:
    """A line for each lesson, also an empty one, so that each keeps its colour; its number at its end."""
    made = charts.figure(x="Part of the video (%)", y="Of those who began (%)", height=terms.HEIGHT_PX)
    for line in lines:
        curve = line.seen.curve
        shares = thinned(curve.shares, MOST_PARTS) if isinstance(curve, Curve) else ()
        made.add_scatter(
            x=[place * 100 / len(shares) for place in range(len(shares))],
            y=[None if share is None else share * 100 for share in shares],
            mode="lines",
            name=charts.plain(line.legend),
            line={"width": 2.5, "dash": line.dash},
            showlegend=bool(shares),
            hovertemplate="%{y:.0f} %",
        )
    if usual:
        charts.add_band(made, usual, up_to=100)
    for number, at in ends(lines):
        made.add_annotation(x=100, y=at, text=f"<b>{number}</b>", showarrow=False, xanchor="left")
    made.update_xaxes(range=[0, 104], ticksuffix=" %", hoverformat=".0f")
    made.update_yaxes(ticksuffix=" %")
    charts.add_legend(made)
    return made


def ends(lines: Sequence[Line]) -> list[tuple[int, float]]:
    """Where each line's number stands, in per cent upwards: at its last figure, or a little over another."""
    known = {line.number: line.seen.curve for line in lines if isinstance(line.seen.curve, Curve)}
    last = {n: next(one for one in reversed(curve.shares) if one is not None) for n, curve in known.items()}
    apart = APART * max((one for c in known.values() for one in c.shares if one is not None), default=1.0)
    placed: list[tuple[int, float]] = []
    for number, share in sorted(last.items(), key=lambda one: one[1]):
        least = placed[-1][1] / 100 + apart if placed else 0.0
        placed.append((number, max(share, least) * 100))
    return placed


def answer(drawn: Sequence[tuple[Line, Curve]]) -> str:
    """Which keeps most viewers, and which fewest."""
    kept = sorted((left_at(curve, END), line.number, line) for line, curve in drawn)
    best = f"{quoted(kept[-1][2])} keeps {formats.percent(kept[-1][0])} of its viewers to the end"
    return best if len(kept) == 1 else f"{best}, {quoted(kept[0][2])} {formats.percent(kept[0][0])}"


def said(drawn: Sequence[tuple[Line, Curve]]) -> str:
    """Each curve in words."""
    return " ".join(f"{line.number} {quoted(line)}: {words.in_words(curve)}" for line, curve in drawn)


def _band(usual: tuple[Line, Band | None] | None) -> list[str]:
    if usual is None or usual[1] is None:
        return []
    return [f"Grey: the middle half of {usual[1].videos} videos about as long as {quoted(usual[0])}."]


def _why(lines: Sequence[Line]) -> str:
    """Why each of the others has no curve."""
    without = [line for line in lines if not isinstance(line.seen.curve, Curve)]
    return " ".join(f"No curve of {line.number} {quoted(line)}: {reason(line.seen)}" for line in without)


def reason(seen: LessonViewing) -> str:
    """Why there is none, in one sentence."""
    if seen.asset_id is None:
        return words.ELSEWHERE[seen.provider][0]
    if seen.curve is not None and not isinstance(seen.curve, Curve):
        return words.NO_CURVE[seen.curve][0]
    if seen.kept and seen.kept.error:
        return f"it could not be fetched. {seen.kept.error}"
    return "it is being fetched from Mux, and comes by itself."
