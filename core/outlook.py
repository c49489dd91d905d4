"""Outlook: how long a batch takes yet, whether it stands still, and why. Pure."""

from dataclasses import dataclass
from datetime import datetime

from core.batch import Progress


def eta_s(progress: Progress, *, limit_per_s: float, tail_s: float) -> float | None:
    """Seconds until no item is alive; None when nothing can be said.

    The queue drains at the measured rate, never faster than the limit allows; while nothing has been
    measured yet the limit itself is the best guess. `tail_s` is what an item took, at the median, from its
    POST to its end: the last one still has that before it.
    """
    if not progress.alive:
        return 0.0
    if mux_silent_since(progress):
        return None
    if not progress.to_post:
        return None if progress.idle_s > 2 * tail_s else tail_s  # overdue: nobody knows how long yet
    rate = _rate_per_s(progress, limit_per_s)
    return progress.to_post / rate + tail_s if rate > 0 else None


def _rate_per_s(progress: Progress, limit_per_s: float) -> float:
    if progress.first_post_at and not progress.posts_in_window:
        return 0.0  # they have stopped: the limit would promise what does not happen
    measured = progress.posts_in_window / progress.window_s
    if progress.posts_in_window < 3:
        return limit_per_s
    return min(measured, limit_per_s) if limit_per_s > 0 else measured


SILENT_POSTS = 3
"""So many POSTs without an answer, one after another, are more than bad luck with one of them."""


def mux_silent_since(progress: Progress) -> datetime | None:
    """Since when Mux answers nothing, neither what is sent to it nor what it is asked; None while it does."""
    silent = progress.alive and progress.unanswered >= min(SILENT_POSTS, progress.alive)
    return progress.unanswered_since if silent else None


STALLED_S = 90.0


def is_stalled(progress: Progress, *, limit_per_s: float, tail_s: float) -> bool:
    """Whether something is alive and has not come further for longer than can be explained.

    `tail_s` is how long one item takes where that is what is waited for, else 0.
    """
    gap_s = 1 / limit_per_s if limit_per_s > 0 else 0.0
    return progress.alive > 0 and progress.idle_s > max(STALLED_S, 3 * gap_s, 3 * tail_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdup:
    """What a batch that stands still waits for; `reason` is the one most of its items give."""

    worker_runs: bool
    reason: str | None

    def sentence(self, progress: Progress) -> str:
        """Why nothing moves and what to do, as far as it can be known."""
        if not self.worker_runs:
            return "No worker is running: start worker.py."
        if self.reason:
            return self.reason
        if progress.to_post:
            return "The next videos are being sent to Mux or wait for their turn."
        return "Mux has not said that its copies are ready; the sweep asks for them."
