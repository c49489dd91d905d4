"""Telling the school: its table `video_analytics` follows the figures of its lessons.

A batch of lessons is one transaction. What is to be told is written with the figures that changed, so that a
killed run loses nothing, and a school whose table comes later is told everything then.
"""

from core.ports import Services
from core.school_figures import school_figures

BATCH = 500


def tell_school(*, services: Services) -> int:
    """Tell the school what changed; returns how many of its rows are new or say something else."""
    told = 0
    while (written := _batch(services)) is not None:
        told += written
    return told


def _batch(services: Services) -> int | None:
    with services.uow("figures.school") as tx:
        lessons = tx.figures.news(limit=BATCH)
        if not lessons:
            return None
        rows = [school_figures(sums) for sums in tx.figures.sums(lessons)]
        written = tx.figures.tell(rows, at=services.clock())
        tx.commit()
    return written
