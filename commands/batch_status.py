"""Where a batch stands, for scripts and for people."""

from typing import Any

from commands.session import OK, PAUSED, SOME_FAILED, TIMEOUT
from commands.text import length, sentence
from core.batch import BatchState
from core.bulk import DONE
from core.migrating import Status


def exit_code(found: Status) -> int:
    """How a wait ended: 0 all done, 4 some failed or cancelled, 5 paused, 6 still running."""
    if found.batch.state in (BatchState.PLANNED, BatchState.RUNNING):
        return TIMEOUT
    if found.batch.state is BatchState.PAUSED:
        return PAUSED
    return SOME_FAILED if found.progress.failed or found.batch.state is BatchState.CANCELLED else OK


def status_json(found: Status) -> dict[str, Any]:
    """What scripts may rely on."""
    return {
        "batch_id": found.batch.id,
        "name": found.batch.name,
        "kind": found.batch.kind,
        "state": found.batch.state,
        "counts": found.progress.counts,
        "done": found.progress.done,
        "failed": found.progress.failed,
        "total": found.progress.total,
        "eta_s": found.eta_s,
        "stalled_since": found.stalled_since,
        "stall_reason": found.stall_reason,
        "awaits": found.awaits,
        "mux_silent_since": found.mux_silent_since,
        "rate_per_s": found.rate_per_s,
        "limit_per_s": found.limit_per_s,
        "pause_reason": found.batch.pause_reason,
        "hold_reason": found.batch.hold_reason,
        "troubles": found.troubles,
        "skipped": found.skips,
        "rolling_back": found.rolling_back,
        "not_rolled_back": found.not_rolled_back,
    }


def status_text(found: Status) -> str:
    """Where a batch stands, in a few lines for people."""
    progress, batch = found.progress, found.batch
    left = "" if not found.eta_s else f", about {length(found.eta_s)} left"
    lines = [
        f"Batch {batch.id} “{batch.name}” is {batch.state}: "
        f"{progress.done:,} of {progress.total:,} {DONE.get(batch.kind, 'on Mux')}{left}.",
        sentence(progress.counts),
    ]
    lines += [
        f"Failed, {trouble.replace('_', ' ')}: {number:,}" for trouble, number in found.troubles.items()
    ]
    lines += [
        f"Not rolled back, {trouble.replace('_', ' ')}: {number:,}"
        for trouble, number in found.not_rolled_back.items()
    ]
    if found.rolling_back:
        lines.append(f"Being rolled back: {found.rolling_back:,}")
    if found.mux_silent_since:
        lines.append(f"Mux has not answered since {found.mux_silent_since:%H:%M:%S}Z; Lectern keeps asking.")
    elif found.stalled_since:
        lines.append(f"Nothing has moved since {found.stalled_since:%H:%M:%S}Z: {found.stall_reason}")
    if found.awaits:
        lines.append(f"{found.awaits} That may take as long as the video does.")
    if batch.hold_reason:
        lines.append(f"Waiting, and trying again by itself: {batch.hold_reason}")
    return "\n".join([*lines, *([batch.pause_reason] if batch.pause_reason else [])])
