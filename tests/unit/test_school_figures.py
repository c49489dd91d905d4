"""What the school's table is told of a lesson; each expected figure is worked out by hand."""

from datetime import date
from decimal import Decimal

from core.playback import Provider
from core.school_figures import SchoolFigures, Sums, school_figures

MOVED = date(2026, 3, 2)


def test_a_lesson_at_mux_has_both_sides_and_the_joint_figures() -> None:
    sums = Sums(
        lesson_id="7",
        moved_on=MOVED,
        mux_views=3,
        mux_watch_ms=400_500,
        known_ms=300_000,
        whole_ms=900_000,
        views=4,
        watch_ms=500_000,
        learners=8,
        finished=2,
    )
    assert school_figures(sums) == SchoolFigures(
        lesson_id="7",
        provider=Provider.MUX,
        mux_view_count=3,
        mux_watch_time=Decimal("400.500"),
        mux_completion_rate=Decimal("0.3333"),  # 300 s of 900 s
        total_views=4,
        average_watch_time=Decimal("125.000"),  # 500 s in 4 views
        completion_rate=Decimal("0.25"),  # 2 of 8 learners
    )


def test_without_progress_of_the_platform_the_estimate_stands_for_it() -> None:
    found = school_figures(
        Sums(lesson_id="7", moved_on=MOVED, mux_views=1, known_ms=90, whole_ms=80, views=1)
    )
    assert (found.mux_completion_rate, found.completion_rate) == (1, 1)


def test_what_is_not_known_is_not_made_up() -> None:
    found = school_figures(Sums(lesson_id="7"))
    assert (found.provider, found.total_views) == (Provider.S3, 0)
    assert (found.mux_view_count, found.mux_watch_time, found.mux_completion_rate) == (None, None, None)
    assert (found.average_watch_time, found.completion_rate) == (None, None)
    unknown_length = school_figures(Sums(lesson_id="7", moved_on=MOVED, mux_views=5, views=5))
    assert unknown_length.mux_completion_rate is None
