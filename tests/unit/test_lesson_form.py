"""The rules of a lesson's form."""

import pytest

from core.lesson_form import (
    NEW,
    Field,
    LessonRow,
    Values,
    changed,
    clashes,
    facts,
    joined,
    problems,
    tidy,
)

BASE: Values = {**NEW, Field.TITLE: "Sets", Field.POSITION: "1"}
ROW = LessonRow(values=BASE, longest={Field.TITLE: 80, Field.POSITION: 2**31})


def test_a_field_that_only_one_of_two_changed_is_no_clash() -> None:
    mine, now = {**BASE, Field.TITLE: "Mine"}, {**BASE, Field.POSITION: "2"}
    assert clashes(BASE, mine, now) == ()
    assert joined(BASE, mine, now, keep=()) == {**BASE, Field.TITLE: "Mine", Field.POSITION: "2"}


def test_a_field_that_both_changed_alike_is_no_clash() -> None:
    same = {**BASE, Field.TITLE: "Same"}
    assert clashes(BASE, same, same) == ()
    assert joined(BASE, same, same, keep=()) == same


def test_of_a_clash_theirs_stays_unless_mine_is_kept() -> None:
    mine, now = {**BASE, Field.TITLE: "Mine"}, {**BASE, Field.TITLE: "Theirs"}
    assert clashes(BASE, mine, now) == (Field.TITLE,)
    assert joined(BASE, mine, now, keep=())[Field.TITLE] == "Theirs"
    assert joined(BASE, mine, now, keep=(Field.TITLE,))[Field.TITLE] == "Mine"


def test_a_field_that_the_school_dropped_meanwhile_is_not_written() -> None:
    now = {Field.TITLE: "Sets"}
    assert set(joined(BASE, {**BASE, Field.POSITION: "9"}, now, keep=Field)) == {Field.TITLE}
    assert changed(now, BASE) == {}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (Field.TITLE, "", "Give it one."),
        (Field.TITLE, " \t", "Give it one."),
        (Field.TITLE, "x" * 81, "At most 80 characters; these are 81."),
        (Field.DESCRIPTION, "x" * 20_001, "At most 20,000 characters; these are 20,001."),
        (Field.POSITION, "2147483648", "a number below 2,147,483,648"),
    ],
)
def test_what_is_wrong_is_said_of_its_field(field: Field, value: str, said: str) -> None:
    found = problems({**BASE, field: value}, ROW, needs_course=False)
    assert list(found) == [field]
    assert said in found[field]


def test_a_course_is_wanted_where_the_school_wants_one() -> None:
    assert list(problems(BASE, ROW, needs_course=True)) == [Field.COURSE]
    assert problems({**BASE, Field.COURSE: "4"}, ROW, needs_course=True) == {}


def test_markup_and_emoji_are_text_like_any_other() -> None:
    title = "<script>alert(1)</script> 🎓 **bold**"
    assert tidy({Field.TITLE: f"  {title}\0 "}) == {Field.TITLE: title}
    assert problems({**BASE, Field.TITLE: title}, ROW, needs_course=False) == {}


def test_a_description_keeps_its_lines_and_blanks() -> None:
    assert tidy({Field.DESCRIPTION: "  a\n\n b "}) == {Field.DESCRIPTION: "  a\n\n b "}


def test_no_course_and_no_order_are_null_and_no_description_is_empty() -> None:
    assert facts(dict.fromkeys(Field, "")) == {
        "title": "",
        "description": "",
        "course_id": None,
        "position": None,
        "status": None,
    }
