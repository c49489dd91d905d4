"""The row rule as policies: what is declared, what is left out, what switching takes."""

from dataclasses import replace

import pytest

from core.found import FoundColumn
from core.profile import Change, ProfileState
from core.profile_found import PUBLIC, Command, FoundPolicy, ProfileFacts, Reader
from core.row_security import ACCESS, assess, declared, rule
from core.statement import Kind
from core.tie import Tie


def columns(*names: str, type: str = "uuid") -> dict[str, FoundColumn]:
    return {name: FoundColumn(name=name, type=type, base_type=type) for name in names}


SCHOOL = ProfileFacts(
    schema="public",
    role="lectern",
    owner="school",
    lessons=columns("id", "creator_id", "status"),
    purchases=columns("lesson_id", "user_id"),
    writers={Command.UPDATE: ("web",), Command.INSERT: ("web",)},
)


def after(facts: ProfileFacts, changes: tuple[Change, ...]) -> ProfileFacts:
    """The school as it is once these were executed."""
    there = {policy.name: policy for policy in facts.policies}
    for change in changes:
        if change.policy:
            made = change.policy
            there[made.name] = FoundPolicy(
                name=made.name, command=made.command, roles=made.roles, mark=made.mark
            )
        elif change.kind is Kind.DROP_POLICY:
            del there[change.name]
        else:
            facts = replace(facts, row_security=change.kind is Kind.ENABLE_ROW_SECURITY)
    return replace(facts, policies=tuple(there.values()))


def kinds(changes: tuple[Change, ...]) -> list[tuple[str, str]]:
    return [(change.kind.value.split()[0], change.name) for change in changes]


def test_the_row_rule_comes_first_and_row_level_security_last():
    assert kinds(assess(SCHOOL).on) == [
        ("create", "lesson_access_policy"),
        ("create", "lesson_insert_policy"),
        ("create", "lesson_update_policy"),
        ("enable", "lessons"),
    ]


def test_row_level_security_goes_first_and_the_row_rule_last():
    assert kinds(assess(after(SCHOOL, assess(SCHOOL).on)).off) == [
        ("disable", "lessons"),
        ("drop", "lesson_insert_policy"),
        ("drop", "lesson_update_policy"),
        ("drop", "lesson_access_policy"),
    ]


@pytest.mark.parametrize("facts", [SCHOOL, replace(SCHOOL, row_security=True)])
def test_on_and_off_again_is_what_was_there(facts: ProfileFacts):
    on = after(facts, assess(facts).on)
    assert (assess(on).state, assess(on).on) == (ProfileState.ON, ())
    assert after(on, assess(on).off) == facts


@pytest.mark.parametrize("facts", [SCHOOL, replace(SCHOOL, row_security=True)])
def test_cut_off_after_any_statement_it_goes_on_or_back_from_there(facts: ProfileFacts):
    changes = assess(facts).on
    for done in range(1, len(changes)):
        cut = after(facts, changes[:done])
        assert assess(cut).state is ProfileState.INCOMPLETE
        assert assess(after(cut, assess(cut).on)).state is ProfileState.ON
        assert after(cut, assess(cut).off) == facts


@pytest.mark.parametrize(
    ("facts", "ties"),
    [
        (SCHOOL, [Tie.CREATOR, Tie.PUBLISHED, Tie.BUYER]),
        (replace(SCHOOL, lessons=columns("id", "status")), [Tie.PUBLISHED, Tie.BUYER]),
        (replace(SCHOOL, lessons=columns("id", "creator_id")), [Tie.CREATOR, Tie.BUYER]),
        (replace(SCHOOL, purchases={}), [Tie.CREATOR, Tie.PUBLISHED]),
        (replace(SCHOOL, purchases=columns("lesson_id")), [Tie.CREATOR, Tie.PUBLISHED]),
    ],
)
def test_a_clause_whose_column_is_missing_is_left_out(facts: ProfileFacts, ties: list[Tie]):
    row_rule = rule(facts)
    assert row_rule is not None
    assert list(row_rule.ties) == ties


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (replace(SCHOOL, lessons=columns("id", "status")), "lessons.creator_id"),
        (replace(SCHOOL, purchases={}), "purchases"),
        (replace(SCHOOL, purchases=columns("lesson_id")), "purchases.user_id"),
    ],
)
def test_what_is_left_out_is_said(facts: ProfileFacts, said: str):
    assert f"do not have {said}: nobody is let in by that." in assess(facts).notes[0]


