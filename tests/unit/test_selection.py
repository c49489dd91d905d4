"""Ticks that survive paging, and filters that come from a URL or a shell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.selection import Choice, Filter, Selection, SizeBand

IDS = st.frozensets(st.integers(0, 30))


def test_a_filter_reads_name_and_value() -> None:
    assert Filter.parse(["course=12", "search=a=b c"]) == Filter(course="12", search="a=b c")


def test_an_unknown_filter_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidInput, match="Unknown filter colour, shape") as error:
        Filter.parse(["shape=round", "colour=red", "kind=video"])
    assert error.value.hint == "Known: search, standing, course, kind, size, finding."


def test_no_words_make_a_filter_that_does_not_narrow() -> None:
    assert Filter.parse([]) == Filter()


def test_nothing_is_ticked_at_first() -> None:
    assert 1 not in Selection()
    assert Selection().count(matching=100) == 0


def test_ticks_on_one_page_survive_a_visit_to_another() -> None:
    first = Selection().with_page(shown=[1, 2, 3], ticked=[1, 3])
    second = first.with_page(shown=[4, 5, 6], ticked=[6])
    back = second.with_page(shown=[1, 2, 3], ticked=[3])
    assert back == Selection("some", frozenset({3, 6}))


def test_unticking_after_select_all_leaves_all_but_these() -> None:
    all_but_two = Selection("all").with_page(shown=[1, 2, 3], ticked=[1, 3])
    assert all_but_two == Selection("all", frozenset({2}))
    assert 2 not in all_but_two
    assert 999 in all_but_two
    assert all_but_two.count(matching=268) == 267


def test_ticking_it_again_after_select_all_makes_it_all() -> None:
    assert Selection("all", frozenset({2})).with_page([1, 2, 3], [1, 2, 3]) == Selection("all")


def test_a_count_never_falls_below_zero_when_rows_vanish() -> None:
    assert Selection("all", frozenset({1, 2, 3})).count(matching=2) == 0


@given(st.sampled_from(["some", "all"]), IDS, IDS, IDS)
def test_a_page_decides_about_its_own_rows_and_no_others(mode, ids, shown, ticked) -> None:
    before = Selection(mode, ids)
    picked = ticked & shown
    after = before.with_page(shown, picked)
    assert all((row in after) == (row in picked) for row in shown)
    assert all((row in after) == (row in before) for row in set(range(31)) - shown)


def test_everything_is_chosen_when_nothing_is_said() -> None:
    assert 12 in Choice().selection


def test_size_bands_follow_on_each_other_without_gap_or_overlap() -> None:
    limits = [band.limits_bytes for band in SizeBand]
    assert limits[0][0] == 0
    assert limits[-1][1] is None
    assert [upper for _, upper in limits[:-1]] == [lower for lower, _ in limits[1:]]
