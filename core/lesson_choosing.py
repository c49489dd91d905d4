"""Choosing the lesson that an upload is for: one that is there, or a new one."""

from collections.abc import Sequence

from core.access import Action, Person, Role, allows, check_could
from core.host_video import CourseChoices
from core.lesson import DRAFT
from core.lesson_editing import add
from core.lesson_form import Field
from core.ports import Services
from core.upload import LessonChoice

LONGEST_TITLE = 300
MOST = 100


def find_lessons(text: str, *, by: Person, services: Services, limit: int = 20) -> Sequence[LessonChoice]:
    """Lessons that the person may upload to and whose title contains the text, the likeliest first."""
    check_could(by, Action.UPLOAD)
    if not allows(by, Action.UPLOAD) and by.host_user_id is None:
        return []
    creator_id = None if allows(by, Action.UPLOAD) else by.host_user_id
    with services.uow("lessons.read") as tx:
        return tx.videos.find_lessons(text.strip(), creator_id=creator_id, limit=min(limit, MOST))


def find_courses(text: str, *, by: Person, services: Services, limit: int = MOST) -> CourseChoices:
    """Courses that the person may add a lesson to, by title: all for an admin, a teacher's own."""
    check_could(by, Action.UPLOAD)
    teacher_id = None if Role.ADMIN in by.roles else by.host_user_id
    with services.uow("courses.read") as tx:
        needed = tx.videos.needs_course()
        if teacher_id is None and Role.ADMIN not in by.roles:
            return CourseChoices(found=(), needed=needed)
        found = tx.videos.find_courses(text.strip(), teacher_id=teacher_id, limit=min(limit, MOST))
    return CourseChoices(found=found, needed=needed)


def new_lesson(title: str, *, course_id: str | None, by: Person, services: Services) -> str:
    """Add a lesson, a draft of the person's own; returns its id.

    Raises `InvalidInput` where the title is empty, the course is not there, is missing where the school wants
    one, or the school's table does not take the row, `NotAllowed` for a course of somebody else's.
    """
    given = {Field.TITLE: title, Field.COURSE: course_id or "", Field.STATUS: DRAFT}
    return add(given, by=by, services=services)
