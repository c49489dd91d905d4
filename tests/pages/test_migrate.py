"""Picking videos: filters, pages, ticks and the bar."""

from dataclasses import replace
from datetime import timedelta

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from core.access import Role
from core.batch import ItemState
from core.errors import InvalidInput
from core.migration import Trouble
from core.records import Job
from core.scanrun import ScanRun
from core.selection import Filter, Selection, Sort
from core.source import Finding
from dashboard.sources import address, grid, ticks
from tests.fakes import EPOCH
from tests.pages.conftest import Opened, behind, words_of
from tests.pages.fakes import FakeSources, School

ADMIN = (Role.ADMIN, Role.OPS)
RUN = ScanRun(id=7, asked_by="otto", asked_at=EPOCH)


def test_the_list_shows_one_page_and_says_how_many_there_are(open_page: Opened) -> None:
    test = open_page("migrate.py", *ADMIN)
    assert len(test.dataframe[0].value) == 50
    assert "1 to 50 of 120" in words_of(test)


def test_the_page_stands_in_the_url(open_page: Opened) -> None:
    test = open_page("migrate.py", *ADMIN, page="3")
    assert len(test.dataframe[0].value) == 20
    assert "101 to 120 of 120" in words_of(test)


def test_a_page_beyond_the_end_is_the_last_one(open_page: Opened) -> None:
    assert "101 to 120 of 120" in words_of(open_page("migrate.py", *ADMIN, page="99"))


@pytest.mark.parametrize("page", ["x", "0", "-1", "1e9", "9" * 30])
def test_a_nonsense_page_is_the_first_or_the_last(open_page: Opened, page: str) -> None:
    test = open_page("migrate.py", *ADMIN, page=page)
    assert not test.error
    assert "of 120" in words_of(test)


def test_filters_in_the_url_narrow_the_list(open_page: Opened) -> None:
    test = open_page("migrate.py", *ADMIN, search="lesson 11", course="Geometry", sort="oldest")
    assert "of 3" in words_of(test)  # 110, 114, 118: every fourth of 11 and 110–119
    assert test.selectbox(key="filter_course").value == "Geometry"
    assert test.text_input(key="filter_search").value == "lesson 11"


def test_an_unknown_filter_value_does_not_narrow(open_page: Opened) -> None:
    test = open_page("migrate.py", *ADMIN, kind="hologram", sort="sideways")
    assert "of 120" in words_of(test)


def test_each_standing_is_a_tab_with_its_count(open_page: Opened) -> None:
    test = open_page("migrate.py", *ADMIN)
    tab = test.get("segmented_control")[0]
    moving = len(ItemState) - 1 + len(Trouble)  # a batch with one item of each
    assert tab.options == [
        ":violet[Ready to move · 120]",  # the chosen one
        f"Moving · {moving}",
        "Needs a look · 7",
        "On Mux · 1",
        "Not videos · 1",
        f"All · {129 + moving}",
    ]


def test_typing_in_the_search_narrows_and_goes_back_to_the_first_page(open_page: Opened) -> None:
    test = open_page("migrate.py", *ADMIN, page="3")
    test.text_input(key="filter_search").set_value("lesson 11").run()
    assert test.query_params["search"] == "lesson 11"
    assert "page" not in test.query_params
    assert "1 to 11 of 11" in words_of(test)


def test_nothing_matching_says_so_and_offers_to_widen(open_page: Opened) -> None:
    test = open_page("migrate.py", *ADMIN, search="no such thing")
    assert "No source matches these filters." in words_of(test)
    _button(test, "Clear filters").click().run()
    assert "1 to 50 of 120" in words_of(test)


def test_the_bar_names_number_length_size_cost_and_time(open_page: Opened) -> None:
    text = words_of(open_page("migrate.py", *ADMIN, ticked="1-5"))
    assert "5 of 120 selected" in text
    assert "50 min" in text
    assert "420 MB" in text
    # 50 min × $0.03125 + 0.42 GB × $0.09 = 1.5625 + 0.0378
    assert "\\$1.60 once (plus, 1080p)" in text
    # 50 min × $0.003
    assert "\\$0.15 a month" in text
    assert "about 5 s at Mux's limit" in text
    assert "Review 5 videos" in text


def test_with_nothing_ticked_the_review_is_closed(open_page: Opened) -> None:
    test = open_page("migrate.py", *ADMIN)
    assert "0 of 120 selected" in words_of(test)
    assert _button(test, "Review 0 videos").disabled


