"""The status trigger: whom it tells, and what switching it takes."""

from dataclasses import replace

import pytest

from core.found import FoundColumn
from core.profile import Notice, ProfileState
from core.profile_found import FoundFunction, FoundTrigger, Notifier, ProfileFacts
from core.status_trigger import assess, notice


def lessons(id_type: str = "uuid", *others: str) -> dict[str, FoundColumn]:
    types = {"id": id_type, "video_status": "text"} | dict.fromkeys(others, "text")
    return {name: FoundColumn(name=name, type=type, base_type=type) for name, type in types.items()}


SCHOOL = ProfileFacts(schema="public", role="lectern", owner="school", lessons=lessons())
ON = replace(SCHOOL, function=FoundFunction(mark=Notice().mark, intact=True), trigger=FoundTrigger())


def kinds(changes) -> list[str]:
    return [change.kind.value for change in changes]


def test_the_function_comes_before_the_trigger_and_goes_after_it():
    assert kinds(assess(SCHOOL).on) == ["create function", "create trigger"]
    assert kinds(assess(ON).off) == ["drop trigger", "drop function"]


def test_when_all_is_there_nothing_is_left_to_do():
    assert (assess(ON).state, assess(ON).on) == (ProfileState.ON, ())
    assert (assess(SCHOOL).state, assess(SCHOOL).off) == (ProfileState.OFF, ())


def test_cut_off_between_the_two_it_goes_on_or_back_from_there():
    cut = replace(ON, trigger=None)
    assert assess(cut).state is ProfileState.INCOMPLETE
    assert (kinds(assess(cut).on), kinds(assess(cut).off)) == (["create trigger"], ["drop function"])


@pytest.mark.parametrize(
    ("id_type", "types", "required", "called"),
    [
        ("uuid", ("uuid",), 1, ("uuid",)),
        ("uuid", ("text",), 1, ("text",)),
        ("integer", ("bigint",), 1, ("bigint",)),
        ("uuid", ("uuid", "text"), 2, ("uuid", "text")),
        ("uuid", ("uuid", "jsonb"), 1, ("uuid",)),
        ("uuid", ("uuid",), 0, ("uuid",)),
        ("uuid", ("integer",), 1, ()),
        ("bigint", ("integer",), 1, ()),
        ("uuid", ("uuid", "uuid"), 2, ()),
        ("uuid", ("uuid", "text", "text"), 3, ()),
        ("uuid", (), 0, ()),
    ],
)
def test_the_schools_function_is_called_when_it_takes_an_id_and_perhaps_a_status(
    id_type: str, types: tuple[str, ...], required: int, called: tuple[str, ...]
):
    facts = replace(SCHOOL, lessons=lessons(id_type), notifiers=(Notifier(types=types, required=required),))
    assert notice(facts).types == called


def test_of_several_the_one_that_takes_the_id_alone_is_called():
    both = (Notifier(types=("uuid", "text"), required=2), Notifier(types=("uuid",), required=1))
    assert notice(replace(SCHOOL, notifiers=both)).types == ("uuid",)


def test_a_function_that_takes_something_else_is_named_and_a_notify_is_sent():
    facts = replace(SCHOOL, notifiers=(Notifier(types=("jsonb",), required=1),))
    assert "NOTIFY on the channel lesson_ready" in assess(facts).does
    assert "The school's notify_lesson_ready(jsonb) does not take" in assess(facts).notes[0]


def test_a_function_that_the_school_made_since_is_called_after_switching_on_again():
    facts = replace(ON, notifiers=(Notifier(types=("uuid",), required=1),))
    assert (assess(facts).state, kinds(assess(facts).on)) == (ProfileState.INCOMPLETE, ["create function"])


@pytest.mark.parametrize(
    ("facts", "again"),
    [
        (replace(ON, function=replace(ON.function, intact=False)), "create function"),
        (replace(ON, trigger=FoundTrigger(fits=False)), "create trigger"),
    ],
)
def test_what_somebody_changed_is_put_right_by_switching_on_again(facts: ProfileFacts, again: str):
    assert kinds(assess(facts).on) == [again]


@pytest.mark.parametrize(
    "facts",
    [
        replace(SCHOOL, function=FoundFunction(mark="")),
        replace(SCHOOL, trigger=FoundTrigger(calls_function=False)),
        replace(SCHOOL, function=FoundFunction(mark=""), trigger=FoundTrigger()),
    ],
)
def test_what_is_the_schools_own_is_left_alone(facts: ProfileFacts):
    found = assess(facts)
    assert (found.state, found.off) == (ProfileState.THEIRS, ())
    assert "it is left alone" in found.obstacles[0]


def test_without_the_column_the_pending_changes_come_first():
    facts = replace(SCHOOL, lessons={"id": SCHOOL.lessons["id"]})
    assert assess(facts).obstacles == ("lessons has no video_status yet; apply the pending changes first.",)
    assert assess(facts).on == ()


def test_missing_grants_are_named():
    said = assess(replace(SCHOOL, may_change=False, may_create=False)).obstacles
    assert 'GRANT "school" TO "lectern"' in said[0]
    assert 'GRANT CREATE ON SCHEMA "public" TO "lectern"' in said[1]
