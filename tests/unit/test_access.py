"""The table of rights."""

import pytest

from core.access import (
    RIGHTS,
    Action,
    Person,
    Role,
    allows,
    check,
    check_could,
    could,
    is_by_lesson,
    roles_from_claim,
)
from core.errors import NotAllowed
from core.tie import Tie

BY_LESSON = frozenset({Action.SEE_LESSON, Action.EDIT_LESSON, Action.SEE_VIEWING, Action.UPLOAD, Action.PLAY})
BY_BATCH = frozenset({Action.SEE_BATCHES})
OWN = frozenset({Tie.CREATOR})


def person(*roles: Role, host_user_id: str | None = None) -> Person:
    return Person(
        subject="sub-1", email="dana@school.test", roles=frozenset(roles), host_user_id=host_user_id
    )


@pytest.mark.parametrize("action", Action)
def test_every_action_has_a_rule_and_somebody_who_may(action: Action) -> None:
    assert RIGHTS[action].anyone


@pytest.mark.parametrize("action", Action)
def test_a_person_without_roles_may_nothing(action: Action) -> None:
    assert not allows(person(), action)


@pytest.mark.parametrize("action", Action)
def test_roles_add_up(action: Action) -> None:
    everyone = person(*Role)
    assert allows(everyone, action)
    assert any(allows(person(role), action) for role in Role)


@pytest.mark.parametrize("action", [Action.MIGRATE, Action.ROLL_BACK])
@pytest.mark.parametrize("role", [Role.OPS, Role.TEACHER, Role.FINANCE])
def test_only_admins_move_videos(action: Action, role: Role) -> None:
    assert allows(person(Role.ADMIN), action)
    assert not allows(person(role), action)


@pytest.mark.parametrize("action", [Action.SEE_SCHEMA, Action.APPLY_SCHEMA, Action.REPLAY_EVENTS])
def test_only_ops_touch_the_schema_and_replay_events(action: Action) -> None:
    assert [role for role in Role if allows(person(role), action)] == [Role.OPS]


def test_the_lesson_decides_who_may_see_it_play_it_and_upload_for_it() -> None:
    assert {action for action in Action if is_by_lesson(action)} == BY_LESSON


@pytest.mark.parametrize("action", sorted(set(Action) - BY_LESSON - BY_BATCH))
def test_a_tie_gives_no_right_that_the_table_does_not_name(action: Action) -> None:
    assert not allows(person(), action, ties=frozenset(Tie))
    assert not could(person(), action)


def test_a_teacher_uploads_for_their_own_lesson_and_for_no_other() -> None:
    assert allows(person(Role.TEACHER), Action.UPLOAD, ties=OWN)
    assert not allows(person(Role.TEACHER), Action.UPLOAD, ties=set(Tie) - OWN)
    assert not allows(person(Role.TEACHER), Action.UPLOAD)


def test_a_teacher_sees_how_their_own_lessons_and_those_of_their_courses_are_watched() -> None:
    for tie in (Tie.CREATOR, Tie.TEACHER):
        assert allows(person(Role.TEACHER), Action.SEE_VIEWING, ties={tie})
        assert not allows(person(Role.FINANCE), Action.SEE_VIEWING, ties={tie})
    assert not allows(person(Role.TEACHER), Action.SEE_VIEWING, ties=set(Tie) - {Tie.CREATOR, Tie.TEACHER})
    assert not could(person(Role.FINANCE), Action.SEE_VIEWING)


def test_admins_and_teachers_get_the_digest_and_admins_and_ops_have_it_sent() -> None:
    got = {role for role in Role if allows(person(role), Action.GET_DIGEST)}
    sent = {role for role in Role if allows(person(role), Action.SEND_DIGEST)}
    assert (got, sent) == ({Role.ADMIN, Role.TEACHER}, {Role.ADMIN, Role.OPS})
    assert all(could(person(role), Action.SEE_VIEWING) for role in got)


