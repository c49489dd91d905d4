"""Rules of quality: what is due, what is worse than usual, and failures that are told together."""

import doctest
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core import audience, quality_failure, quality_weakness
from core.period import Days, Period
from core.quality import Measure, Quality, Reading, due_days, quality_of, whole_days
from core.quality_failure import FailedView, Failure, grouped
from core.quality_weakness import failing
from dashboard.retention import quality_terms

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize("module", [audience, quality_failure, quality_weakness, quality_terms])
def test_the_examples_in_the_docstrings_are_true(module: object) -> None:
    found = doctest.testmod(module)  # type: ignore[arg-type]
    assert found.failed == 0
    assert found.attempted > 0


def read(*back: int, at: datetime = NOON) -> dict[date, datetime]:
    return {TODAY - timedelta(days=n): at for n in back}


def due(known: dict[date, datetime], *, now: datetime = NOON, since: date | None = None) -> list[int]:
    return [(TODAY - day).days for day in due_days(known, now=now, zone=BERLIN, since=since)]


def test_a_day_is_read_once_it_is_over_and_once_a_day_until_it_is_final() -> None:
    assert due({}) == [*range(1, 100)]
    assert due(read(*range(1, 100))) == []
    known = read(*range(1, 100))
    # The day itself is over now; the fourth before it was final when it was read.
    assert due(known, now=NOON + timedelta(days=1)) == [0, 1, 2, 3]
    midnight = datetime(2026, 11, 20, 23, tzinfo=UTC)  # in Berlin
    assert due(known, now=midnight - timedelta(minutes=1)) == []
    assert due(known, now=midnight) == [0, 1, 2, 3]


def test_days_are_read_anew_from_one_on_as_far_as_mux_keeps_them() -> None:
    assert due(read(*range(1, 100)), since=TODAY - timedelta(days=3)) == [1, 2, 3]
    assert len(due({}, since=date(2020, 1, 1))) == 99


def test_a_period_ends_yesterday_and_a_year_begins_where_mux_forgets() -> None:
    assert whole_days(Period.WEEK, today=TODAY) == Days(first=date(2026, 11, 13), last=date(2026, 11, 19))
    assert whole_days(Period.YEAR, today=TODAY) == Days(first=date(2026, 8, 13), last=date(2026, 11, 19))


def test_a_figure_of_no_views_is_none() -> None:
    found = quality_of(
        {
            Measure.FAILED: Reading(value=0.25, views=8),
            Measure.STARTUP: Reading(value=0.0, views=0),
            Measure.SCORE: Reading(value=None, views=8),
        }
    )
    assert found == Quality(views=8, failed=0.25)
    assert (found.views_failed, found.views_not_started) == (2, 0)


def test_videos_with_most_failures_come_first_however_many_views_they_have() -> None:
    videos = {
        "many": Quality(views=1_000, failed=0.005),
        "few": Quality(views=10, failed=0.6),
        "none": Quality(views=50, failed=0.0),
        "unknown": Quality(views=50),
    }
    assert failing(videos, limit=5) == ["few", "many"]
    assert failing(videos, limit=1) == ["few"]


def failed(number: int, code: str, message: str = "", browser: str = "Safari") -> FailedView:
    return FailedView(id=f"{number}", at=NOON, code=code, message=message, browser=browser)


def test_failures_are_told_by_kind_and_unknown_ones_by_the_players_words() -> None:
    views = [*(failed(n, "3", f"{n}") for n in range(5)), failed(5, "x", "One"), failed(6, "y", "Two")]
    found = grouped(views, BERLIN, viewers=5.0)
    assert [(one.kind, one.message, one.views) for one in found] == [
        (Failure.DECODING, "", 5),
        (Failure.OTHER, "One", 1),
        (Failure.OTHER, "Two", 1),
    ]
    assert [one.used for one in found] == [[("Safari", 5)], [], []]
    assert found[0].last_on == TODAY


def test_browsers_of_few_are_told_together_with_the_smallest_of_the_others() -> None:
    browsers = ["Safari"] * 7 + ["Chrome"] * 5 + ["Edge"] * 2
    views = [failed(n, "3", browser=name) for n, name in enumerate(browsers)]
    (found,) = grouped(views, BERLIN, viewers=5.0)
    assert found.used == [("Safari", 7), (None, 7)]
    for few in (4.0, None):
        (found,) = grouped(views, BERLIN, viewers=few)
        assert (found.views, found.used) == (14, [])
