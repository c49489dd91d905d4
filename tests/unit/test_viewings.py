"""Periods, what needs a look, and where a course loses its viewers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from core.attention import Concern, Plays, asked, remarks
from core.course_walk import CourseWalk, Walk, finished_told, stops
from core.few import hidden, told_sum
from core.figures import Freshness
from core.lesson_day import DayTotal, LessonTotal, Ranking
from core.overview import overview_of
from core.period import Days, Grain, Period, days_of, pieces
from core.phrases import concern
from core.viewings import CourseLesson, Overview, Watched, known_days, largest_loss

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
WEEK = Days(first=date(2026, 11, 13), last=date(2026, 11, 19))


def total(lesson_id: str, views: int, completion: float | None = None, **facts: int) -> LessonTotal:
    return LessonTotal(
        lesson_id=lesson_id,
        views=views,
        watch_ms=facts.get("watch_ms", 0),
        playing_ms=0,
        finished=facts.get("finished", 0),
        completion=completion,
    )


def concerns(now: list[LessonTotal], before: list[LessonTotal]) -> list[tuple[str, Concern]]:
    found = remarks({one.lesson_id: one for one in now}, {one.lesson_id: one for one in before})
    return [(one.lesson_id, one.concern) for one in found]


def test_a_period_follows_the_school_over_midnight_and_into_summer_time() -> None:
    at = datetime(2026, 3, 29, 22, 30, tzinfo=UTC)  # Berlin: 00:30 on the 30th, the 29th had 23 hours
    found = days_of(Period.WEEK, now=at, read_at=at, zone=BERLIN)
    assert (found.first, found.last) == (date(2026, 3, 23), date(2026, 3, 29))
    assert days_of(Period.WEEK, now=at, read_at=None, zone=ZoneInfo("UTC")).last == date(2026, 3, 28)


def test_a_period_ends_where_the_figures_end() -> None:
    read_at = datetime(2026, 11, 10, 9, tzinfo=UTC)  # ten days of trouble since
    assert days_of(Period.FOUR_WEEKS, now=NOON, read_at=read_at, zone=BERLIN).last == date(2026, 11, 9)


@pytest.mark.parametrize(("period", "days"), [(Period.WEEK, 7), (Period.QUARTER, 90), (Period.YEAR, 365)])
def test_the_period_before_is_as_long_and_touches_it(period: Period, days: int) -> None:
    found = days_of(period, now=NOON, read_at=NOON, zone=BERLIN)
    assert len(found) == len(found.before) == days
    assert (found.first - found.before.last).days == 1


def test_a_quarter_is_told_by_weeks_and_a_year_by_months() -> None:
    quarter, year = (
        days_of(one, now=NOON, read_at=NOON, zone=BERLIN) for one in (Period.QUARTER, Period.YEAR)
    )
    assert (quarter.grain, year.grain) == (Grain.WEEK, Grain.MONTH)
    assert pieces(WEEK) == [date(2026, 11, 9), date(2026, 11, 16)]
    assert len(pieces(quarter)) == 14
    assert pieces(year)[0] == date(2025, 11, 1)
    assert len(pieces(year)) == 13


def test_a_lesson_that_lost_half_of_its_views_needs_a_look() -> None:
    before = [total("half", 40), total("less", 40), total("gone", 20), total("few", 19)]
    now = [total("half", 20), total("less", 21), total("few", 0)]
    assert concerns(now, before) == [("gone", Concern.FELL), ("half", Concern.FELL)]


def test_a_lesson_that_is_left_early_needs_a_look() -> None:
    now = [total("early", 20, 0.34), total("enough", 20, 0.35), total("few", 19, 0.1), total("unknown", 90)]
    assert concerns(now, []) == [("early", Concern.LEFT_EARLY)]


def test_a_lesson_that_viewers_come_back_to_on_the_same_day_needs_a_look() -> None:
    plays = {
        "often": Plays(views=90, viewers=40, most_viewers=12),
        "less": Plays(views=79, viewers=40, most_viewers=12),
        "few": Plays(views=90, viewers=30, most_viewers=4),  # could be one class of four
        "seldom": Plays(views=19, viewers=6, most_viewers=6),
    }
    now = {one: total(one, 90) for one in plays}
    (found,) = remarks(now, {}, plays)
    assert (found.lesson_id, found.concern, found.each) == ("often", Concern.REWATCHED, 2.25)
    assert found.weight == pytest.approx(10)  # of 90 views those over two for each of 40
    assert asked({**now, "few": total("few", 19), "most": total("most", 91)})[:2] == ["most", "less"]


def test_the_heaviest_comes_first_and_of_each_lesson_one_thing_is_said() -> None:
    now = [
        total("both", 30, 0.1),
        total("early", 1000, 0.3),
    ]  # 27 of 30 views lost against 970 of 1,000 fallen
    assert concerns(now, [total("both", 1000)]) == [("both", Concern.FELL), ("early", Concern.LEFT_EARLY)]


@pytest.mark.parametrize(
    ("furthest", "told", "to_last", "others"),
    [
        ({0: 9, 1: 5, 3: 50}, {0: 9, 1: 5}, 50, 0),
        ({0: 9, 1: 5, 2: 4, 3: 50}, {0: 9}, 50, 9),  # the 4 would be known by what is missing
        ({0: 9, 1: 3, 2: 4}, {0: 9}, 0, 7),
        ({0: 4, 1: 4}, {}, 0, 8),
        ({3: 50}, {}, 50, 0),
        ({0: 20, 1: 4, 2: 3, 3: 3}, {0: 20}, None, 10),  # 3 came to the last: what 30, 20 and 7 would tell
        ({0: 20, 3: 3}, {}, None, 23),
        ({0: 2, 3: 10}, {}, None, 12),
    ],
)
def test_where_few_learners_stop_is_told_together(
    furthest: dict[int, int], told: dict[int, int], to_last: int | None, others: int
) -> None:
    lessons = [(str(n), "") for n in range(4)]
    found = stops(CourseWalk(lessons=lessons, walk=Walk(furthest=furthest)))
    assert (found.at, found.to_last, found.others) == (told, to_last, others)
    assert found.learners == sum(furthest.values())


@pytest.mark.parametrize(
    ("furthest", "finished", "told"),
    [({3: 9}, 9, 9), ({3: 9}, 7, None), ({3: 12}, 7, 7), ({3: 4}, 4, None), ({0: 2, 3: 10}, 10, None)],
)
def test_who_came_to_the_end_without_all_lessons_is_not_known_by_what_is_missing(
    furthest: dict[int, int], finished: int, told: int | None
) -> None:
    walk = Walk(furthest=furthest, finished=finished)
    assert finished_told(CourseWalk(lessons=[(str(n), "") for n in range(4)], walk=walk)) == told


def overview(*lessons: LessonTotal, before: Sequence[LessonTotal] = (), **days: int) -> Overview:
    by_day = {
        day: DayTotal(day=day, views=views, watch_ms=views * 1000, learners=0, finished=0)
        for day, views in ((date(2026, 11, int(name[1:])), views) for name, views in days.items())
    }
    now, then = ({one.lesson_id: one for one in those} for those in (lessons, before))
    return overview_of(WEEK, fresh=Freshness(), known=frozenset(by_day), by_day=by_day, now=now, before=then)


def test_days_add_up_to_the_period_and_the_one_before() -> None:
    before = [total("a", 5), total("b", 7)]
    found = overview(d5=1000, d6=5, d12=7, d13=10, d19=20, d20=1000, before=before)
    assert (found.now.views, found.now.watch_ms) == (30, 30_000)
    assert (found.before.views, found.before.lessons) == (12, 2)


@pytest.mark.parametrize(
    ("counts", "told", "total"),
    [
        ([30, 0, 7], [30, 0, 7], 37),
        ([30, 3, 7], [30, None, None], 40),  # 40 - 37 would be the 3
        ([30, 3, 4, 7], [30, None, None, 7], 44),
        ([30, 1, 1, 9], [30, None, None, None], 41),  # two of them together: one each
        ([3], [None], None),
        ([3, 0, 9], [None, 0, None], 12),
        ([2, 2, 0], [None, None, 0], None),
        ([1, 1, 1, 1, 1], [None] * 5, None),  # five days of five views: one each
        ([], [], 0),
    ],
)
def test_cells_of_few_are_not_known_by_the_sum_beside_them(
    counts: list[int], told: list[int | None], total: int | None
) -> None:
    cells = dict(enumerate(counts))
    assert [None if place in hidden(cells) else count for place, count in cells.items()] == told
    assert told_sum(cells) == total


def test_an_overview_has_no_days_and_no_lessons_of_few() -> None:
    """A week of 40 views: of 30, 3 and 7 on its days, of 33, 4 and 3 in its lessons."""
    lessons = [total("a", 33), total("b", 4, 0.5), total("c", 3)]
    found = overview(*lessons, d13=30, d14=3, d15=7, before=[total("b", 12)], d12=12)
    assert (found.now.views, found.before.views) == (40, 12)
    assert {one.views for one in found.by_day.values()} == {30, 12}
    assert found.few_days == {date(2026, 11, 14), date(2026, 11, 15)}
    told = {one.lesson_id: (one.views, one.watch_ms, one.completion, one.change) for one in found.lessons}
    assert told == {"a": (33, 0, None, None), "b": (None, None, None, None), "c": (None, None, None, None)}
    assert [one.lesson_id for one in found.ranked(Ranking.COMPLETION)] == ["a", "b", "c"]


def test_a_period_of_few_views_tells_nothing_by_day_or_lesson() -> None:
    """Five views of one lesson, one a day: the days would be known by the lesson."""
    found = overview(total("a", 5), d13=1, d14=1, d15=1, d16=1, d17=1)
    assert (found.now.views, found.now.watch_ms, found.now.lessons) == (None, None, 1)
    assert not found.by_day
    assert found.lessons[0].now is None


def test_of_a_lesson_that_fell_to_few_it_is_not_said_how_many() -> None:
    """b had 4 of the week's 44 views, which the 40 of a would tell."""
    facts = {f"d{number}": 10 for number in range(6, 13)}
    lessons, before = [total("a", 40, 0.1), total("b", 4)], [total("a", 40), total("b", 30)]
    found = overview(*lessons, d13=44, before=before, **facts)
    assert [(one.lesson_id, one.concern, one.views) for one in found.remarks] == [("b", Concern.FELL, None)]
    assert concern(found.remarks[0], "“B”", WEEK) == "“B” had few views, after 30 in the 7 days before."