def test_a_teacher_sees_the_batches_that_they_started_and_no_others() -> None:
    assert allows(person(Role.TEACHER), Action.SEE_BATCHES, ties={Tie.STARTER})
    assert not allows(person(Role.TEACHER), Action.SEE_BATCHES, ties=set(Tie) - {Tie.STARTER})
    assert not allows(person(Role.FINANCE), Action.SEE_BATCHES, ties=set(Tie))
    assert not could(person(Role.FINANCE), Action.SEE_BATCHES)


@pytest.mark.parametrize("roles", [(), (Role.FINANCE,), (Role.OPS,)])
def test_owning_a_lesson_without_being_a_teacher_does_not_open_an_upload(roles: tuple[Role, ...]) -> None:
    assert not allows(person(*roles), Action.UPLOAD, ties=OWN)
    assert not could(person(*roles), Action.UPLOAD)


@pytest.mark.parametrize(
    ("tie", "sees", "plays"),
    [
        (Tie.CREATOR, True, True),
        (Tie.TEACHER, False, True),
        (Tie.BUYER, True, True),
        (Tie.LEARNER, False, True),
        (Tie.PUBLISHED, True, False),
        (Tie.PUBLIC, False, True),
    ],
)
def test_one_tie_is_enough_without_any_role(tie: Tie, sees: bool, plays: bool) -> None:
    assert allows(person(), Action.SEE_LESSON, ties={tie}) is sees
    assert allows(person(), Action.PLAY, ties={tie}) is plays


@pytest.mark.parametrize("role", [Role.OPS, Role.FINANCE, Role.TEACHER])
def test_no_role_but_admin_plays_a_lesson_that_it_is_not_tied_to(role: Role) -> None:
    assert not allows(person(role), Action.PLAY)
    assert allows(person(Role.ADMIN), Action.PLAY)


def test_whoever_no_lesson_could_help_is_refused_at_once() -> None:
    check_could(person(), Action.PLAY)
    check_could(person(Role.TEACHER), Action.UPLOAD)
    with pytest.raises(NotAllowed):
        check_could(person(Role.FINANCE), Action.UPLOAD)


def test_a_refusal_for_a_lesson_names_who_may_and_what_the_school_does_not_tell() -> None:
    with pytest.raises(NotAllowed) as refusal:
        check(person(Role.TEACHER), Action.UPLOAD, left_out=("lessons.creator_id",))
    assert refusal.value.hint == (
        "This needs the role admin; so may its creator (teacher). "
        "The school's database does not tell lessons.creator_id."
    )


def test_a_refusal_says_what_was_refused_and_who_may() -> None:
    with pytest.raises(NotAllowed) as refusal:
        check(person(Role.FINANCE), Action.SCAN)
    assert refusal.value.sentence == (
        "Your roles do not allow you to scan the buckets. This needs the role admin or ops."
    )


def test_whoever_may_is_let_through() -> None:
    check(person(Role.TEACHER), Action.UPLOAD, ties=OWN)


@pytest.mark.parametrize(
    ("claim", "roles"),
    [
        ("admin", {Role.ADMIN}),
        (["ops", "finance"], {Role.OPS, Role.FINANCE}),
        (("teacher",), {Role.TEACHER}),
        (["admin", "root", 7, None], {Role.ADMIN}),
        ("Admin", set()),
        ("admin,ops", set()),
        (None, set()),
        ({"admin": True}, set()),
        ([], set()),
    ],
)
def test_a_claim_gives_the_roles_it_names_and_nothing_else(claim: object, roles: set[Role]) -> None:
    assert roles_from_claim(claim) == roles


@pytest.mark.parametrize(("email", "name"), [("dana@school.test", "dana"), ("", "sub-1")])
def test_a_person_is_called_by_the_front_of_their_address(email: str, name: str) -> None:
    assert Person(subject="sub-1", email=email, roles=frozenset()).name == name
