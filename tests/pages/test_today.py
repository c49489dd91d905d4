"""The first page: what each role sees."""

from dataclasses import replace

import pytest

from core.access import Role
from core.batch import BatchState
from dashboard.today import notes
from tests.pages.conftest import Opened, words_of
from tests.pages.fakes import School


def test_failures_come_before_decisions(open_page: Opened, school: School) -> None:
    school.batches[1] = replace(school.batches[1], state=BatchState.PAUSED, pause_reason="5 videos failed.")
    said = words_of(open_page("home.py", Role.ADMIN, Role.OPS))
    order = [
        "16 videos of “Autumn courses” failed",
        "1 event from Mux could not be ingested",
        "“Autumn courses” is paused with 4 videos to go. 5 videos failed.",
        "17 rows of the school's tables wait",
        "6 sources cannot move",
    ]
    places = [said.index(sentence) for sentence in order]
    assert places == sorted(places)


def test_with_nothing_wrong_it_says_so(open_page: Opened, school: School) -> None:
    school.batches.clear()
    school.events.clear()
    school.pending_rows = 0
    for number in range(200, 210):
        school.sources.pop(number, None)
    assert "Nothing needs you today" in words_of(open_page("home.py", Role.ADMIN))


def test_finance_sees_what_is_left_to_pay(open_page: Opened) -> None:
    text = words_of(open_page("home.py", Role.FINANCE))
    assert "What is left to move" in text
    # 120 videos of 10 min: 1,200 min × $0.03125 + 10.08 GB × $0.09 = 37.50 + 0.9072
    assert "Once $38.41" in text
    assert "failed" not in text


def test_a_teacher_sees_how_far_the_school_is_and_nothing_of_the_work(open_page: Opened) -> None:
    text = words_of(open_page("home.py", Role.TEACHER))
    assert "Nothing needs you today." in text
    assert "Ready to move 120" in text
    assert "Autumn courses" not in text


@pytest.mark.parametrize("school", ["empty"], indirect=True)
def test_before_the_first_scan_it_says_what_to_do(school: School, open_page: Opened) -> None:
    assert "Scan the buckets on the Migrate page." in words_of(open_page("home.py", Role.ADMIN))


def test_a_batch_with_failures_leads_to_its_failures(school: School) -> None:
    from tests.pages.fakes import FakeBatches, FakeSources

    found = FakeSources(school).facets()
    first = notes._failed(FakeBatches(school).newest()[0])
    assert (first.page, first.query) == ("batch.py", {"id": "1", "state": "failed"})
    assert found.sources == 154