def test_a_curve_says_who_is_left_early_where_there_is_one() -> None:
    """Of b the average says it is left early, and the curve that most are there after the first tenth."""
    now = {one.lesson_id: one for one in (total("a", 20, 0.9), total("b", 20, 0.2), total("c", 20, 0.3))}
    found = remarks(now, {}, left={"a": 0.5, "b": 0.51})
    assert [(one.lesson_id, one.left) for one in found] == [("c", None), ("a", 0.5)]
    told = [concern(one, one.lesson_id, WEEK) for one in found]
    assert told[0] == "c is left early: a view plays 30 % of it on average (an estimate from 20 views)."
    assert told[1] == "a is left early: by its curve 50 % are gone after the first tenth (of 20 views)."


def test_lessons_are_ranked_and_those_of_unknown_completion_come_last() -> None:
    facts = {"a": (5, 0.9, 50), "b": (9, 0.2, 10), "c": (7, None, 99), "d": (5, 0.9, 50)}
    found = overview(*(total(one, views, share, watch_ms=ms) for one, (views, share, ms) in facts.items()))
    orders = {order: "".join(one.lesson_id for one in found.ranked(order)) for order in Ranking}
    assert orders[Ranking.WATCH] == "cadb"
    assert orders[Ranking.VIEWS] == "bcad"
    assert orders[Ranking.COMPLETION] == "adbc"
    assert orders[Ranking.DROP_OFF] == "badc"


