"""The words for how well a video plays."""

from collections.abc import Iterator, Mapping, Sequence

from core.attention import LEAST_VIEWS
from core.few import FEWEST_TOLD
from core.quality import LEAST_VIEWS as FEWEST
from core.quality import MOST_WATCHED, Quality
from core.quality_failure import MOST_VIDEOS, Failure, FailureGroup
from core.quality_weakness import Weakness, weakness
from dashboard import formats
from dashboard.analytics import terms
from dashboard.countries import country

EXACT_BELOW = 0.1
"""A share under this has a decimal: 0.4 % and 1.2 % are far from each other."""

MINUTE_S = 60

NOT_FETCHED = (
    "How well videos play was not fetched from Mux yet.",
    "It is done once a day by itself; look again later.",
)
NOT_AMONG = (
    "It was not watched from Mux in this period, or too little.",
    f"How well a video plays is asked of Mux for the {MOST_WATCHED} with most views. Try a longer period.",
)
FEW_VIEWS = (
    f"Fewer than {FEWEST} views ended in this period, or fewer than {FEWEST_TOLD} people watched.",
    "Figures of so few would show single people. Try a longer period.",
)
NOT_LOOKED_AT = (
    f"Which errors these were is not known: single views are looked at once a day, of the last week and of "
    f"the {MOST_VIDEOS} videos that fail most."
)

WHY: Mapping[Failure, tuple[str, str]] = {
    Failure.NETWORK: (
        "The connection gave out while the video was fetched.",
        "Most often it is the viewer's own network.",
    ),
    Failure.DECODING: (
        "The browser could not decode the video.",
        "Where it is always the same browser, a new copy of the video may help.",
    ),
    Failure.SOURCE: (
        "The video could not be had, or is of a kind that the browser does not play.",
        "A link that ran out while the page stood open looks like this too.",
    ),
    Failure.ABORTED: ("The browser broke off by itself.", "Nothing is wrong with the video."),
}


def seconds(ms: float | None) -> str:
    """
    >>> seconds(812.0), seconds(None)
    ('0.8 s', '–')
    """
    return formats.NOTHING if ms is None else f"{ms / 1000:.1f} s"


def share(part: float | None) -> str:
    """
    >>> share(0.0042), share(0.0), share(0.0998), share(0.25), share(None)
    ('0.4 %', '0 %', '10 %', '25 %', '–')
    """
    if part is None:
        return formats.NOTHING
    return f"{part * 100:.1f} %" if part and round(part, 3) < EXACT_BELOW else formats.percent(part)


def once_in(per_min: float) -> str:
    """How often something happens.

    >>> once_in(0.08), once_in(3.2)
    ('once in 12 min 30 s', '3.2 times a minute')
    """
    if per_min >= 1:
        return f"{per_min:.1f} times a minute"
    return f"once in {formats.duration(MINUTE_S / per_min)}"


def answer(one: Quality, school: Quality) -> str:
    """It against the school's videos, in one sentence."""
    if one.views < LEAST_VIEWS:
        return f"From {LEAST_VIEWS} views on it is compared with the school's videos"
    match weakness(one, school):
        case Weakness.FAILS:
            often = f"{share(one.failed)} of the views, against {share(school.failed)}"
            return f"It fails more often than the school's videos do: {often}"
        case Weakness.WAITS:
            long = f"{share(one.waiting)} of the time, against {share(school.waiting)}"
            return f"It stands still to load more than the school's videos do: {long}"
        case Weakness.STARTS_LATE:
            late = f"after {seconds(one.startup_ms)}, against {seconds(school.startup_ms)}"
            return f"It starts later than the school's videos do: {late}"
    return "It plays as well as the school's videos do"


def sentences(one: Quality, school: Quality) -> Iterator[tuple[str, str]]:
    """An icon and a sentence in Markdown for each thing that is known."""
    if one.startup_ms is not None:
        slow = f" Half of the views start sooner, 19 of 20 within {seconds(one.slow_startup_ms)}."
        usual = f" The school's videos: {seconds(school.startup_ms)}."
        yield ":material/timer:", f"**Starts after {seconds(one.startup_ms)}.**{slow}{usual}"
    if one.stops_per_min is not None:
        yield ":material/hourglass_bottom:", f"{_stops(one)} The school's videos: {share(school.waiting)}."
    yield ":material/error:", f"{_failed(one)} Of the school's views {share(school.failed)} fail."
    if one.score is not None:
        usual = f"; the school's videos have {(school.score or 0.0) * 100:.0f}"
        yield ":material/speed:", f"**{one.score * 100:.0f} of 100** is Mux's own score of it{usual}."


def _stops(one: Quality) -> str:
    waiting = f" Waiting takes {share(one.waiting)} of the time."
    if not one.stops_per_min:
        return f"**Never stops to load.**{waiting}"
    return f"**Stops to load {once_in(one.stops_per_min)}.**{waiting}"


def _failed(one: Quality) -> str:
    began = one.views_failed - one.views_not_started
    views = formats.counted(one.views, "view")
    later = f", and {formats.number(began)} broke off later" if began > 0 else ""
    if one.views_not_started:
        return f"**{formats.number(one.views_not_started)} of {views} could not start**{later}."
    if began > 0:
        return f"**{formats.number(began)} of {views} broke off with an error.**"
    return f"**None of {views} failed.**"


def counted(one: Quality) -> str:
    """How many views there are, and whose: few people are told as few."""
    viewers = "" if one.viewers is None else f" by {terms.learners(round(one.viewers))} viewers"
    return f"{formats.counted(one.views, 'view')}{viewers}"


def failure(one: FailureGroup) -> str:
    """What went wrong, how often and with what, as Markdown."""
    count = terms.learners(one.views)
    views = f"{count[0].upper()}{count[1:]} views, last on {terms.day(one.last_on)}."
    used, places = among(one.used), among(where(one))
    _, hint = WHY.get(one.kind, ("", ""))
    beside = (views, used and f"With {used}.", places and f"In {places}.", hint)
    return f"**{formats.literal(what(one))}** {formats.literal(' '.join(filter(None, beside)))}"


def what(one: FailureGroup) -> str:
    """What went wrong, in a sentence."""
    said, _ = WHY.get(one.kind, (f"The player said: “{one.message or 'nothing'}”.", ""))
    return said


def where(one: FailureGroup) -> list[tuple[str | None, int]]:
    """Its countries by their names."""
    return [(name and country(name), count) for name, count in one.countries]


def among(found: Sequence[tuple[str | None, int]]) -> str:
    """
    >>> among([("Safari on iOS", 14), (None, 7)]), among([])
    ('Safari on iOS 14, others 7', '')
    """
    return ", ".join(f"{name or 'others'} {formats.number(count)}" for name, count in found)
