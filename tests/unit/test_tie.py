"""What ties a person to a lesson."""

import pytest

from core.tie import LessonTies, Tie

NOTHING = LessonTies(lesson_id="1")


@pytest.mark.parametrize(
    ("facts", "ties"),
    [
        ({}, set()),
        ({"creator_id": "u1"}, {Tie.CREATOR}),
        ({"creator_id": "u2"}, set()),
        ({"teacher_id": "u1"}, {Tie.TEACHER}),
        ({"has_bought": True}, {Tie.BUYER}),
        ({"is_enrolled": True}, {Tie.LEARNER}),
        ({"is_published": True}, {Tie.PUBLISHED}),
        ({"is_public": True}, set()),
        ({"is_published": True, "is_public": True}, {Tie.PUBLISHED, Tie.PUBLIC}),
        ({"creator_id": "u1", "teacher_id": "u1"}, {Tie.CREATOR, Tie.TEACHER}),
    ],
)
def test_each_fact_is_a_tie_of_its_own(facts: dict[str, object], ties: set[Tie]) -> None:
    assert LessonTies(lesson_id="1", **facts).of("u1") == ties  # type: ignore[arg-type]


def test_somebody_the_school_does_not_know_has_the_ties_of_anyone() -> None:
    stranger = LessonTies(lesson_id="1", has_bought=True, is_enrolled=True, is_published=True, is_public=True)
    assert stranger.of(None) == {Tie.PUBLISHED, Tie.PUBLIC}
    assert NOTHING.of(None) == frozenset()  # not the creator of what has none
