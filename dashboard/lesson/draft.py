"""What somebody typed and has not saved: kept in the session by person and lesson, whatever page is open."""

from dataclasses import dataclass, field
from datetime import datetime

import streamlit as st

from core.access import Person
from core.lesson_form import Field, LessonSheet, changed, joined
from dashboard.state import Key


@dataclass(slots=True)
class Draft:
    """`base` is what stood there when the person began. Callbacks change it in place."""

    base: dict[Field, str] = field(default_factory=dict)
    mine: dict[Field, str] = field(default_factory=dict)
    keep: set[Field] = field(default_factory=set)
    """Fields whose clash was decided for mine."""
    decided: set[Field] = field(default_factory=set)
    edited_at: datetime | None = None
    """Of the last edit that `base` knows."""
    tried: bool = False
    """Somebody pressed save: from then on every field says what is wrong with it."""

    @property
    def changes(self) -> dict[Field, str]:
        return changed(self.base, self.mine)

    def follow(self, sheet: LessonSheet) -> None:
        """Take what stands there now as the start."""
        self.base, self.mine = dict(sheet.row.values), dict(sheet.row.values)
        self.edited_at, self.tried = sheet.edited_at, False
        self.keep.clear()
        self.decided.clear()

    def join(self, sheet: LessonSheet) -> None:
        """Go on from what stands there now, with mine where that was decided or nobody else changed it."""
        mine = joined(self.base, self.mine, sheet.row.values, keep=self.keep)
        self.follow(sheet)
        self.mine = mine


def of(person: Person, lesson_id: str, sheet: LessonSheet) -> Draft:
    """The draft of this person; one without changes follows what stands there now."""
    drafts: dict[tuple[str, str], Draft] = st.session_state.setdefault(Key.LESSON_DRAFTS, {})
    mine = drafts.setdefault((person.subject, lesson_id), Draft())
    if not mine.changes:
        tried = mine.tried
        mine.follow(sheet)
        mine.tried = tried
    return mine


def forget(person: Person, lesson_id: str) -> None:
    """What was typed is saved, or given up."""
    st.session_state.get(Key.LESSON_DRAFTS, {}).pop((person.subject, lesson_id), None)