def test_a_lesson_without_views_before_has_no_change() -> None:
    assert Watched(lesson_id="a", now=total("a", 3), before=total("a", 0)).change is None
    assert Watched(lesson_id="a", now=total("a", 3), before=total("a", 4)).change == -0.25


def lesson(lesson_id: str, views: int) -> CourseLesson:
    return CourseLesson(lesson_id=lesson_id, title=lesson_id, views=views, by_piece={})


def test_the_largest_loss_of_a_course_is_between_neighbours_that_enough_watched() -> None:
    found = largest_loss(
        [lesson("a", 100), lesson("b", 90), lesson("c", 45), lesson("d", 60), lesson("e", 0)]
    )
    assert found is not None
    assert (found.after.lesson_id, found.to.lesson_id, found.share) == ("d", "e", 1.0)
    assert largest_loss([lesson("a", 19), lesson("b", 0)]) is None
    assert largest_loss([lesson("a", 20), lesson("b", 30)]) is None
    assert largest_loss([]) is None


def day(number: int) -> date:
    return date(2026, 11, number)


def test_days_that_were_read_or_that_the_platform_tells_of_are_known() -> None:
    read = [day(number) for number in range(10, 20)]
    assert known_days(WEEK, read, []) == {day(number) for number in range(10, 20)}
    assert known_days(WEEK, read, [day(7)]) == {day(7), *read}


def test_where_mux_was_never_read_the_platform_begins_what_is_known() -> None:
    assert known_days(WEEK, [], [day(12), day(15)]) == {day(number) for number in range(12, 20)}
    assert known_days(WEEK, [], []) == frozenset()


@pytest.mark.parametrize(("first", "is_compared"), [(6, True), (7, False), (20, False)])
def test_a_period_is_compared_only_with_one_that_is_known(first: int, is_compared: bool) -> None:
    known = known_days(WEEK, [day(number) for number in range(first, 20)], [])
    assert replace(overview(d13=10), known=known).is_compared is is_compared
