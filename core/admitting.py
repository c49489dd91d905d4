"""Admitting: may this person do this to this lesson? Pages, API and jobs ask here."""

from core.access import STRANGER, Action, Person, allows, check
from core.errors import InvalidInput, NotAllowed, NotFound
from core.host_video import Course
from core.ports import Tx
from core.tie import LessonTies


def admit(by: Person, action: Action, lesson_id: str, *, tx: Tx) -> LessonTies:
    """Let the person do it to the lesson; returns what was read about the two.

    Raises `NotFound` also to somebody who may neither see nor play the lesson: the answer does not tell that
    it is there. Raises `NotAllowed` to the others.
    """
    return admitted(by, action, lesson_id, tx.people.ties(lesson_id, by.host_user_id))


def admitted(by: Person | None, action: Action, lesson_id: str, found: LessonTies | None) -> LessonTies:
    """The same for ties that were read already; None asks as a stranger, whom the school does not know."""
    person = by or STRANGER
    ties = found.of(person.host_user_id) if found else frozenset()
    knows = any(allows(person, one, ties=ties) for one in (action, Action.PLAY, Action.SEE_LESSON))
    if found is None or not knows:
        raise NotFound(f"There is no lesson {lesson_id}.", hint="Look at its id.")
    check(person, action, ties=ties, left_out=found.left_out)
    return found


def admit_to_course(by: Person, course_id: str, *, tx: Tx) -> Course:
    """Let the person put lessons into the course: teachers into their own. Raises `InvalidInput` where there
    is no such course, `NotAllowed`."""
    course = tx.videos.course(course_id) if course_id else None
    if course is None:
        raise InvalidInput(f'There is no course "{course_id}".', hint="Choose one from the list.")
    if not allows(by, Action.EDIT_LESSON) and course.teacher_id != by.host_user_id:
        raise NotAllowed("This course is somebody else's.", hint="Ask an admin, or choose one of your own.")
    return course


def may_with_source(by: Person, action: Action, source_id: int, *, tx: Tx) -> bool:
    """Whether the person may do it to any lesson whose video this source is."""
    if allows(by, action):
        return True
    lessons = {row.row_id for row in tx.sources.rows_of(source_id) if row.table == "lessons"}
    found = (tx.people.ties(lesson_id, by.host_user_id) for lesson_id in sorted(lessons))
    return any(allows(by, action, ties=ties.of(by.host_user_id)) for ties in found if ties)
