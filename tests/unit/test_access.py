"""The table of rights."""

import pytest

from core.access import RIGHTS, Action, Person, Role, allows, check, roles_from_claim
from core.errors import NotAllowed

OWNED = frozenset({Action.UPLOAD, Action.PLAY})


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


@pytest.mark.parametrize("action", OWNED)
def test_a_teacher_may_do_to_their_own_what_they_may_not_do_to_others(action: Action) -> None:
    teacher = person(Role.TEACHER, host_user_id="7")
    assert allows(teacher, action, owner_id="7")
    assert not allows(teacher, action, owner_id="8")
    assert not allows(teacher, action)


@pytest.mark.parametrize("action", set(Action) - OWNED - {Action.SEE_HOME})
def test_owning_something_gives_no_right_that_the_table_does_not_name(action: Action) -> None:
    assert not allows(person(Role.TEACHER, host_user_id="7"), action, owner_id="7")


def test_a_person_unknown_to_the_school_owns_nothing_not_even_what_nobody_owns() -> None:
    assert not allows(person(Role.TEACHER), Action.PLAY, owner_id=None)
    assert not allows(person(Role.TEACHER), Action.PLAY, owner_id="7")


def test_a_refusal_says_what_was_refused_and_who_may() -> None:
    with pytest.raises(NotAllowed) as refusal:
        check(person(Role.FINANCE), Action.SCAN)
    assert refusal.value.sentence == (
        "Your roles do not allow you to scan the buckets. This needs the role admin or ops."
    )


def test_whoever_may_is_let_through() -> None:
    check(person(Role.TEACHER, host_user_id="7"), Action.UPLOAD, owner_id="7")


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
