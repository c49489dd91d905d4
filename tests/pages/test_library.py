"""The library: cards, filters and pages in the address, whose lessons they are, and saved views."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.access import Role
from core.library import Film
from core.people import HostUser
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
