"""Where a batch stands, for scripts and for people."""

from typing import Any

from commands.session import OK, PAUSED, SOME_FAILED, TIMEOUT
from commands.text import length, sentence
from core.batch import BatchState
from core.migrating import Status


def exit_code(found: Status) -> int:
    """How a wait ended: 0 all done, 4 some failed or cancelled, 5 paused, 6 still running."""
    if found.batch.state is BatchState.RUNNING:
        return TIMEOUT
    if found.batch.state is BatchState.PAUSED:
        return PAUSED
    return SOME_FAILED if found.progress.failed or found.batch.state is BatchState.CANCELLED else OK


def status_json(found: Status) -> dict[str, Any]:
    """What scripts may rely on."""
    return {
        "batch_id": found.batch.id,
        "name": found.batch.name,
        "state": found.batch.state,
        "counts": found.progress.counts,
        "done": found.progress.done,
        "failed": found.progress.failed,
        "total": found.progress.total,
        "eta_s": found.eta_s,
        "rate_per_s": found.rate_per_s,
        "limit_per_s": found.limit_per_s,
        "pause_reason": found.batch.pause_reason,
        "troubles": found.troubles,
        "skipped": found.skips,
    }


def status_text(found: Status) -> str:
    progress, batch = found.progress, found.batch
    left = "" if not found.eta_s else f", about {length(found.eta_s)} left"
    lines = [
        f"Batch {batch.id} “{batch.name}” is {batch.state}: "
        f"{progress.done:,} of {progress.total:,} on Mux{left}.",
        sentence(progress.counts),
    ]
    lines += [
        f"Failed, {trouble.replace('_', ' ')}: {number:,}" for trouble, number in found.troubles.items()
    ]
    return "\n".join([*lines, *([batch.pause_reason] if batch.pause_reason else [])])
