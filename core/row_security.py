"""Row-level security on `lessons`: the row rule as a policy, and what else keeps the site writing.

May see the row: its creator, anyone when it is published, a buyer.
"""

from collections.abc import Iterator

from core.found import FoundColumn
from core.profile import Assessed, Change, Policy, Profile, Rule, is_ours, state_of
from core.profile_found import PUBLIC, WRITES, Command, FoundPolicy, ProfileFacts
from core.schema_obstacle import owner_needed
from core.statement import Kind
from core.tie import Tie

ACCESS = "lesson_access_policy"
NAMES = {Command.SELECT: ACCESS} | {write: f"lesson_{write.lower()}_policy" for write in WRITES}

WHICH = {
    Tie.CREATOR: "those they made",
    Tie.PUBLISHED: "those that are published",
    Tie.BUYER: "those they bought",
}
BRIEFLY = "Locks lessons for milliseconds; gives way at once to whoever is using it."


def rule(facts: ProfileFacts) -> Rule | None:
    """The row rule as far as the school's tables tell it; None where they tell nothing."""
    if "id" not in facts.lessons:
        return None
    ties = tuple(_ties(facts))
    as_text = Tie.BUYER in ties and _type(facts.lessons["id"]) != _type(facts.purchases["lesson_id"])
    return Rule(ties=ties, reader=facts.reader, lesson_as_text=as_text) if ties else None


def _type(column: FoundColumn) -> str:
    return column.base_type


def _ties(facts: ProfileFacts) -> Iterator[Tie]:
    if "creator_id" in facts.lessons:
        yield Tie.CREATOR
    if "status" in facts.lessons:
        yield Tie.PUBLISHED
    if "id" in facts.lessons and {"lesson_id", "user_id"} <= facts.purchases.keys():
        yield Tie.BUYER


def declared(facts: ProfileFacts) -> tuple[Policy, ...]:
    """The policies that there should be, the row rule first. Where row-level security is on already, the
    school's own policies say who writes: a policy of ours would let in whom they keep out."""
    row_rule, was_on = rule(facts), was_on_before(facts)
    if row_rule is None:
        return ()
    access = Policy(name=ACCESS, command=Command.SELECT, roles=(PUBLIC,), rule=row_rule, was_on=was_on)
    writes = () if was_on else WRITES
    return access, *(_write(command, roles) for command in writes if (roles := facts.writers.get(command)))


def _write(command: Command, roles: tuple[str, ...]) -> Policy:
    return Policy(name=NAMES[command], command=command, roles=roles)


def was_on_before(facts: ProfileFacts) -> bool:
    """Whether row-level security was on before the profile; our policy remembers it."""
    marks = [policy.mark for policy in _ours(facts) if policy.name == ACCESS]
    return marks[0].endswith("was on before") if marks else facts.row_security


def own_policies(facts: ProfileFacts) -> tuple[str, ...]:
    """Names of the school's own policies on `lessons`."""
    return tuple(policy.name for policy in facts.policies if not is_ours(policy.mark))


def _ours(facts: ProfileFacts) -> list[FoundPolicy]:
    return [policy for policy in facts.policies if is_ours(policy.mark)]


def assess(facts: ProfileFacts) -> Assessed:
    """How the profile stands, and what switching it takes."""
    on, off = tuple(_on(facts)), tuple(_off(facts))
    theirs = _taken(facts)
    return Assessed(
        profile=Profile.ROW_SECURITY,
        state=state_of(on=on, off=off, theirs=bool(theirs), possible=rule(facts) is not None),
        does=_does(rule(facts)),
        findings=tuple(f"Somebody has changed {name} since it was made by a run." for name in facts.edited),
        notes=tuple(_notes(facts)),
        obstacles=tuple(_obstacles(facts, theirs)),
        on=on,
        off=off,
    )


def _does(row_rule: Rule | None) -> str:
    which = [WHICH[tie] for tie in (row_rule.ties if row_rule else WHICH)]
    return f"A role that reads lessons gets the rows of its reader alone: {', '.join(which)}."


def _taken(facts: ProfileFacts) -> list[str]:
    return [name for name in own_policies(facts) if name in NAMES.values()]


