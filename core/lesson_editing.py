"""Editing: a lesson is made and changed by the same form, and nobody's change is lost to another's."""

from collections.abc import Mapping
from typing import Any

from core.access import Action, Person, Role, allows, check_could, could
from core.admitting import admit, admit_to_course
from core.errors import InvalidInput, NotAllowed, NotFound, StaleState
from core.lesson_form import NAMES, NEW, Field, LessonRow, LessonSheet, Values, changed, facts, problems, tidy
from core.ports import Services, Tx
from core.records import AuditRow

EDITED = ("edit lesson", "add lesson")
FILLED = ("description", "position", "created_at", "updated_at")
"""Columns that get an empty value where the school wants one and gives none."""

FIELDS_AT_ONCE = 50


def may_add(by: Person) -> bool:
    """Whether to offer it: what nobody could edit afterwards is not added."""
    return could(by, Action.EDIT_LESSON) and (Role.ADMIN in by.roles or by.host_user_id is not None)


def new_sheet(*, by: Person, services: Services) -> LessonSheet:
    """The form of a new lesson, for whoever may add one to any course. Raises `NotAllowed`."""
    check_could(by, Action.EDIT_LESSON)
    with services.uow("lesson.new.read") as tx:
        _check_somebodys(by)
        row = tx.host.lesson_columns()
        needed = Field.COURSE in row.values and tx.videos.needs_course()
    values = {name: NEW[name] for name in row.values}
    return LessonSheet(row=LessonRow(values=values, longest=row.longest), may_edit=True, needs_course=needed)


def sheet(lesson_id: str, *, by: Person, services: Services) -> LessonSheet:
    """The lesson as it is now, for whoever may see it. Raises `NotFound`, `NotAllowed`."""
    with services.uow("lesson.read") as tx:
        ties = admit(by, Action.SEE_LESSON, lesson_id, tx=tx)
        row = _there(tx.host.lesson(lesson_id), lesson_id)
        course = tx.videos.course(row.values.get(Field.COURSE, ""))
        edit = _last_edit(tx, lesson_id)
        needed = Field.COURSE in row.values and tx.videos.needs_course()
    return LessonSheet(
        row=row,
        may_edit=allows(by, Action.EDIT_LESSON, ties=ties.of(by.host_user_id)),
        needs_course=needed,
        course=course.title if course else "",
        edited_by=edit.actor if edit else "",
        edited_at=edit.at if edit else None,
    )


def add(values: Values, *, by: Person, services: Services) -> str:
    """Make a lesson of the person's own; returns its id.

    Raises `InvalidInput` for values that no lesson may have, or that the school's table does not take, and
    `NotAllowed` for a course of somebody else's.
    """
    check_could(by, Action.EDIT_LESSON)
    with services.uow("lesson.new") as tx:
        row, wanted = tx.host.lesson_columns(), tidy(values)
        _check_somebodys(by)
        _check(tx, {**NEW, **wanted}, row, by, course_is_new=True)
        given = {**facts(wanted), "creator_id": by.host_user_id}
        lesson_id = tx.host.insert("lessons", given, fill=FILLED)
        tx.audit(by, "add lesson", f"lesson {lesson_id}", after=_said(wanted))
        tx.commit()
    return lesson_id


def save(
    lesson_id: str, mine: Values, *, base: Values, by: Person, services: Services
) -> Mapping[Field, str]:
    """Write what `mine` changes of `base`, which is what the person had before them; returns the changes.

    Raises `StaleState`, and nothing is written, where anything of `base` stands otherwise by now; `NotFound`,
    `NotAllowed`, `InvalidInput` as `add` does.
    """
    with services.uow("lesson.edit") as tx:
        admit(by, Action.EDIT_LESSON, lesson_id, tx=tx)
        now = _there(tx.host.lesson(lesson_id, lock=True), lesson_id)
        if theirs := changed(base, now.values):
            raise _overtaken(theirs)
        wanted = changed(now.values, tidy(mine))
        if wanted:
            _check(tx, {**now.values, **wanted}, now, by, course_is_new=Field.COURSE in wanted)
            tx.host.edit_lesson(lesson_id, facts(wanted))
            before = {name: now.values[name] for name in wanted}
            tx.audit(by, "edit lesson", f"lesson {lesson_id}", before=_said(before), after=_said(wanted))
            tx.commit()
    return wanted


def _there(row: LessonRow | None, lesson_id: str) -> LessonRow:
    if row is None:
        raise NotFound(f"There is no lesson {lesson_id}.", hint="Look at its id.")
    return row


def _last_edit(tx: Tx, lesson_id: str) -> AuditRow | None:
    found = tx.audits.newest(limit=FIELDS_AT_ONCE, subject=f"lesson {lesson_id}")
    return next((one for one in found if one.action in EDITED), None)


def _overtaken(theirs: Mapping[Field, str]) -> StaleState:
    named = ", ".join(NAMES[name] for name in theirs)
    return StaleState(
        f"Somebody changed this lesson since you opened it ({named}). Nothing was saved.",
        hint="Look at both, and choose what stays.",
    )


def _said(values: Values) -> dict[str, Any]:
    return {name.value: value for name, value in values.items()}


def _check(tx: Tx, values: Values, row: LessonRow, by: Person, *, course_is_new: bool) -> None:
    needed = course_is_new and Field.COURSE in row.values and tx.videos.needs_course()
    if wrong := problems(values, row, needs_course=needed):
        raise InvalidInput(" ".join(wrong.values()), hint="")
    if course_is_new and (course_id := values.get(Field.COURSE)):
        admit_to_course(by, course_id, tx=tx)


def _check_somebodys(by: Person) -> None:
    if not may_add(by):
        raise NotAllowed(
            "The school does not know you, so the lesson would be nobody's.", hint="Ask an admin."
        )
