"""What the worker does by the clock."""

import logging

from procrastinate import App, JobContext, exceptions
from procrastinate.jobs import Job as Row
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from core.queues import MAIN, lock_of
from core.records import Job

log = logging.getLogger("lectern.jobs")

STALLED_S = 10.0
"""A worker that gave no sign of life for so long is dead; its jobs are run by others."""

EVERY: dict[Job, str] = {
    Job.SWEEP: "* * * * * */15",
    Job.RECONCILE: "17 */6 * * *",
    Job.FORGET: "7 4 * * *",
    Job.SYNC_FIGURES: "23 * * * *",
    Job.SYNC_USAGE: "33 * * * *",
    Job.DIGEST: "41 * * * *",
    Job.BUDGETS: "53 * * * *",
}
"""Cron expressions in UTC; a sixth field counts seconds."""

FAILED_KEPT_H = 24 * 7
HIGH = 50


def register(app: App) -> None:
    """Add the clock's jobs. Every worker's clock enqueues them; the queue takes each period's job once."""
    for job, cron in EVERY.items():
        timed = app.periodic(cron=cron, queueing_lock=job.value, lock=lock_of(job), queue=MAIN)
        timed(app.tasks[job.value])
    for name, cron, run in (
        ("retry_stalled", "* * * * * */5", retry_stalled),
        ("forget_failed", "41 3 * * *", forget_failed),
    ):
        add = app.task(name=name, queue=MAIN, priority=HIGH, queueing_lock=name, pass_context=True)
        app.periodic(cron=cron)(add(run))


async def retry_stalled(context: JobContext, **_timing: int) -> None:
    """Give the jobs of dead workers to the living. Every job is safe to run twice."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_S):
        try:
            await _revive(manager, job)
        except exceptions.ConnectorException:
            log.info("%s ended or was taken at this very moment", job.task_name)
        else:
            log.warning("%s %s is run again: its worker died", job.task_name, job.task_kwargs)


async def _revive(manager: JobManager, job: Row) -> None:
    try:
        await manager.retry_job(job)
    except exceptions.UniqueViolation:
        # One with the same key waits already, perhaps for this one's lock.
        await manager.finish_job(job, Status.ABORTED, delete_job=True)


async def forget_failed(context: JobContext, **_timing: int) -> None:
    """Failed jobs are kept for a while for whoever wants to know why."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=FAILED_KEPT_H, include_failed=True, include_cancelled=True, include_aborted=True
    )