def test_it_says_whom_it_lets_in_and_what_is_read_without_a_reader():
    assert assess(SCHOOL).does.endswith("those they made, those that are published, those they bought.")
    assert "only published lessons are read." in assess(SCHOOL).notes[0]
    without = assess(replace(SCHOOL, lessons=columns("id", "creator_id")))
    assert without.does.endswith("alone: those they made, those they bought.")
    assert "where it is not set, nothing is read." in without.notes[1]


def test_a_school_that_tells_nothing_of_its_lessons_cannot_have_it():
    bare = replace(SCHOOL, lessons=columns("id"), purchases={})
    assert declared(bare) == ()
    assert "nobody would read a row" in assess(bare).obstacles[0]
    assert assess(bare).state is ProfileState.OFF


def test_lessons_without_an_id_cannot_have_it():
    bare = replace(SCHOOL, lessons=columns("status"))
    assert (assess(bare).obstacles, assess(bare).on) == (("lessons has no column id.",), ())


def test_without_lessons_it_is_off_and_says_why():
    assert assess(replace(SCHOOL, lessons={})).obstacles == ("The schema public has no table lessons.",)


def test_ids_of_two_types_are_compared_as_text():
    mixed = replace(SCHOOL, purchases=columns("lesson_id", "user_id", type="text"))
    assert (rule(SCHOOL).lesson_as_text, rule(mixed).lesson_as_text) == (False, True)


def test_a_policy_of_the_schools_own_by_our_name_is_left_alone():
    theirs = replace(SCHOOL, policies=(FoundPolicy(name=ACCESS, command=Command.SELECT, mark="ours"),))
    assert assess(theirs).state is ProfileState.THEIRS
    assert assess(theirs).off == ()
    assert "The school has lesson_access_policy of its own; it is left alone." in assess(theirs).obstacles


def test_policies_of_the_schools_own_stay_and_are_named():
    own = FoundPolicy(name="teachers", command=Command.SELECT)
    facts = replace(SCHOOL, policies=(own,))
    assert "policies of its own (teachers). They stay" in assess(facts).notes[-1]
    on = after(facts, assess(facts).on)
    assert own in after(on, assess(on).off).policies


def test_where_row_level_security_is_on_already_no_write_policy_opens_what_the_school_keeps_shut():
    facts = replace(SCHOOL, row_security=True, policies=(FoundPolicy(name="own", command=Command.ALL),))
    assert [policy.name for policy in declared(facts)] == [ACCESS]
    on = after(facts, assess(facts).on)
    assert kinds(assess(on).off) == [("drop", ACCESS)]


@pytest.mark.parametrize(
    "drift",
    [
        {"reader": Reader.AUTH_UID},
        {"writers": {Command.UPDATE: ("web", "app"), Command.INSERT: ("web",)}},
        {"writers": {Command.UPDATE: (PUBLIC,)}},
        {"purchases": {}},
        {"row_security": False},
    ],
)
def test_a_school_that_changed_since_is_incomplete_until_switched_on_again(drift: dict):
    on = after(SCHOOL, assess(SCHOOL).on)
    changed = replace(on, **drift)
    assert assess(changed).state is ProfileState.INCOMPLETE
    assert assess(after(changed, assess(changed).on)).state is ProfileState.ON


def test_a_policy_that_somebody_made_restrictive_is_made_anew():
    on = after(SCHOOL, assess(SCHOOL).on)
    bent = tuple(replace(policy, permissive=policy.name != ACCESS) for policy in on.policies)
    assert kinds(assess(replace(on, policies=bent)).on) == [("create", ACCESS)]


def test_where_the_school_forces_it_on_owners_it_is_refused_for_lectern_would_be_held_too():
    forced = assess(replace(SCHOOL, forced=True))
    assert "FORCE ROW LEVEL SECURITY, which would hold its owner too" in forced.obstacles[0]
    assert "so does Lectern" not in " ".join(forced.notes)
    assert assess(replace(SCHOOL, forced=True, row_security=True)).obstacles == ()


def test_a_missing_grant_is_named():
    assert 'GRANT "school" TO "lectern"' in assess(replace(SCHOOL, may_change=False)).obstacles[0]
