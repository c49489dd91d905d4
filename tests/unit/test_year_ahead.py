"""A year ahead: blocks of 28 days, what each way missed when it was tried, and which way is used."""

import ast
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from core.forecast import smoothing
from core.forecast.smoothing import Smoothing
from core.usage import Month
from core.year_ahead import Trial, Way, YearAhead, blocks, year_ahead

LAST = date(2026, 1, 31)
FEBRUARY, MARCH = Month(2026, 2), Month(2026, 3)


class Growing:
    """Adds so much from one block to the next."""

    def __init__(self, by: float) -> None:
        self.by, self.seasons = by, list[int]()

    def ahead(self, past: Sequence[float], *, steps: int, season: int) -> Sequence[float]:
        self.seasons.append(season)
        return [past[-1] + self.by * step for step in range(1, steps + 1)]


def days_of(past: Sequence[float]) -> dict[date, float]:
    """So much on each day of these blocks, the last of which ends with January."""
    first = LAST - timedelta(days=28 * len(past) - 1)
    return {first + timedelta(days=at): past[at // 28] for at in range(28 * len(past))}


def ahead(past: Sequence[float], *, by: float = 0.0) -> YearAhead:
    days, months = days_of(past), [FEBRUARY, MARCH]
    found = year_ahead(days, first=min(days), last=LAST, months=months, forecaster=Growing(by))
    assert found
    return found


def test_days_are_cut_into_blocks_back_from_the_last_one() -> None:
    days = days_of([10.0, 20.0])
    assert blocks(days, first=min(days), last=LAST) == [10.0, 20.0]
    # a day more is no block
    assert blocks(days, first=min(days) - timedelta(days=1), last=LAST) == [10.0, 20.0]


def test_a_day_that_is_not_known_is_not_taken_for_zero() -> None:
    days = days_of([10.0])
    holes = [LAST - timedelta(days=back) for back in range(14)]
    told = {day: minutes for day, minutes in days.items() if day not in holes}
    assert blocks(told, first=min(days), last=LAST, holes=holes) == [10.0]
    assert blocks(told, first=min(days), last=LAST) == [5.0]  # 14 days of 10 and 14 of nothing
    too_many = [*holes, LAST - timedelta(days=14)]
    assert blocks(told, first=min(days), last=LAST, holes=too_many) == []


def test_a_gap_ends_what_is_looked_at() -> None:
    days = days_of([10.0, 20.0, 30.0])
    gap = [LAST - timedelta(days=28 + back) for back in range(20)]
    assert blocks(days, first=min(days), last=LAST, holes=gap) == [30.0]


def test_of_less_than_four_weeks_nothing_is_forecast() -> None:
    assert year_ahead({LAST: 10.0}, first=LAST, last=LAST, months=[FEBRUARY], forecaster=Growing(0)) is None


def test_four_weeks_are_carried_on_as_they_were_and_nothing_is_tried() -> None:
    found = ahead([10.0])
    assert (found.way, found.trials, found.missed, found.held) == (Way.RECENT, [], None, 0)
    assert found.minutes(FEBRUARY.first, FEBRUARY.last) == 280.0  # 28 days of 10


def test_the_way_that_missed_least_is_used() -> None:
    # of nine blocks three are kept back: 70, 80, 90 after 10 to 60
    found = ahead([10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0], by=10.0)
    # as in the last 28 days: 60 each, off by 10, 20 and 30; of 240 in all
    assert found.trials == [
        Trial(way=Way.RECENT, missed=20.0, share=0.25),
        Trial(way=Way.TREND, missed=0.0, share=0.0),
    ]
    assert found.way is Way.TREND
    # February is the block of 100 a day, March 28 days of 110 and three of 120
    assert found.minutes(FEBRUARY.first, FEBRUARY.last) == 2800.0
    assert found.minutes(MARCH.first, MARCH.last) == 3440.0


def test_a_trend_that_missed_more_than_the_plain_way_is_not_used() -> None:
    found = ahead([50.0] * 9, by=10.0)
    assert [(one.way, one.missed) for one in found.trials] == [(Way.RECENT, 0.0), (Way.TREND, 20.0)]
    assert found.way is Way.RECENT
    assert found.minutes(FEBRUARY.first, FEBRUARY.last) == 1400.0


def test_of_few_blocks_no_trend_is_tried() -> None:
    assert [one.way for one in ahead([10.0] * 7).trials] == [Way.RECENT]  # 2 kept back, 5 left
    assert [one.way for one in ahead([10.0] * 8).trials] == [Way.RECENT, Way.TREND]  # 6 left


def test_with_more_than_a_year_the_same_weeks_of_the_year_before_are_tried() -> None:
    year = [float(number) for number in range(13)]
    found = ahead([*year, *year[:6]], by=1.0)  # 19 blocks, 6 kept back
    # the year before is right; the last 28 days (12) are off by 12, 11, 10, 9, 8, 7
    assert found.trials[0] == Trial(way=Way.RECENT, missed=9.5, share=3.8)
    assert found.way is Way.YEAR_AGO
    assert found.missed == 0.0
    assert list(found.per_day[:2]) == [6.0, 7.0]


def test_seasons_are_looked_for_where_two_years_are_left_to_learn_from() -> None:
    for count, season in ((31, 0), (32, 13)):  # 6 kept back: 25 and 26 left
        growing, days = Growing(0.0), days_of([1.0] * count)
        year_ahead(days, first=min(days), last=LAST, months=[FEBRUARY], forecaster=growing)
        assert growing.seasons[0] == season


def test_nothing_falls_below_zero() -> None:
    found = ahead([80.0, 70.0, 60.0, 50.0, 40.0, 30.0, 20.0, 10.0, 5.0], by=-10.0)
    assert found.way is Way.TREND
    assert found.minutes(FEBRUARY.first, MARCH.last) == 0.0
    assert found.minutes(FEBRUARY.first, FEBRUARY.last, off=-3.0) == 0.0
    assert found.minutes(FEBRUARY.first, FEBRUARY.last, off=3.0) == 84.0  # 28 days of 3


def test_smoothing_carries_a_trend_on_and_lets_it_level_off() -> None:
    told = Smoothing().ahead([10.0, 20.0, 30.0, 40.0, 50.0, 60.0], steps=3, season=0)
    assert told[0] == pytest.approx(70.0, abs=2.0)
    assert told[0] < told[1] < told[2] <= 91.0


def test_smoothing_knows_the_seasons_of_two_years() -> None:
    holidays = [100.0] * 9 + [20.0] * 4
    told = Smoothing().ahead(holidays * 2, steps=13, season=13)
    assert [round(one, -1) for one in told] == [100.0] * 9 + [20.0] * 4


def test_nothing_but_a_forecast_loads_what_it_is_made_with() -> None:
    """It takes seconds and a hundred megabytes, which neither other pages nor the worker pay."""
    text = Path(smoothing.__file__).read_text(encoding="utf-8")
    loaded = {
        ast.unparse(one) for one in ast.parse(text).body if isinstance(one, ast.Import | ast.ImportFrom)
    }
    assert loaded == {"import warnings", "from collections.abc import Sequence"}