def _on(facts: ProfileFacts) -> Iterator[Change]:
    wanted = declared(facts)
    there = {policy.name: policy for policy in _ours(facts)}
    for policy in wanted:
        if not _fits(policy, there.get(policy.name)):
            yield _create(policy)
    for name in there.keys() - {policy.name for policy in wanted}:
        yield _drop(name)
    if wanted and not facts.row_security:
        sentence = f"From here on the policies hold. {BRIEFLY}"
        yield Change(kind=Kind.ENABLE_ROW_SECURITY, name="lessons", description=sentence)


def _fits(policy: Policy, found: FoundPolicy | None) -> bool:
    return (
        found is not None
        and found.intact
        and (found.command, found.mark, found.permissive) == (policy.command, policy.mark, True)
        and set(found.roles) == set(policy.roles)
    )


def _create(policy: Policy) -> Change:
    who = "Every role" if PUBLIC in policy.roles else ", ".join(policy.roles)
    what = f"{who} may {policy.command} as the grants say." if policy.rule is None else _does(policy.rule)
    return Change(kind=Kind.CREATE_POLICY, name=policy.name, description=f"{what} {BRIEFLY}", policy=policy)


def _drop(name: str) -> Change:
    return Change(kind=Kind.DROP_POLICY, name=name, description=f"Drop {name}. {BRIEFLY}")


def _off(facts: ProfileFacts) -> Iterator[Change]:
    ours = {policy.name for policy in _ours(facts)}
    if ours and facts.row_security and not was_on_before(facts):
        sentence = f"Every role reads and writes as its grants say again. {BRIEFLY}"
        yield Change(kind=Kind.DISABLE_ROW_SECURITY, name="lessons", description=sentence)
    # The row rule goes last: it remembers how things were.
    yield from (_drop(name) for name in sorted(ours, key=lambda name: (name == ACCESS, name)))


def _notes(facts: ProfileFacts) -> Iterator[str]:
    if left_out := _left_out(facts):
        yield f"The school's tables do not have {', '.join(left_out)}: nobody is let in by that."
    yield _reader_note(facts)
    yield _bypass_note(facts)
    if own := own_policies(facts):
        yield _own_note(facts, own)


def _bypass_note(facts: ProfileFacts) -> str:
    if facts.forced:
        return (
            "Superusers and roles with BYPASSRLS bypass it; owners do not, for the school forces it on them."
        )
    return (
        f"Whoever has the rights of {facts.owner or 'the owner'}, superusers and roles with BYPASSRLS "
        "bypass it; so does Lectern."
    )


def _left_out(facts: ProfileFacts) -> list[str]:
    of_lessons = [f"lessons.{name}" for name in ("creator_id", "status") if name not in facts.lessons]
    if not facts.purchases:
        return [*of_lessons, "purchases"]
    missing = [name for name in ("lesson_id", "user_id") if name not in facts.purchases]
    return [*of_lessons, *(f"purchases.{name}" for name in missing)]


def _reader_note(facts: ProfileFacts) -> str:
    read = "only published lessons are" if "status" in facts.lessons else "nothing is"
    return f"The reader is {facts.reader}; where it is not set, {read} read."


def _own_note(facts: ProfileFacts, own: tuple[str, ...]) -> str:
    said = f"The school has policies of its own ({', '.join(own)}). They stay, and let in whom they let in."
    asleep = not was_on_before(facts)
    return (
        f"{said} They hold only while row-level security is on, which it was not before." if asleep else said
    )


def _obstacles(facts: ProfileFacts, theirs: list[str]) -> Iterator[str]:
    if not facts.lessons:
        yield f"The schema {facts.schema} has no table lessons."
    elif "id" not in facts.lessons:
        yield "lessons has no column id."
    elif rule(facts) is None:
        yield "Neither creator, status nor purchases of a lesson are known: nobody would read a row."
    if theirs:
        yield f"The school has {', '.join(theirs)} of its own; it is left alone."
    if facts.forced and not was_on_before(facts):
        yield "lessons has FORCE ROW LEVEL SECURITY, which would hold its owner too: set NO FORCE first."
    if facts.lessons and not facts.may_change:
        yield owner_needed("lessons", facts.owner, facts.role)
