"""Ticking lessons in the library and changing many at once."""

import pytest
from streamlit.testing.v1 import AppTest

from core.access import Role
from core.batch import BatchKind, ItemState
from core.bulk import Totals
from core.host_video import Course
from core.people import HostUser
from core.rendition import Resolution
from core.rendition_cost import MadeFile
from core.settings import Secret
from dashboard.library import cost, job
from tests.pages.conftest import Opened, behind, words_of
from tests.pages.fakes import School
from tests.pages.test_library import LESSONS, press

ADMIN = (Role.ADMIN, Role.OPS)


def tick(test: AppTest, *lessons: str) -> AppTest:
    for lesson in lessons:
        box = next(one for one in test.checkbox if one.label == f"Select {lesson}")
        box.set_value(not box.value)
    return test.run()


def ticked(test: AppTest) -> list[str]:
    return [one.label.removeprefix("Select ") for one in test.checkbox if one.value]


def ask(test: AppTest, kind: BatchKind) -> AppTest:
    return test.menu_button(key="bulk_action").click(kind).run()


def started(school: School) -> list[BatchKind]:
    return [batch.kind for batch in school.batches.values() if batch.kind.is_bulk]


def test_ticks_are_counted_and_stand_in_the_address(school: School, open_page: Opened) -> None:
    test = open_page("library.py", *ADMIN)
    assert f"**0 of {LESSONS} selected.**" in words_of(test)
    assert test.menu_button(key="bulk_action").disabled
    tick(test, "Lesson 1", "Lesson 3")
    assert "**2 lessons selected.**" in words_of(test)
    assert test.query_params["ticked"] in ("1,3", ["1,3"])
    again = open_page("library.py", *ADMIN, ticked="1,3")
    assert ticked(again) == ["Lesson 1", "Lesson 3"]
    tick(again, "Lesson 1")
    assert "**1 lesson selected.**" in words_of(again)


def test_ticks_survive_paging_sorting_and_filters(school: School, open_page: Opened) -> None:
    test = tick(open_page("library.py", *ADMIN), "Lesson 1")
    test.selectbox(key="library_sort").set_value("title").run()
    test.text_input(key="library_search").set_value("Lesson 2").run()
    tick(test, "Lesson 2")
    test.text_input(key="library_search").set_value("").run()
    assert ticked(test)[:1] == ["Lesson 1"]
    assert "**2 lessons selected.**" in words_of(test)


def test_all_that_match_are_all_of_this_filter_and_of_no_other(school: School, open_page: Opened) -> None:
    test = open_page("library.py", *ADMIN, course="Algebra")
    press(test, "Select all 30 matching")
    tick(test, "Lesson 1")
    assert "**29 lessons selected.**" in words_of(test)
    assert test.query_params["ticked"] in ("all,1", ["all,1"])
    test.selectbox(key="library_course").set_value("").run()
    assert "Nothing is selected any more" in words_of(test)
    assert not ticked(test)


def test_clear_takes_every_tick_away(school: School, open_page: Opened) -> None:
    test = press(open_page("library.py", *ADMIN, ticked="all"), "Clear")
    assert not ticked(test)
    assert "ticked" not in test.query_params


def test_more_ticks_than_an_address_takes_are_kept_and_come_back(school: School, open_page: Opened) -> None:
    nearly = ",".join([*(f"{number:049}" for number in range(59)), "x" * 49])
    test = tick(open_page("library.py", *ADMIN, ticked=nearly), "Lesson 1")
    word = str(test.query_params["ticked"]).strip("[']")
    assert word.startswith("kept-")
    again = open_page("library.py", *ADMIN, ticked=word)
    assert "**61 lessons selected.**" in words_of(again)
    assert ticked(again) == ["Lesson 1"]


def test_the_plan_is_a_sentence_and_the_start_leads_to_the_batch(school: School, open_page: Opened) -> None:
    test = open_page("library.py", *ADMIN)
    tick(test, "Lesson 9", "Lesson 10", "Lesson 20")
    ask(test, BatchKind.PUBLISH)
    assert "**Publish 2 lessons**; 1 is published already; about 1 s." in words_of(test)
    press(test, "Publish 2 lessons")
    assert started(school) == [BatchKind.PUBLISH]
    [batch] = [one for one in school.batches.values() if one.kind.is_bulk]
    items = [one for one in school.items.values() if one.batch_id == batch.id]
    assert sorted((item.lesson_id, item.state) for item in items) == [
        ("10", ItemState.QUEUED),
        ("20", ItemState.QUEUED),
        ("9", ItemState.SKIPPED),
    ]
    assert [action for _, action, _ in school.audited] == ["start batch"]
    assert "0 of 2 published" in words_of(test)


