"""The library: cards, filters and pages in the address, whose lessons they are, and saved views."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.access import Role
from core.bulk import Picked
from core.library import Film
from core.people import HostUser
from dashboard.library import filters, reading, terms, ticks
from dashboard.state import Key
from tests.pages.conftest import Opened, behind, words_of
from tests.pages.fakes import School

LESSONS = 60 + len(Film) - 1
SIZE = "width=320&height=180&fit_mode=smartcrop"


def titles(test: AppTest) -> list[str]:
    return [link.label.strip("*") for link in test.get("page_link") if link.label.startswith("**")]


def press(test: AppTest, label: str) -> AppTest:
    return next(one for one in test.button if one.label == label).click().run()


@pytest.mark.parametrize("role", [Role.ADMIN, Role.OPS])
def test_every_lesson_is_a_card_that_leads_to_its_page(role: Role, school: School, open_page: Opened) -> None:
    test = open_page("library.py", role)
    assert titles(test)[:2] == ["Lesson 1", "Lesson 2"]
    assert len(titles(test)) == 24
    assert f"1 to 24 of {LESSONS}" in words_of(test)
    link = next(one for one in test.get("page_link") if one.label == "**Lesson 1**")
    assert link.proto.page == "lesson"
    assert "lesson=1" in link.proto.query_string


def test_a_card_says_what_plays_and_what_is_known(school: School, open_page: Opened) -> None:
    said = words_of(open_page("library.py", Role.ADMIN, search="Lesson 30"))
    assert ":green-badge[:material/cloud_done: Mux]" in said
    assert "Draft]" in said
    assert "Sets · ben · 10:00 · captions · plus quality · id\N{NO-BREAK SPACE}30" in said


def test_lessons_that_do_not_play_say_why(school: School, open_page: Opened) -> None:
    test = open_page("library.py", Role.ADMIN, provider="none")
    said = words_of(test)
    assert all(word in said for word in ("Preparing]", "Failed]", "Deleted at Mux]", "No video]"))
    assert titles(test) == ["Untitled"] * 4


def test_a_teacher_sees_their_own(school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    school.users = [HostUser(id="tess", email="tess@school.test", role="teacher")]
    test = open_page("library.py", Role.ADMIN)
    assert f"of {LESSONS}" in words_of(test)
    test.session_state["as"] = "tess"
    test.run()
    assert "1 to 24 of 40" in words_of(test)
    assert "Lesson 3" not in titles(test)
    assert "Your own lessons" in words_of(test)


def test_whom_the_school_does_not_know_is_told_so(school: School, open_page: Opened) -> None:
    test = open_page("library.py", Role.TEACHER)
    assert "The school does not know you" in words_of(test)
    assert "New lesson" not in [one.label for one in test.get("page_link")]
    assert not titles(test)


def test_filters_order_and_page_are_in_the_address(school: School, open_page: Opened) -> None:
    test = open_page("library.py", Role.ADMIN, page="2", course="Algebra")
    assert "25 to 30 of 30" in words_of(test)
    test.text_input(key="library_search").set_value("lesson 1").run()
    test.selectbox(key="library_provider").set_value("s3").run()
    test.selectbox(key="library_sort").set_value("title").run()
    assert {name: test.query_params[name] for name in ("search", "provider", "sort", "course")} == {
        "search": "lesson 1",
        "provider": "s3",
        "sort": "title",
        "course": "Algebra",
    }
    assert "page" not in test.query_params
    assert titles(test) == ["Lesson 1", "Lesson 13", "Lesson 19"]


def test_a_page_beyond_the_last_is_the_last(school: School, open_page: Opened) -> None:
    assert f"49 to {LESSONS} of {LESSONS}" in words_of(open_page("library.py", Role.ADMIN, page="99"))


@pytest.mark.parametrize("value", ["hovering", "'"])
def test_words_that_are_no_filter_do_not_narrow(value: str, school: School, open_page: Opened) -> None:
    test = open_page("library.py", Role.ADMIN, state=value, provider=value, sort=value, captions=value)
    assert f"of {LESSONS}" in words_of(test)


def test_where_nothing_matches_the_filters_can_be_taken_away(school: School, open_page: Opened) -> None:
    test = open_page("library.py", Role.ADMIN, search="nothing like it", quality="plus")
    assert "No lesson matches these filters." in words_of(test)
    press(test, "Clear filters")
    assert len(titles(test)) == 24


def test_a_filter_that_the_school_cannot_answer_is_left_out(school: School, open_page: Opened) -> None:
    school.shelf.knows -= {"owner", "course"}
    test = open_page("library.py", Role.ADMIN)
    assert not {"Owner", "Course"} & {one.label for one in test.selectbox}


def test_titles_are_shown_and_not_obeyed(school: School, open_page: Opened) -> None:
    school.shelf.lines = [replace(school.shelf.lines[0], title="<b>" + "_x_ 🎬 " * 80)]
    test = open_page("library.py", Role.ADMIN)
    [shown] = titles(test)
    assert shown.startswith(r"\<b\>\_x\_ 🎬")
    assert shown.endswith("…")
    below = next(one.value for one in test.caption if one.value.startswith(r"\<b\>"))
    assert len(shown) < len(below) < 300


def test_a_signed_picture_has_a_token_that_stays_out_of_address_and_session(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind(school, monkeypatch, mux_signing_key="key")
    test = open_page("library.py", Role.ADMIN, provider="mux")
    pictures = [one.url for element in test.get("image") for one in (element.proto.imgs)]
    assert any("token=token.t.play-6" in url for url in pictures)
    assert any(url.endswith(f"/play-3/thumbnail.jpg?{SIZE}") for url in pictures)
    assert "token" not in str(dict(test.query_params))
    assert "token.t" not in repr(test.session_state)


def test_a_view_keeps_the_filters_until_it_is_renamed_and_deleted(school: School, open_page: Opened) -> None:
    test = open_page("library.py", Role.ADMIN, search="lesson 1", captions="with", sort="title")
    test.text_input(key="view_name").set_value("With captions")
    press(test, "Save view")
    test.text_input(key="library_search").set_value("elsewhere").run()
    press(test, "With captions")
    assert {name: test.query_params[name] for name in ("search", "captions", "sort")} == {
        "search": "lesson 1",
        "captions": "with",
        "sort": "title",
    }
    assert titles(test) == ["Lesson 10", "Lesson 12", "Lesson 14", "Lesson 16", "Lesson 18"]
    test.text_input(key="view_renamed").set_value("Heard")
    press(test, "Rename view")
    assert [view.name for view in school.shelf.views["ada"]] == ["Heard"]
    press(test, "Delete view")
    assert not school.shelf.views["ada"]


def test_a_view_without_a_name_is_refused_in_words(school: School, open_page: Opened) -> None:
    test = press(open_page("library.py", Role.ADMIN), "Save view")
    assert [error.value for error in test.error] == ["The view has no name. Give it one."]


def test_views_are_not_shown_to_others(school: School, open_page: Opened) -> None:
    test = open_page("library.py", Role.ADMIN)
    test.text_input(key="view_name").set_value("Mine alone")
    press(test, "Save view")
    assert "Mine alone" in words_of(test)
    assert "Mine alone" not in words_of(open_page("library.py", Role.OPS))


@pytest.mark.parametrize("school", ["empty"], indirect=True)
@pytest.mark.parametrize("role", [Role.ADMIN, Role.OPS])
def test_a_school_without_lessons_says_where_they_come_from(
    role: Role, school: School, open_page: Opened
) -> None:
    test = open_page("library.py", role)
    assert "There is no lesson yet." in words_of(test)
    assert bool([one for one in test.get("page_link") if one.label == "Go to Upload"]) == (role is Role.ADMIN)


def shown_table(test: AppTest) -> pd.DataFrame:
    [table] = test.dataframe
    return table.value


def test_as_a_table_more_lessons_stand_on_a_page_with_what_is_known(
    school: School, open_page: Opened
) -> None:
    changed = datetime(2026, 3, 1, 12, tzinfo=UTC)
    school.shelf.lines[2] = replace(school.shelf.lines[2], changed_at=changed)
    test = open_page("library.py", Role.ADMIN, look="table", page="1")
    table = shown_table(test)
    assert f"1 to 50 of {LESSONS}" in words_of(test)
    assert list(table["title"][:3]) == ["Lesson 1", "Lesson 2", "Lesson 3"]
    third = table.iloc[2]
    assert [list(third["provider"]), list(third["film"])] == [["Mux"], ["Plays"]]
    told = [third[name] for name in ("course", "length", "captions", "quality", "owner", "published")]
    assert told == ["Algebra", "10:00", "", "Plus", "ben", "Yes"]
    assert third["changed_at"] == changed
    assert table.iloc[9]["published"] == "Draft"


def test_what_is_chosen_in_the_look_stands_in_the_address_and_in_views(
    school: School, open_page: Opened
) -> None:
    test = open_page("library.py", Role.ADMIN, page="2")
    test.button_group(key="library_look").set_value("table").run()
    assert test.query_params["look"] in ("table", ["table"])
    assert "page" not in test.query_params
    test.text_input(key="view_name").set_value("Dense")
    press(test, "Save view")
    again = press(open_page("library.py", Role.ADMIN), "Dense")
    assert len(shown_table(again)) == 50


def test_the_table_ticks_what_the_cards_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = ticks.Ticked(picked=Picked("some", frozenset({"1", "9"})))
    selected = SimpleNamespace(selection=SimpleNamespace(rows=[1]))
    monkeypatch.setattr(ticks.st, "session_state", {Key.LIBRARY_TICKED: mine, "grid": selected})
    ticks.fold("grid", ["1", "2"])
    assert mine.picked == Picked("some", frozenset({"2", "9"}))


def test_the_button_of_a_row_leads_to_its_lesson(school: School, open_page: Opened) -> None:
    test = open_page("library.py", Role.ADMIN, look="table")
    test.session_state["library_opened"] = "1"
    assert "Sets · 1" in [title.value for title in test.run().title]


def test_the_filters_are_behind_one_button_that_says_how_many_narrow(
    school: School, open_page: Opened
) -> None:
    test = open_page("library.py", Role.ADMIN, course="Algebra", provider="s3", search="Lesson")
    assert [one.proto.popover.label for one in test.get("popover")][:1] == ["Filters · 2"]
    assert "Course: Algebra · Plays from: S3" in words_of(test)
    press(test, "Take them away")
    assert not {"course", "provider"} & set(test.query_params)
    assert "search" in test.query_params
    assert [one.proto.popover.label for one in test.get("popover")][:1] == ["Filters"]


@pytest.fixture
def deep(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the first 24 lessons have a numbered page."""
    monkeypatch.setattr(reading, "NUMBERED_ROWS", 24)


