"""The words for how one lesson is watched."""

from collections.abc import Mapping
from datetime import date

from core.lesson_day import Joined
from core.playback import Provider
from core.retention import END, Basis, Completion, Curve, NoCurve, half_gone_s, left_at
from core.retention_looking import LessonViewing
from core.retention_moment import Moment, Named
from dashboard import formats
from dashboard.analytics import terms

SOURCE: Mapping[Joined, str] = {
    Joined.MUX: "Mux",
    Joined.OWN: "the school's own progress",
    Joined.BOTH: "the larger of both",
}

BASIS: Mapping[Basis, str] = {
    Basis.HEATMAP: "An estimate: how much of the audience of the start is left at 95 % of the video.",
    Basis.PROGRESS: (
        "An estimate: learners who came to the end, of all who began, by the school's progress, "
        "whenever they watched."
    ),
    Basis.PLAYING: "An estimate: the time that was played, of what these views would have played to the end.",
}

BY: Mapping[Basis, str] = {
    Basis.HEATMAP: "audience",
    Basis.PROGRESS: "learners",
    Basis.PLAYING: "time played",
}
"""The same in a cell."""

NOT_FETCHED = (
    "Views and watch time were not fetched from Mux yet.",
    "It is done every hour by itself, a day of the school at a time; look again later.",
)
NOT_ITS_OWN = (
    "None of these views counts for this lesson.",
    "They were of the same video before this lesson played it, or in other lessons that play it too.",
)
WHY_NO_VIEWS = (
    "A day counts once it is over. What a browser keeps from being counted, as with an ad blocker, is "
    "missing. Try a longer period."
)
NO_CURVE: Mapping[NoCurve, tuple[str, str]] = {
    NoCurve.NO_VIEWS: (
        "Nobody watched it from Mux in this period.",
        "Try a longer one. A view that an ad blocker hides from Mux is not counted.",
    ),
    NoCurve.FEW_VIEWS: (
        "Fewer than 5 views in this period.",
        "A curve would show single people. Try a longer period.",
    ),
    NoCurve.FEW_VIEWERS: (
        "Fewer than 5 people watched it in this period.",
        "A curve would show single people. Try a longer period.",
    ),
    NoCurve.NO_FIGURES: (
        "Mux counts views, but does not say which parts were played.",
        "It needs Mux Player 3.11 or mux-embed 5.15 on the school's pages, or a later one.",
    ),
    NoCurve.NO_OPENING: (
        "Mux has no figure for the start of the video.",
        "Without it the curve has nothing to begin from. Try a longer period.",
    ),
    NoCurve.NO_LENGTH: (
        "The length of the video is not known.",
        "It comes from Mux; look at the lesson's video whether it is ready.",
    ),
}

ELSEWHERE: Mapping[Provider, tuple[str, str]] = {
    Provider.MUX: (
        "Its copy at Mux is not in Lectern's records yet.",
        "It is found by itself when these are compared with Mux, every few hours.",
    ),
    Provider.NONE: ("This lesson has no video yet.", "Its figures begin on the day after it is watched."),
    Provider.S3: (
        "It plays from S3, where nobody measures which parts are watched.",
        "Its curve begins with the first views from Mux.",
    ),
    Provider.HLS: (
        "It plays from S3, where nobody measures which parts are watched.",
        "Its curve begins with the first views from Mux.",
    ),
}


def answer(curve: Curve) -> str:
    """What the curve says, in one sentence."""
    half_s = half_gone_s(curve)
    if half_s is not None and half_s < curve.duration_s * END:
        return f"Half of the viewers have left by {formats.clock(half_s)}"
    return f"{formats.percent(left_at(curve, END))} of the viewers watch to the end"


def in_words(curve: Curve) -> str:
    """The same for whoever does not see it."""
    places = {"a quarter": 0.25, "half": 0.5, "three quarters": 0.75, "the end": END}
    left = [f"{formats.percent(left_at(curve, share))} after {name}" for name, share in places.items()]
    return f"Of those who began, {', '.join(left[:3])} and {left[3].replace('after', 'at')}."


def moment(one: Moment) -> str:
    """
    >>> print(moment(Moment(named=Named.SPIKE, start_s=192, end_s=230, size=0.31)))
    **3:12 to 3:50** is played again: 31 % more than around it.
    """
    span = f"**{formats.clock(one.start_s)} to {formats.clock(one.end_s)}**"
    size = formats.percent(one.size)
    match one.named:
        case Named.INTRO_DROP:
            return f"**The first {formats.duration(one.end_s)}** lose {size} of the viewers."
        case Named.SPIKE:
            return f"{span} is played again: {size} more than around it."
        case Named.DIP:
            return f"{span} is left out by some: {size} less than around it."
        case Named.STEADY:
            return f"{span} keeps nearly everybody: {_lost(one.size)}."


def _lost(share: float) -> str:
    return f"only {formats.percent(share)} leave" if round(share * 100) else "nobody leaves"


ICON: Mapping[Named, str] = {
    Named.INTRO_DROP: ":material/trending_down:",
    Named.SPIKE: ":material/replay:",
    Named.DIP: ":material/fast_forward:",
    Named.STEADY: ":material/trending_flat:",
}


def completion(found: Completion | None) -> str:
    """
    >>> completion(None)
    '–'
    """
    return formats.NOTHING if found is None else formats.percent(found.share)


def by(found: Completion | None) -> str | None:
    """What it was worked out by.

    >>> by(Completion(share=0.4, basis=Basis.PLAYING)), by(None)
    ('time played', None)
    """
    return BY[found.basis] if found else None


def joined(seen: LessonViewing) -> str:
    """How the two sources came together."""
    if seen.moved_on is None:
        return (
            "It has not played from Mux: views and watch time are the school's own, one view a learner a day."
        )
    day = moved(seen.moved_on)
    return (
        f"It plays from Mux since {day}. Up to that day a day counts the larger of Mux's figure and the "
        "school's own, because each sees a part of the same plays; from the day after, Mux's alone."
    )


def moved(day: date) -> str:
    """
    >>> moved(date(2026, 11, 12))
    'Thu 12 Nov 2026'
    """
    return f"{terms.day(day)} {day.year}"
