"""What changed when a lesson moved to Mux, and since when it plays another copy, in words."""

from core.retention_looking import LessonViewing
from dashboard import formats
from dashboard.analytics import terms as words
from dashboard.retention import terms


def changed(seen: LessonViewing) -> str:
    """What is watched on a day before the move and after it, as a sentence behind others; "" where the period
    has too few days of either."""
    if seen.move is None:
        return ""
    before, after = seen.move.before, seen.move.after
    return (
        f" On a day of this period it had {_views(before.views)} views before that day and "
        f"{_views(after.views)} after it; {words.watched(before.watch_ms)} and "
        f"{words.watched(after.watch_ms)} were watched."
    )


def replaced(seen: LessonViewing) -> str:
    """From when on it played another copy, as a sentence behind others."""
    days = ", ".join(terms.moved(day) for day in seen.replaced_on if day in seen.days)
    return f" Dotted: another copy at Mux from {days} on." if days else ""


def _views(mean: float) -> str:
    """No finer: what a single day had is not to be worked out.

    >>> _views(12.4), _views(0.7)
    ('12', 'fewer than one')
    """
    return formats.number(round(mean)) if mean >= 1 else "fewer than one"
