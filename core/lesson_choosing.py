"""Choosing the lesson that an upload is for: one that is there, or a new one."""

from collections.abc import Sequence

from core.access import Action, Person, Role, allows, check_could
from core.errors import InvalidInput, NotAllowed
from core.host_video import CourseChoices
from core.ports import Services, Tx
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
    check_could(by, Action.UPLOAD)
    if not (title := title.strip()):
        raise InvalidInput("The lesson has no title.", hint="Give it one.")
    if len(title) > LONGEST_TITLE:
        raise InvalidInput(f"A title has at most {LONGEST_TITLE} characters.", hint="Shorten it.")
    with services.uow("lesson.new") as tx:
        _check_course(tx, course_id, by)
        facts = {"title": title, "course_id": course_id, "creator_id": by.host_user_id, "status": "draft"}
        lesson_id = tx.host.insert("lessons", facts, fill=("description", "created_at", "updated_at"))
        tx.audit(by, "add lesson", f"lesson {lesson_id}", after={"title": title, "course_id": course_id})
        tx.commit()
    return lesson_id


def _check_course(tx: Tx, course_id: str | None, by: Person) -> None:
    """A teacher adds to their own courses; and what nobody could upload to afterwards is not added."""
    is_admin = Role.ADMIN in by.roles
    if not is_admin and by.host_user_id is None:
        raise NotAllowed(
            "The school does not know you, so the lesson would be nobody's.", hint="Ask an admin."
        )
    if course_id is None:
        if tx.videos.needs_course():
            raise InvalidInput("Every lesson of this school belongs to a course.", hint="Choose its course.")
        return
    course = tx.videos.course(course_id)
    if course is None:
        raise InvalidInput(f"There is no course {course_id}.", hint="Choose one from the list.")
    if not is_admin and course.teacher_id != by.host_user_id:
        raise NotAllowed("This course is somebody else's.", hint="Ask an admin, or choose one of your own.")