def test_all_matching_can_be_selected_and_cleared(open_page: Opened) -> None:
    test = open_page("migrate.py", *ADMIN, course="Geometry")
    _button(test, "Select all 30 matching").click().run()
    assert "30 of 30 selected" in words_of(test)
    assert test.query_params["ticked"] == "all"
    _button(test, "Clear").click().run()
    assert "0 of 30 selected" in words_of(test)
    assert "ticked" not in test.query_params


def test_single_ticks_survive_a_change_of_filter(open_page: Opened) -> None:
    test = open_page("migrate.py", *ADMIN, ticked="1-5")
    test.text_input(key="filter_search").set_value("lesson 11").run()
    assert "5 selected, 5 hidden by the filter" in words_of(test)


def test_all_matching_is_given_up_when_the_filter_changes(open_page: Opened) -> None:
    test = open_page("migrate.py", *ADMIN, ticked="all")
    assert "120 of 120 selected" in words_of(test)
    test.text_input(key="filter_search").set_value("lesson 11").run()
    assert "“all matching” was said of another filter" in words_of(test)
    assert "Review 0 videos" in words_of(test)
    assert "ticked" not in test.query_params


def test_all_matching_of_a_narrow_list_is_not_all_of_the_wide_one_after_a_way_through_the_menu(
    open_page: Opened,
) -> None:
    """The menu comes back to the bare address, and Back to an older one: the filter is another one then."""
    test = open_page("migrate.py", *ADMIN, course="Geometry")
    _button(test, "Select all 30 matching").click().run()
    del test.query_params["course"]
    test.run()
    assert "Nothing is selected any more" in words_of(test)
    assert _button(test, "Review 0 videos").disabled


def test_ticks_come_back_into_the_address_after_a_way_through_the_menu(open_page: Opened) -> None:
    test = open_page("migrate.py", *ADMIN, ticked="1-5")
    del test.query_params["ticked"]
    test.run()
    assert test.query_params["ticked"] == "1-5"
    assert "5 of 120 selected" in words_of(test)


def test_many_ticks_are_kept_under_a_short_id_for_their_owner_alone(
    open_page: Opened, school: School
) -> None:
    many = ".".join(str(number) for number in range(1, 4000, 2))
    assert len(many) > address.MOST_TICKED_CHARACTERS
    school.kept["mine"], school.kept["theirs"] = ("dana", many), ("otto", many)
    test = open_page("migrate.py", *ADMIN, ticked="kept-mine")
    assert "2,000 selected" in words_of(test)
    word = test.query_params["ticked"]
    assert word.startswith("kept-")
    assert len(word) < 30
    assert school.kept[word.removeprefix("kept-")] == ("dana", many)
    assert "0 of 120 selected" in words_of(open_page("migrate.py", *ADMIN, ticked="kept-theirs"))


@pytest.mark.parametrize("query", [{"ticked": f"9.{2**63}"}, {"search": "\0"}, {"course": "\0\0"}])
def test_a_hand_made_address_does_no_harm(open_page: Opened, query: dict[str, str]) -> None:
    test = open_page("migrate.py", *ADMIN, **query)
    assert not test.error
    assert "of 120" in words_of(test) or "hidden" in words_of(test)


