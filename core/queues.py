"""How each kind of job queues: where, before which others, and beside which not."""

from collections.abc import Mapping
from typing import Any

from core.records import Job

POST = "post"
"""The queue of jobs that wait for Mux's slowest limit. They have their own places in a worker, so that
nothing else waits behind them."""

MAIN = "main"

ONE_AT_A_TIME = frozenset(
    {
        Job.SCAN,
        Job.PROBE,
        Job.FIND_LOST,
        Job.SWEEP,
        Job.RECONCILE,
        Job.FORGET,
        Job.SYNC_FIGURES,
        Job.SYNC_USAGE,
        Job.DIGEST,
        Job.BUDGETS,
        Job.WRITE_BACK,
        Job.APPLY_SCHEMA,
        Job.UNDO_SCHEMA,
        Job.CORRECT_LESSONS,
        Job.SWITCH_PROFILE,
    }
)
"""Two of these at once would do the same work twice."""

PRIORITIES: Mapping[Job, int] = {
    Job.UNDO: 30,
    Job.ROLL_BACK: 30,  # somebody pressed a button and waits
    Job.APPLY_SCHEMA: 25,
    Job.UNDO_SCHEMA: 25,
    Job.SWITCH_PROFILE: 25,
    Job.CHECK_UPLOAD: 20,  # somebody has just uploaded it and looks on
    Job.SEND_UPLOAD: 20,
    Job.TRACK: 15,  # somebody has just wanted them
    Job.TRACK_AT_MUX: 15,  # first finish what is begun: the copy that it belongs to is at Mux
    Job.RENDITION: 15,
    Job.THUMBNAIL: 15,
    Job.HEATMAP: 15,
    Job.SCAN: 20,
    Job.FEED: 10,
    Job.VERIFY: 8,  # first finish what is begun
    Job.INGEST: 6,
    Job.PROBE: -10,
}
"""Higher goes first; 0 where nothing is said."""


def queue_of(job: Job) -> str:
    """Submitting has a queue of its own, so that waiting for Mux's pace holds nothing else up."""
    return POST if job in (Job.SUBMIT, Job.CHANGE_AT_MUX, Job.TRACK_AT_MUX) else MAIN


def lock_of(job: Job, args: Mapping[str, Any] | None = None) -> str | None:
    """What this job must have for itself. A push takes minutes: nobody may take its item for silent."""
    if job in (Job.SUBMIT, Job.CHANGE, Job.CHANGE_AT_MUX) and args:
        return f"item:{args['item_id']}"
    if job is Job.HEATMAP and args:
        return f"heatmap:{args['asset_id']}"
    if job is Job.TELL_BUDGET and args:
        return f"budget:{args['alert_id']}"
    return job.value if job in ONE_AT_A_TIME else None