def test_all_that_match_are_frozen_by_the_database(school: School, open_page: Opened) -> None:
    test = press(open_page("library.py", *ADMIN, course="Algebra"), "Select all 30 matching")
    ask(test, BatchKind.UNPUBLISH)
    assert "**Take back 30 lessons**; about 1 s." in words_of(test)
    press(test, "Take back 30 lessons")
    assert [batch.total for batch in school.batches.values() if batch.kind.is_bulk] == [30]


def test_where_nothing_would_change_it_says_so(school: School, open_page: Opened) -> None:
    test = ask(tick(open_page("library.py", *ADMIN), "Lesson 1"), BatchKind.PUBLISH)
    assert "**Nothing would change:** 1 is published already." in words_of(test)
    assert next(one for one in test.button if one.label == "Publish 0 lessons").disabled


def test_lessons_go_to_a_course_that_is_chosen_first(school: School, open_page: Opened) -> None:
    school.videos.courses.append(Course(id="c1", title="Sets", teacher_id="tess"))
    test = ask(tick(open_page("library.py", *ADMIN), "Lesson 1"), BatchKind.COURSE)
    assert not [one for one in test.button if one.label.startswith("Move ")]
    test.selectbox(key="bulk_course").set_value("c1")
    ask(test, BatchKind.COURSE)  # the dialog's own rerun is not simulated
    press(test, "Move 1 lesson")
    assert started(school) == [BatchKind.COURSE]


def test_a_teacher_changes_their_own_and_is_led_to_the_batch(school: School, open_page: Opened) -> None:
    school.users = [HostUser(id="tess", email="tess@school.test", role="teacher")]
    test = open_page("library.py", Role.ADMIN)
    test.session_state["as"] = "tess"
    test.run()
    ask(tick(test, "Lesson 1"), BatchKind.UNPUBLISH)
    press(test, "Take back 1 lesson")
    assert started(school) == [BatchKind.UNPUBLISH]
    assert "0 of 1 taken back to draft" in words_of(test)
    assert not [one.label for one in test.button if one.label in ("Pause", "Cancel rest …")]
    assert "The batch has started" in str([toast.value for toast in test.toast])


@pytest.mark.parametrize("role", [Role.OPS])
def test_who_may_edit_no_lesson_has_no_ticks(role: Role, school: School, open_page: Opened) -> None:
    test = open_page("library.py", role, ticked="all")
    assert not test.checkbox
    assert "selected" not in words_of(test)


def test_what_was_changed_meanwhile_is_told_and_not_started(school: School, open_page: Opened) -> None:
    test = ask(press(open_page("library.py", *ADMIN), f"Select all {LESSONS} matching"), BatchKind.UNPUBLISH)
    school.shelf.lines = school.shelf.lines[1:]
    press(test, "Take back 54 lessons")
    assert not started(school)


def test_among_very_many_courses_one_is_searched_for_and_equal_titles_are_told_apart(
    school: School, open_page: Opened
) -> None:
    school.videos.courses += [Course(id=f"c{n}", title="Sets", teacher_id="tess") for n in range(120)]
    school.videos.courses.append(Course(id="z9", title="Zoology", teacher_id="tess"))
    test = ask(tick(open_page("library.py", *ADMIN), "Lesson 1"), BatchKind.COURSE)
    assert "Sets · course c7" in test.selectbox(key="bulk_course").options
    test.text_input(key="bulk_course_search").set_value("zoo")
    assert ask(test, BatchKind.COURSE).selectbox(key="bulk_course").options == ["Zoology"]


def test_the_batch_is_called_as_the_person_says_and_by_what_it_does_where_they_do_not(
    school: School, open_page: Opened
) -> None:
    test = ask(tick(open_page("library.py", *ADMIN), "Lesson 20"), BatchKind.PUBLISH)
    assert test.text_input(key="bulk_name").placeholder == "Publish lessons"
    test.text_input(key="bulk_name").set_value("Autumn <b>term</b> 🎬")
    press(test, "Publish 1 lesson")
    assert "Autumn \\<b\\>term\\</b\\> 🎬" in [title.value for title in test.title]
    again = ask(tick(open_page("library.py", *ADMIN), "Lesson 10"), BatchKind.PUBLISH)
    assert again.text_input(key="bulk_name").value == ""
    press(again, "Publish 1 lesson")
    names = [batch.name for batch in school.batches.values() if batch.kind.is_bulk]
    assert names == ["Autumn <b>term</b> 🎬", "Publish lessons"]
    listed = [one.label for one in open_page("batches.py", *ADMIN).get("page_link")]
    assert "**Autumn \\<b\\>term\\</b\\> 🎬**" in listed


