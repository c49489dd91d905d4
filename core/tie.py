"""How a person is tied to a lesson, from what the school's rows say about both; or to a batch."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Tie(StrEnum):
    """What makes a lesson, or a batch, somebody's business, whatever their roles."""

    CREATOR = "its creator"
    TEACHER = "the teacher of its course"
    BUYER = "whoever bought it"
    LEARNER = "whoever is enrolled in its course"
    PUBLISHED = "anyone, once it is published"
    PUBLIC = "anyone, once it is published and its video is public"
    STARTER = "whoever started it"
    """Of a batch; the others are ties to a lesson."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonTies:
    """What the school's rows say about one lesson and one person.

    `left_out` names the tables and columns (`purchases`, `courses.teacher_id`) that the school does not have,
    and whose clauses therefore count for nobody.
    """

    lesson_id: str
    creator_id: str | None = None
    teacher_id: str | None = None
    is_published: bool = False
    is_public: bool = False
    has_bought: bool = False
    is_enrolled: bool = False
    left_out: tuple[str, ...] = ()

    def of(self, person_id: str | None) -> frozenset[Tie]:
        """The ties of the person with this host id; None is a stranger, who has those of anyone."""
        return frozenset(self._found(person_id))

    def _found(self, person_id: str | None) -> Iterator[Tie]:
        if person_id is not None:
            yield from self._own(person_id)
        if self.is_published:
            yield Tie.PUBLISHED
        if self.is_published and self.is_public:
            yield Tie.PUBLIC

    def _own(self, person_id: str) -> Iterator[Tie]:
        if self.creator_id == person_id:
            yield Tie.CREATOR
        if self.teacher_id == person_id:
            yield Tie.TEACHER
        if self.has_bought:
            yield Tie.BUYER
        if self.is_enrolled:
            yield Tie.LEARNER
