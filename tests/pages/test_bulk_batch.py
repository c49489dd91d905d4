"""A batch whose items are lessons, on the pages of batches."""

from dataclasses import replace

import pytest

from core import bulk_starting
from core.access import Role
from core.batch import BatchKind, ItemState
from core.bulk import Picked
from core.library import LibraryFilter
from core.migration import Trouble
from core.records import Batch
from dashboard.batches import report
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
