"""A batch whose items are lessons, on the pages of batches."""

from dataclasses import replace

import pytest

from core import batch_looking, bulk_starting
from core.access import Role
from core.batch import BatchKind, ItemState
from core.bulk import Order, Picked
from core.errors import NotAllowed, NotFound
from core.library import LibraryFilter
from core.migration import Trouble
from core.records import Batch
from dashboard.batches import kinds, report
from dashboard.today import notes
from tests.pages import fakes
from tests.pages.conftest import Opened, person_with, words_of
from tests.pages.fakes import School

ADMIN = (Role.ADMIN, Role.OPS)


@pytest.fixture
def batch(school: School) -> Batch:
    """Ten lessons that are being published: one is done, one failed."""
    made = bulk_starting.start(
        BatchKind.PUBLISH,
        filter=LibraryFilter(),
        picked=Picked("some", frozenset(str(number) for number in range(1, 61))),
        by=person_with(*ADMIN),
        services=fakes.services(school),
    )
    queued = [item for item in school.items.values() if item.batch_id == made.id and item.reason is None]
    done, failed = queued[0], queued[1]
    school.items[done.id] = replace(done, state=ItemState.DONE)
    school.items[failed.id] = replace(failed, state=ItemState.FAILED, trouble=Trouble.LESSON_GONE)
    return made


def test_it_speaks_of_lessons_and_of_what_becomes_of_them(batch: Batch, open_page: Opened) -> None:
    said = words_of(open_page("batch.py", *ADMIN, id=str(batch.id)))
    assert "**1 of 6 published** · 1 failed" in said
    assert "Changes lessons at" in said
    assert "1 lesson failed" in said
    assert "Retry 1 lesson" in said
    assert "The lesson is gone" in said
    assert "video" not in said.replace("on_video", "")


def test_it_stands_in_the_list_of_batches(batch: Batch, open_page: Opened) -> None:
    assert "1 of 6 published" in words_of(open_page("batches.py", *ADMIN))


def test_a_lesson_of_it_has_its_state_and_a_way_back(batch: Batch, open_page: Opened, school: School) -> None:
    [done] = [
        one.id for one in school.items.values() if one.batch_id == batch.id and one.state is ItemState.DONE
    ]
    test = open_page("batch.py", *ADMIN, id=str(batch.id), item=str(done))
    assert "The lesson was changed." in words_of(test)
    assert "Open the lesson" in [link.label for link in test.get("page_link")]
    next(one for one in test.button if one.label == "Roll back one …").click().run()
    said = words_of(test)
    assert "get back what stood there before" in said
    assert "Mux" not in "".join(one.label for one in test.checkbox)
    next(one for one in test.button if one.label == "Roll back 1 lesson").click().run()
    assert school.wanted_back == {done}


def test_its_history_and_its_report_name_the_lessons(batch: Batch, school: School) -> None:
    made = report.maker(batch.id, fakes.services(school), by=person_with(*ADMIN))()
    lines = made.decode("utf-8-sig").splitlines()
    assert len(lines) == 61
    assert any("lesson 10,Lesson 10" in line for line in lines)


@pytest.fixture
def own(school: School) -> Batch:
    """Tess takes her lessons back to draft; one of them failed."""
    tess = replace(person_with(Role.TEACHER), host_user_id="tess")
    made = bulk_starting.start(
        BatchKind.UNPUBLISH,
        filter=LibraryFilter(),
        picked=Picked("some", frozenset({"1", "2"})),
        by=tess,
        services=fakes.services(school),
    )
    item = next(one for one in school.items.values() if one.batch_id == made.id)
    school.items[item.id] = replace(item, state=ItemState.FAILED, trouble=Trouble.ROW_REFUSED)
    return made


def test_a_teacher_sees_the_batch_that_they_started_without_its_buttons(
    own: Batch, open_page: Opened
) -> None:
    test = open_page("batch.py", Role.TEACHER, id=str(own.id))
    said = words_of(test)
    assert "**0 of 2 taken back to draft** · 1 failed" in said
    assert not {"Pause", "Cancel rest …", "Roll back …", "Retry 1 lesson"} & {
        one.label for one in test.button
    }
    admins = open_page("batch.py", *ADMIN, id=str(own.id))
    assert {"Pause", "Cancel rest …", "Retry 1 lesson"} <= {one.label for one in admins.button}


def test_the_batch_of_somebody_else_is_not_there_for_a_teacher(
    own: Batch, batch: Batch, school: School, open_page: Opened
) -> None:
    test = open_page("batch.py", Role.TEACHER, id=str(batch.id))
    assert [error.value for error in test.error] == [
        f"There is no batch {batch.id}. The list of batches shows them all."
    ]
    teacher = person_with(Role.TEACHER)
    for look in (
        lambda: batch_looking.status(batch.id, by=teacher, services=fakes.services(school)),
        lambda: batch_looking.history(batch.id, limit=9, by=teacher, services=fakes.services(school)),
        report.maker(batch.id, fakes.services(school), by=teacher),
    ):
        with pytest.raises(NotFound):
            look()
    with pytest.raises(NotAllowed):
        batch_looking.status(batch.id, by=person_with(Role.FINANCE), services=fakes.services(school))


def test_the_list_of_a_teacher_has_their_own_batches_alone(
    own: Batch, batch: Batch, open_page: Opened
) -> None:
    said = words_of(open_page("batches.py", Role.TEACHER))
    assert "1 of 1 batch" in said
    assert "2 lessons of" not in said
    assert "3 of 3 batches" in words_of(open_page("batches.py", *ADMIN))


def test_a_teacher_without_batches_is_told_how_to_start_one(batch: Batch, open_page: Opened) -> None:
    test = open_page("batches.py", Role.TEACHER)
    assert "You have not started any yet." in words_of(test)
    assert "Go to the Library" in [link.label for link in test.get("page_link")]


def test_failed_lessons_need_somebody_today(own: Batch, school: School, open_page: Opened) -> None:
    said = words_of(open_page("home.py", *ADMIN))
    assert "1 lesson of “Take lessons back to draft” failed; they are as they were." in said
    mine = list(notes.of_batches(replace(person_with(Role.TEACHER), host_user_id="tess")))
    assert [(one.page, one.query) for one in mine] == [("batch.py", {"id": str(own.id), "state": "failed"})]


def test_a_course_with_a_very_long_title_is_named_in_short(batch: Batch) -> None:
    order = Order(wanted="1", title="<b>Geo</b> " * 45, subject="a", email="a@school.test")
    moved = replace(batch, kind=BatchKind.COURSE, order=order)
    assert len(kinds.done(moved)) < 120
    assert kinds.done(moved).startswith("in “\\<b\\>Geo")
