"""What the files that are picked now are for: kept in the session, named to the browser by a word alone."""

import hashlib
from dataclasses import dataclass, field
from pathlib import PurePath

import streamlit as st

from core import uploading
from core.access import Person
from core.lesson_choosing import LONGEST_TITLE
from core.upload import UploadOptions
from dashboard.services import services
from dashboard.state import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A lesson, or a new one of a course: under this title, or with none under each file's name."""

    lesson_id: str | None
    title: str = ""
    course_id: str | None = None
    options: UploadOptions = field(default_factory=UploadOptions)

    @property
    def word(self) -> str:
        """What the browser calls it; a file keeps its goal while others are chosen for later ones."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


@dataclass(slots=True)
class Goals:
    """All goals of this session, and the lessons that were made for them."""

    by_word: dict[str, Goal] = field(default_factory=dict)
    made: dict[tuple[str, str], str] = field(default_factory=dict)


def remember(goal: Goal) -> str:
    """Keep it for the files that name its word."""
    _goals().by_word[goal.word] = goal
    return goal.word


def find(word: str) -> Goal | None:
    return _goals().by_word.get(word)


def lesson_of(goal: Goal, *, file: str, name: str, by: Person) -> str:
    """The lesson's id; a new one is made once, however often a file of it is tried."""
    if goal.lesson_id is not None:
        return goal.lesson_id
    made, which = _goals().made, (goal.word, "" if goal.title else file)
    if which not in made:
        title = goal.title or PurePath(name).stem[:LONGEST_TITLE]
        made[which] = uploading.new_lesson(title, course_id=goal.course_id, by=by, services=services())
    return made[which]


def _goals() -> Goals:
    goals: Goals = st.session_state.setdefault(Key.UPLOAD_GOALS, Goals())
    return goals
