"""Joining: what Mux and the platform count of a lesson's day becomes one figure, each time either changes."""

from collections.abc import Sequence
from datetime import date
from itertools import islice

from core.lesson_day_joint import LessonAndDay, joint
from core.period import day_of
from core.ports import Services, Tx

CHUNK = 2_000


def join(wanted: Sequence[LessonAndDay], *, tx: Tx) -> None:
    """Make these days of lessons anew, in the caller's transaction."""
    left = iter(wanted)
    while chunk := list(islice(left, CHUNK)):
        found = [(sides, joint(sides)) for sides in tx.figures.sides(chunk)]
        tx.figures.put_lessons([row for _, row in found if row])
        tx.figures.drop_lessons([(sides.lesson_id, sides.day) for sides, row in found if row is None])


def join_day(day: date, *, tx: Tx) -> None:
    """Make one day of all lessons anew, in the caller's transaction."""
    join([(lesson_id, day) for lesson_id in tx.figures.lessons_of(day)], tx=tx)


def note_assets(*, services: Services) -> None:
    """Keep which asset is whose at this moment, and join anew what that changes."""
    zone = services.settings.school_timezone
    with services.uow("figures.assets") as tx:
        changed = tx.figures.note_assets(today=day_of(services.clock(), zone), zone=zone)
        for chunk in tx.figures.days_of(changed):
            join(chunk, tx=tx)
        tx.commit()
