"""How Mux's figures of a day and the platform's own become one."""

from datetime import date

from core.lesson_day import Joined
from core.lesson_day_joint import Own, Seen, Sides, joint

MOVED = date(2026, 3, 10)
THE_DAY_AFTER = date(2026, 3, 11)
MUX = Seen(views=5, watch_ms=400_000, playing_ms=300_000, whole_ms=500_000)
OWN = Own(learners=3, watch_ms=600_000, finished=2)


def found(day: date = MOVED, **sides: object) -> tuple[int, int, Joined] | None:
    known = {"by_assets": MUX, "own": OWN, "moved_on": MOVED} | sides
    one = joint(Sides(lesson_id="7", day=day, **known))  # type: ignore[arg-type]
    return (one.views, one.watch_ms, one.joined) if one else None


def test_on_the_day_of_the_move_each_figure_is_the_larger_one() -> None:
    assert found() == (5, 600_000, Joined.BOTH)
    assert found(own=Own(learners=9, watch_ms=600_000)) == (9, 600_000, Joined.OWN)
    assert found(own=Own(learners=5, watch_ms=1)) == (5, 400_000, Joined.MUX)


def test_after_the_move_everybody_watches_at_mux() -> None:
    assert found(THE_DAY_AFTER) == (5, 400_000, Joined.MUX)
    assert found(THE_DAY_AFTER, by_assets=Seen()) == (0, 0, Joined.MUX)


def test_a_lesson_that_never_moved_has_what_its_player_told_mux_where_that_is_more() -> None:
    assert found(moved_on=None, by_assets=Seen()) == (3, 600_000, Joined.OWN)
    assert found(moved_on=None, by_assets=Seen(), by_video_id=MUX) == (5, 600_000, Joined.BOTH)


def test_a_day_that_mux_was_never_asked_about_has_the_platforms_figures() -> None:
    assert found(THE_DAY_AFTER, by_assets=Seen(), is_read=False) == (3, 600_000, Joined.OWN)


def test_the_larger_of_muxs_two_counts_is_taken_as_a_whole() -> None:
    more_views = Seen(views=6, watch_ms=100_000, playing_ms=90_000, whole_ms=600_000)
    one = joint(Sides(lesson_id="7", day=MOVED, by_assets=MUX, by_video_id=more_views, moved_on=MOVED))
    assert one is not None
    assert (one.mux_views, one.mux_watch_ms, one.mux_playing_ms, one.mux_whole_ms) == (
        *(6, 100_000, 90_000, 600_000),
    )


def test_a_day_on_which_nothing_was_watched_is_none() -> None:
    assert found(by_assets=Seen(), own=Own()) is None