def test_what_was_typed_for_one_question_is_not_there_at_the_next(school: School, open_page: Opened) -> None:
    test = ask(tick(open_page("library.py", *ADMIN), "Lesson 3", "Lesson 1"), BatchKind.DELETE)
    test.text_input(key="bulk_typed").set_value("delete 1")
    test.text_input(key="bulk_name").set_value("Autumn")
    ask(test, BatchKind.DELETE)
    assert [test.text_input(key=key).value for key in ("bulk_typed", "bulk_name")] == ["", ""]


def test_deleting_takes_the_typed_words(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = ask(tick(open_page("library.py", *ADMIN), "Lesson 1", "Lesson 3"), BatchKind.DELETE)
    said = words_of(test)
    assert "**Delete the copies of 1 lesson**; 1 is without a copy at Mux" in said
    assert "cannot be brought back" in said
    label = "Delete the copies of 1 lesson"
    assert next(one for one in test.button if one.label == label).disabled
    monkeypatch.setattr(job, "_is_confirmed", lambda count: True)  # as if typed: AppTest closes a dialog
    press(ask(test, BatchKind.DELETE), label)
    assert started(school) == [BatchKind.DELETE]
    assert "Roll back …" not in [one.label for one in test.button]


def test_who_may_play_is_chosen_first(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind(school, monkeypatch, mux_signing_key="key", mux_private_key=Secret("pem"))
    test = ask(tick(open_page("library.py", *ADMIN), "Lesson 1", "Lesson 3"), BatchKind.POLICY)
    assert not [one for one in test.button if one.label.startswith("Change the playback")]
    test.selectbox(key="bulk_policy").set_value("signed")
    ask(test, BatchKind.POLICY)
    assert "**Change the playback of 1 lesson**; 1 is without a copy at Mux" in words_of(test)
    test.selectbox(key="bulk_policy").set_value("signed")
    press(ask(test, BatchKind.POLICY), "Change the playback of 1 lesson")
    assert started(school) == [BatchKind.POLICY]
    assert "0 of 1 signed" in words_of(test)


def test_captions_are_written_in_a_language_that_is_chosen_first(school: School, open_page: Opened) -> None:
    test = ask(tick(open_page("library.py", *ADMIN), "Lesson 1", "Lesson 3"), BatchKind.CAPTIONS)
    assert not [one for one in test.button if one.label.startswith("Write captions")]
    test.selectbox(key="bulk_language").set_value("de")
    ask(test, BatchKind.CAPTIONS)
    said = words_of(test)
    assert "**Write captions for 1 lesson**; 1 is without a copy at Mux; asking Mux takes about 1 s." in said
    assert "a tenth of the video's length" in said
    test.selectbox(key="bulk_language").set_value("de")
    press(ask(test, BatchKind.CAPTIONS), "Write captions for 1 lesson")
    assert started(school) == [BatchKind.CAPTIONS]
    [batch] = [batch for batch in school.batches.values() if batch.kind.is_bulk]
    assert batch.name == "Write captions in German"
    assert "0 of 1 captioned" in words_of(test)


def hour_of(resolution: Resolution) -> MadeFile:
    return MadeFile(resolution=resolution, duration_s=3600.0, quality="plus", tier="1080p")


@pytest.mark.usefixtures("school")
def test_the_price_names_mp4s_that_are_made_anew() -> None:
    made = tuple(hour_of(one) for one in (Resolution.P720, Resolution.HIGHEST))
    said = cost.sentence(Totals(change=1, skipped={}, made_s={"plus": 3600.0}, made_files=made))
    assert "2 MP4s for download are made anew: about \\$0.48 once and \\$0.08 a month more." in said
    free = cost.sentence(Totals(change=1, skipped={}, made_s={"plus": 60.0}, made_files=made[1:]))
    assert "1 MP4 for download is made anew: nothing once and \\$0.04 a month more." in free


def test_evening_sound_out_names_its_price_and_leads_to_the_batch(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind(school, monkeypatch, mux_token_id="id", mux_token_secret=Secret("secret"))
    test = ask(tick(open_page("library.py", *ADMIN), "Lesson 1", "Lesson 3"), BatchKind.NORMALISE)
    said = words_of(test)
    assert "**Even out the sound of 1 lesson**; 1 is without a copy at Mux" in said
    assert "\\$0.03 once and less than a cent a month for the new copy, by the price card" in said
    press(test, "Even out the sound of 1 lesson")
    assert started(school) == [BatchKind.NORMALISE]
    assert "0 of 1 with even sound" in words_of(test)