def test_whatever_is_wrong_with_the_list_the_selection_can_be_cleared(
    open_page: Opened, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise InvalidInput("The list cannot be read.")

    monkeypatch.setattr(FakeSources, "page", broken)
    test = open_page("migrate.py", *ADMIN, ticked="1-5")
    assert "The list cannot be read." in test.error[0].value
    _button(test, "Clear").click().run()
    assert "Review 0 videos" in words_of(test)


def test_ops_look_but_do_not_start(open_page: Opened) -> None:
    test = open_page("migrate.py", Role.OPS, ticked="1")
    review = _button(test, "Review 1 video")
    assert review.disabled
    assert "role admin" in review.help


def test_scan_again_hands_the_scan_to_the_worker_once(open_page: Opened, school: School) -> None:
    test = open_page("migrate.py", *ADMIN)
    _button(test, "Scan again").click().run()
    assert school.jobs == [(Job.SCAN, {"key": "scan"})]
    assert ("dana", "scan", "sources") in school.audited
    assert _button(test, "Scan again").disabled
    assert "Waiting for a worker" in words_of(test)


def test_a_scan_under_way_says_how_far_it_is_whoever_asked(open_page: Opened, school: School) -> None:
    school.run = replace(RUN, started_at=EPOCH, moved_at=EPOCH, objects=12_000)
    test = open_page("migrate.py", *ADMIN)
    assert "12,000 objects so far" in words_of(test)
    assert _button(test, "Scan again").disabled


def test_a_scan_that_no_worker_takes_says_so_and_opens_the_button(open_page: Opened, school: School) -> None:
    school.run = replace(RUN, asked_at=EPOCH - timedelta(minutes=1))
    test = open_page("migrate.py", *ADMIN)
    assert "Start worker.py" in words_of(test)
    assert not _button(test, "Scan again").disabled


def test_a_failed_scan_says_why_and_what_to_do(open_page: Opened, school: School) -> None:
    school.run = replace(RUN, finished_at=EPOCH, error="S3 has no bucket vidoes.", hint="Correct its name.")
    test = open_page("migrate.py", *ADMIN)
    assert "failed. S3 has no bucket vidoes. Correct its name." in test.warning[0].value
    assert not _button(test, "Scan again").disabled
    school.run = replace(school.run, buckets=1)
    assert "did not reach everything." in test.run().warning[0].value


def test_without_a_bucket_a_scan_says_which_setting_is_missing(
    open_page: Opened, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind(school, monkeypatch, s3_buckets=())
    test = open_page("migrate.py", *ADMIN)
    _button(test, "Scan again").click().run()
    assert "S3_BUCKETS" in test.error[0].value
    assert school.jobs == []


def test_unreadable_files_are_looked_into_again_when_asked(open_page: Opened, school: School) -> None:
    test = open_page("migrate.py", *ADMIN, standing="needs_look")
    _button(test, "Look into unreadable files again").click().run()
    assert (school.doubted, school.jobs) == (1, [(Job.PROBE, {"key": "probe"})])
    assert ("dana", "look again", "sources") in school.audited


def test_ticks_of_a_page_are_folded_into_the_selection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {"grid": _Picked([0, 2])})
    monkeypatch.setattr(st, "query_params", {"ticked": "7.11"})
    here = address.place()
    assert ticks.current(here) == Selection("some", frozenset({7, 11}))
    ticks.fold_page("grid", [10, 11, 12])
    assert ticks.current(here) == Selection("some", frozenset({7, 10, 12}))
    ticks.mirror(here)
    assert st.query_params["ticked"] == "7.10.12"


def test_what_is_ticked_counts_everywhere_and_all_only_within_the_filter() -> None:
    within = Filter(search="sets")
    some, everything = Selection("some", frozenset({1})), Selection("all")
    assert ticks.choice(some, within).filter == Filter()
    assert ticks.choice(everything, within).filter == within


def test_a_selection_reads_back_what_it_wrote() -> None:
    for chosen in (
        Selection(),
        Selection("some", frozenset({1, 2, 3, 9, 11})),
        Selection("all", frozenset({4})),
    ):
        assert address.from_text(address.as_text(chosen)) == chosen


@pytest.mark.parametrize("text", ["1-99999999999", "9" * 2999, f"5-{'9' * 99}", "5-1", "-", "a", "1--2", "٣"])
def test_a_hand_made_selection_does_no_harm(text: str) -> None:
    ids = address.from_text(text).ids
    assert len(ids) <= 100_000
    assert max(ids, default=0) < 2**63


def test_a_lesson_whose_object_is_missing_has_no_size(school: School) -> None:
    wanted = (Finding.MISSING, Finding.UNLISTED, Finding.EMPTY)
    gone, unread, empty = (school.sources[200 + list(Finding).index(one)] for one in wanted)
    shown = grid.table([gone, unread, replace(empty, size_bytes=0)])
    assert list(shown["size"]) == ["–", "–", "0 B"]


def test_page_numbers_are_shown_where_there_is_more_than_one_page(open_page: Opened) -> None:
    assert open_page("migrate.py", *ADMIN).get("pagination")
    assert not open_page("migrate.py", *ADMIN, standing="needs_look").get("pagination")


def test_without_an_address_the_ready_ones_are_shown_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "query_params", {})
    assert address.place() == address.Place(filter=Filter(standing="ready"), sort=Sort.NEWEST, page=1)


class _Picked:
    """What the grid leaves in the session state."""

    def __init__(self, rows: list[int]) -> None:
        self.selection = self
        self.rows = rows


def _button(test: AppTest, label: str) -> Button:
    return next(one for one in test.button if one.label == label)
