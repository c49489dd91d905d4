"""The list of batches: filters, order, count and pages, all in the address."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.access import Role
from core.batch import BatchState
from tests.pages.conftest import Opened, words_of
from tests.pages.fakes import School


@pytest.fixture
def many(school: School) -> School:
    """45 batches: one runs, every tenth is paused, the others are done."""
    for number in range(2, 46):
        state = BatchState.PAUSED if number % 10 == 0 else BatchState.DONE
        school.batches[number] = replace(school.batches[1], id=number, name=f"Week {number}", state=state)
    return school


def names(test: AppTest) -> list[str]:
    return [link.label.strip("*") for link in test.get("page_link")]


def test_the_newest_come_first_and_are_counted(many: School, open_page: Opened) -> None:
    test = open_page("batches.py", Role.OPS)
    assert names(test)[:2] == ["Week 45", "Week 44"]
    assert len(names(test)) == 20
    assert "45 of 45 batches" in words_of(test)


def test_the_last_page_has_the_rest_and_a_later_one_is_the_last(many: School, open_page: Opened) -> None:
    assert names(open_page("batches.py", Role.OPS, page="3"))[-1] == "Autumn courses"
    assert names(open_page("batches.py", Role.OPS, page="99"))[-1] == "Autumn courses"


def test_name_and_state_narrow_it(many: School, open_page: Opened) -> None:
    test = open_page("batches.py", Role.OPS, search="week 3", state="paused")
    assert names(test) == ["Week 30"]
    assert "1 of 45 batches" in words_of(test)
    assert test.text_input[0].value == "week 3"


def test_what_is_typed_and_chosen_goes_into_the_address(many: School, open_page: Opened) -> None:
    test = open_page("batches.py", Role.OPS, page="2")
    test.text_input[0].set_value("courses").run()
    test.selectbox(key="batch_sort").set_value("failed").run()
    assert test.query_params["search"] == "courses"
    assert test.query_params["sort"] == "failed"
    assert "page" not in test.query_params
    assert names(test) == ["Autumn courses"]


def test_where_nothing_matches_the_filters_can_be_taken_away(many: School, open_page: Opened) -> None:
    test = open_page("batches.py", Role.OPS, search="nothing like it")
    assert "No batch matches." in words_of(test)
    next(one for one in test.button if one.label == "Clear filters").click().run()
    assert len(names(test)) == 20


@pytest.mark.parametrize("value", ["hovering", "", "'"])
def test_a_word_that_is_no_state_or_order_does_not_narrow(
    value: str, many: School, open_page: Opened
) -> None:
    test = open_page("batches.py", Role.OPS, state=value, sort=value)
    assert "45 of 45 batches" in words_of(test)
