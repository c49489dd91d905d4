"""Arranging: what lies beside a lesson, put in order, named anew, and taken away."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from uuid import UUID

from core.access import Action, Person, check
from core.admitting import admit
from core.errors import AppError, InvalidInput, NotAllowed, NotFound
from core.ports import Services, Tx
from core.resource import Resource, is_chapters
from core.storable import one_line

LONGEST_NAME = 255
OPENS_FOR_S = 3600.0
GONE = "This resource is not there any more."


def beside(lesson_id: str, *, by: Person, services: Services) -> Sequence[Resource]:
    """What lies beside the lesson, in its order, for whoever sees its page; whoever may play it gets
    addresses that open each for a while. Raises `NotFound`, `NotAllowed`."""
    check(by, Action.SEE_LIBRARY)
    with services.uow("lesson.resources.read") as tx:
        admit(by, Action.SEE_LESSON, lesson_id, tx=tx)
        found, may_open = tx.uploads.resources(lesson_id), _may_open(tx, by, lesson_id)
    return [_opening(one, services) for one in found] if may_open else found


def _opening(one: Resource, services: Services) -> Resource:
    """An S3 that signs nothing keeps nobody from reading the list."""
    try:
        return replace(one, url=services.store.presign(one.location, lifetime_s=OPENS_FOR_S))
    except AppError:
        return one


def move(lesson_id: str, resource_id: UUID, *, places: int, by: Person, services: Services) -> None:
    """Move it so many places down the list, up where that is negative, as far as there are any.

    Raises `NotFound`, `NotAllowed`.
    """
    with services.uow("lesson.resources.arrange") as tx:
        admit(by, Action.EDIT_LESSON, lesson_id, tx=tx)
        order = list(tx.lessons.resource_ids(lesson_id))
        if resource_id not in order:
            raise _gone()
        now = order.index(resource_id)
        order.insert(min(max(0, now + places), len(order) - 1), order.pop(now))
        tx.lessons.arrange(lesson_id, order)
        tx.commit()


def rename(lesson_id: str, resource_id: UUID, name: str, *, by: Person, services: Services) -> None:
    """Give it another name; its ending stays. Raises `InvalidInput`, `NotFound`, `NotAllowed`."""
    with services.uow("lesson.resources.rename") as tx:
        admit(by, Action.EDIT_LESSON, lesson_id, tx=tx)
        was = _held(tx, lesson_id, resource_id)
        plain = _named(name, was)
        if plain != was.name:
            tx.lessons.rename(lesson_id, resource_id, plain)
            before, after = {"name": was.name}, {"name": plain}
            tx.audit(by, "rename resource", f"lesson {lesson_id}", before=before, after=after)
            tx.commit()


def remove(lesson_id: str, resource_id: UUID, *, by: Person, services: Services) -> None:
    """Take it from the lesson; the file stays in S3. Raises `NotFound`, `NotAllowed`."""
    with services.uow("lesson.resources.remove") as tx:
        admit(by, Action.EDIT_LESSON, lesson_id, tx=tx)
        was = _held(tx, lesson_id, resource_id)
        tx.lessons.remove(lesson_id, resource_id)
        before = {"resource": was.name, "file": str(was.location)}
        tx.audit(by, "remove resource", f"lesson {lesson_id}", before=before)
        tx.commit()


def _held(tx: Tx, lesson_id: str, resource_id: UUID) -> Resource:
    """Locked, with all the lesson's."""
    tx.lessons.resource_ids(lesson_id)
    found = next((one for one in tx.uploads.resources(lesson_id) if one.id == resource_id), None)
    if found is None:
        raise _gone()
    return found


def _named(name: str, was: Resource) -> str:
    plain, ending = one_line(name), PurePath(was.name).suffix
    if not plain.lower().endswith(ending.lower()):
        plain = f"{plain}{ending}"
    if plain.lower() == ending.lower():
        raise InvalidInput("The resource has no name.", hint="Give it one.")
    if len(plain) > LONGEST_NAME:
        raise InvalidInput(f"A name has at most {LONGEST_NAME} characters.", hint="Shorten it.")
    if is_chapters(plain) != is_chapters(was.name):
        meant = "chapters" if is_chapters(plain) else "captions"
        raise InvalidInput(f"Under this name the file would count as {meant}.", hint="Choose another name.")
    return plain


def _may_open(tx: Tx, by: Person, lesson_id: str) -> bool:
    try:
        admit(by, Action.PLAY, lesson_id, tx=tx)
    except NotAllowed:
        return False
    return True


def _gone() -> NotFound:
    return NotFound(GONE, hint="Somebody may have removed it meanwhile.")
