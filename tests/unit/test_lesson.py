"""The status table, line by line, and the two columns that must agree."""

import pytest

from core.errors import InvalidInput
from core.lesson import Moment, lesson_status, status_facts, with_equal_statuses


@pytest.mark.parametrize(
    ("moment", "video", "lesson", "lesson_with_s3"),
    [
        (Moment.WAITING, "pending", "pending", "pending"),
        (Moment.PREPARING, "preparing", "processing", "processing"),
        (Moment.READY, "ready", "ready", "ready"),
        (Moment.ERRORED, "errored", "error", "ready"),
        (Moment.DELETED, None, "error", "ready"),
    ],
)
def test_each_moment_has_its_words_in_both_tables(moment, video, lesson, lesson_with_s3):
    assert status_facts("videos", moment) == {"mux_status": video}
    assert lesson_status(moment, plays_from_s3=False) == lesson
    assert lesson_status(moment, plays_from_s3=True) == lesson_with_s3


def test_every_moment_is_in_the_table():
    assert {moment for moment in Moment if status_facts("lessons", moment)} == set(Moment)


@pytest.mark.parametrize("plays_from_s3", [True, False])
@pytest.mark.parametrize("moment", Moment)
def test_both_status_columns_of_a_lesson_say_the_same(moment: Moment, plays_from_s3: bool):
    facts = status_facts("lessons", moment, plays_from_s3=plays_from_s3)
    assert set(facts) == {"processing_status", "video_status"}
    assert facts["processing_status"] == facts["video_status"]


@pytest.mark.parametrize("given", ["processing_status", "video_status"])
def test_one_given_status_fills_both_columns(given: str):
    facts = with_equal_statuses("lessons", {given: "processing", "mux_asset_id": "a"})
    assert facts == {"processing_status": "processing", "video_status": "processing", "mux_asset_id": "a"}


def test_two_statuses_that_differ_are_refused():
    with pytest.raises(InvalidInput, match="must be equal"):
        with_equal_statuses("lessons", {"processing_status": "ready", "video_status": "error"})


def test_a_status_that_is_cleared_is_cleared_in_both_columns():
    assert with_equal_statuses("lessons", {"video_status": None}) == {
        "processing_status": None,
        "video_status": None,
    }


@pytest.mark.parametrize(
    ("table", "facts"), [("videos", {"mux_status": "ready"}), ("lessons", {"duration": 9})]
)
def test_other_facts_are_left_as_they_are(table, facts):
    assert with_equal_statuses(table, facts) == facts
