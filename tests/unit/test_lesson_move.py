"""What is watched on a day before a lesson moved to Mux, and after."""

from datetime import timedelta

from core.lesson_move import Daily, Move, across
from tests.pages.fake_viewing import LAST, lesson_day

MOVED = LAST - timedelta(days=3)
WEEK = {LAST - timedelta(days=back) for back in range(7)}


def test_a_day_before_the_move_is_held_against_a_day_after_it_without_that_day() -> None:
    days = [
        lesson_day("1", MOVED - timedelta(days=3), views=9, watch_ms=900),
        lesson_day("1", MOVED, views=500),
        lesson_day("1", LAST, views=30, watch_ms=600),
    ]
    found = Move(before=Daily(views=3, watch_ms=300), after=Daily(views=10, watch_ms=200))
    assert across(days, WEEK, MOVED) == found
    unread = WEEK - {MOVED - timedelta(days=1)}
    assert across(days, unread, MOVED) is None  # of two days it would be chance
    assert across([days[0], lesson_day("1", LAST, views=4)], WEEK, MOVED) is None  # single people
