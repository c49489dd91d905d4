"""The status trigger on `lessons`: whoever listens learns at once that a lesson's video is ready."""

from collections.abc import Iterator

from core.columntype import holds
from core.profile import Assessed, Change, Notice, Profile, is_ours, state_of
from core.profile_found import Notifier, ProfileFacts
from core.schema_obstacle import create_needed, owner_needed
from core.statement import Kind

NAME = "on_video_status_change"
"""Of the function and of the trigger, as the school's own plans call them."""

COLUMN = "video_status"
TEXTS = frozenset({"text", "character varying"})


def notice(facts: ProfileFacts) -> Notice:
    """A call of the school's `notify_lesson_ready` where one fits, the plainest first; else a NOTIFY."""
    calls = sorted((c for one in facts.notifiers if (c := _call(one, facts))), key=lambda c: (len(c), c))
    return Notice(types=calls[0]) if calls else Notice()


def _call(notifier: Notifier, facts: ProfileFacts) -> tuple[str, ...]:
    """Types of the arguments to hand over; empty where it takes something else."""
    given = notifier.types[: max(notifier.required, 1)]
    if not 1 <= len(given) <= 2 or len(given) < notifier.required or "id" not in facts.lessons:
        return ()
    takes_id = given[0] in TEXTS or holds(facts.lessons["id"].base_type, given[0])
    return given if takes_id and all(type in TEXTS for type in given[1:]) else ()


def assess(facts: ProfileFacts) -> Assessed:
    """How the profile stands, and what switching it takes."""
    on, off = tuple(_on(facts)), tuple(_off(facts))
    theirs = _theirs(facts)
    return Assessed(
        profile=Profile.STATUS_TRIGGER,
        state=state_of(on=on, off=off, theirs=bool(theirs), possible=_possible(facts)),
        does=f"When a lesson's {COLUMN} becomes ready, {_does(facts)}",
        notes=tuple(_notes(facts)),
        obstacles=tuple(_obstacles(facts, theirs)),
        on=on,
        off=off,
    )


def _does(facts: ProfileFacts) -> str:
    types = notice(facts).types
    if types:
        return f"{facts.schema}.notify_lesson_ready({', '.join(types)}) is called with it."
    return "a NOTIFY on the channel lesson_ready tells its id and status."


def _possible(facts: ProfileFacts) -> bool:
    return {"id", COLUMN} <= facts.lessons.keys()


def _function_is_ours(facts: ProfileFacts) -> bool:
    return facts.function is not None and is_ours(facts.function.mark)


def _trigger_is_ours(facts: ProfileFacts) -> bool:
    return facts.trigger is not None and facts.trigger.calls_function and _function_is_ours(facts)


def _theirs(facts: ProfileFacts) -> list[str]:
    function = [f"function {NAME}"] if facts.function and not _function_is_ours(facts) else []
    trigger = [f"trigger {NAME}"] if facts.trigger and not _trigger_is_ours(facts) else []
    return [*function, *trigger]


def _on(facts: ProfileFacts) -> Iterator[Change]:
    wanted, function = notice(facts), facts.function
    if not _possible(facts):
        return
    if function is None or function.mark != wanted.mark or not function.intact:
        sentence = "Say what happens. Nothing is locked."
        yield Change(kind=Kind.CREATE_FUNCTION, name=NAME, description=sentence, notice=wanted)
    if facts.trigger is None or not facts.trigger.fits:
        sentence = (
            f"From here on it happens, on each insert and each update of {COLUMN}. Writes wait for "
            "milliseconds; gives way at once to whoever is using it."
        )
        yield Change(kind=Kind.CREATE_TRIGGER, name=NAME, description=sentence)


def _off(facts: ProfileFacts) -> Iterator[Change]:
    if _trigger_is_ours(facts):
        sentence = "Locks lessons for milliseconds; gives way at once to whoever is using it."
        yield Change(kind=Kind.DROP_TRIGGER, name=NAME, description=f"Drop the trigger. {sentence}")
    if _function_is_ours(facts):
        yield Change(kind=Kind.DROP_FUNCTION, name=NAME, description="Drop its function. Nothing is locked.")


def _notes(facts: ProfileFacts) -> Iterator[str]:
    if not notice(facts).types and facts.notifiers:
        there = ", ".join(one.signature for one in facts.notifiers)
        yield f"The school's {there} does not take a lesson's id and status: it is not called."
    yield "A notice that fails is a warning in the database's log; the lesson is written all the same."


def _obstacles(facts: ProfileFacts, theirs: list[str]) -> Iterator[str]:
    if not facts.lessons:
        yield f"The schema {facts.schema} has no table lessons."
    elif not _possible(facts):
        yield f"lessons has no {COLUMN} yet; apply the pending changes first."
    if theirs:
        yield f"The school has its own {' and '.join(theirs)}; it is left alone."
    if facts.lessons and not facts.may_change:
        yield owner_needed("lessons", facts.owner, facts.role)
    if facts.lessons and not facts.may_create:
        yield create_needed(facts.schema, facts.role)