def test_what_lies_deeper_than_the_numbers_is_reached_page_by_page_and_back(
    deep: None, school: School, open_page: Opened
) -> None:
    test = open_page("library.py", Role.ADMIN)
    assert not [one for one in test.button if one.label == "Previous"]
    press(test, "Next")
    assert test.query_params["page"] in ("2-after-24", ["2-after-24"])
    assert f"25 to 48 of {LESSONS}" in words_of(test)
    assert titles(test)[0] == "Lesson 25"
    press(test, "Next")
    assert f"49 to {LESSONS} of {LESSONS}" in words_of(test)
    assert next(one for one in test.button if one.label == "Next").disabled
    press(test, "Previous")
    assert titles(test)[0] == "Lesson 25"
    press(test, "Previous")
    assert titles(test)[0] == "Lesson 1"
    assert test.query_params["page"] in ("1", ["1"])


def test_a_page_that_went_on_from_a_lesson_that_is_gone_says_so(
    deep: None, school: School, open_page: Opened
) -> None:
    test = open_page("library.py", Role.ADMIN, page="2-after-gone")
    assert "Here the list cannot go on." in words_of(test)
    press(test, "Back to page 1")
    assert titles(test)[0] == "Lesson 1"


def test_the_gallery_has_a_lesson_in_each_state(school: School, open_page: Opened) -> None:
    test = open_page("gallery.py", Role.ADMIN, Role.OPS)
    assert not test.exception
    assert set(shown_table(test)["film"].explode()) == {term.word for term in terms.FILM.values()}
    assert set(shown_table(test)["provider"].explode()) == {term.word for term in terms.PROVIDER.values()}


def test_a_filter_that_cannot_offer_every_course_says_which_it_offers(
    open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "with most lessons" not in words_of(open_page("library.py", Role.ADMIN))
    monkeypatch.setattr(filters, "MOST_CHOICES", 1)
    assert "Course: the 1 with most lessons." in words_of(open_page("library.py", Role.ADMIN))
