"""One job: its step runs in a thread, and what becomes of a failure."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from procrastinate import App, JobContext, exceptions

from core.batch import Retry
from core.errors import AppError, RateLimited
from core.jobs.steps import BEGUN_ONCE, LAST_RESORT, STEPS, Step
from core.pace import Stopped
from core.queues import queue_of
from core.records import Job

log = logging.getLogger("lectern.jobs")

BACKOFF = Retry(attempts=8, first_s=1.0, most_s=120.0)
"""After the last try a job is given up. Where the cause may pass, the sweep starts the item's step anew."""

TRIES = "tries"
"""The argument in which a job carries how often it has failed."""


def register(app: App) -> None:
    """Add a task for every job, under the job's own name."""
    for job, step in STEPS.items():
        app.task(name=job.value, queue=queue_of(job), pass_context=True)(_task_of(step))


def _task_of(step: Step) -> Callable[..., Awaitable[None]]:
    async def run(context: JobContext, **args: Any) -> None:
        args.pop("timestamp", None)  # the clock gives it to periodic jobs; no step wants it
        await _run(step, context, args, tries=args.pop(TRIES, 0) + 1)

    return run


async def _run(step: Step, context: JobContext, args: dict[str, Any], *, tries: int) -> None:
    services, threads = context.additional_context["services"], context.additional_context["threads"]
    try:
        await _in_thread(threads, partial(step, services=services, **args))
    except Stopped:
        await _again(context, 0.0, {**args, TRIES: tries - 1})  # for another worker, or the next one
    except Exception as error:
        words = _log(context.job.task_name, error)
        delay_s = retry_in_s(error, tries)
        if delay_s is None:
            await _give_up(context, args, error, words)
            raise
        await _again(context, delay_s, {**args, TRIES: tries})


async def _in_thread(threads: Executor, call: partial[object]) -> None:
    await asyncio.get_running_loop().run_in_executor(threads, call)


def retry_in_s(error: Exception, tries: int) -> float | None:
    """Seconds until what may pass by itself is tried again; None: give up."""
    if isinstance(error, AppError) and not _may_pass(error):
        return None
    delay_s = BACKOFF.delay_s(tries, jitter=random.random())
    if delay_s is not None and isinstance(error, RateLimited) and error.retry_after_s:
        return max(delay_s, error.retry_after_s)
    return delay_s


def _may_pass(error: Exception) -> bool:
    """By itself, or once somebody has put the credentials right."""
    return isinstance(error, AppError) and (error.retryable or error.account_wide)


async def _again(context: JobContext, delay_s: float, args: dict[str, Any]) -> None:
    """A new job takes the failed one's place. (The queue's own retry would put the old one back, and fail
    for good where a job with the same key has come to wait meanwhile.)"""
    at = datetime.now(UTC) + timedelta(seconds=delay_s)
    row = context.job.evolve(id=None, status=None, scheduled_at=at, task_kwargs=args)
    try:
        await context.app.job_manager.defer_job_async(row)
    except exceptions.AlreadyEnqueued:
        log.info("%s waits already", context.job.task_name)


async def _give_up(context: JobContext, args: dict[str, Any], error: Exception, words: str) -> None:
    """Say at the job's item why it failed. What may pass by itself is left to the sweep, where it can."""
    job = Job(context.job.task_name)
    last_resort = LAST_RESORT.get(job)
    if last_resort is None or (_may_pass(error) and job not in BEGUN_ONCE):
        return
    services, threads = context.additional_context["services"], context.additional_context["threads"]
    try:
        await _in_thread(threads, partial(last_resort, services=services, reason=words, **args))
    except Exception as other:
        _log(f"giving up {context.job.task_name}", other)


def _log(name: str, error: Exception) -> str:
    """One line for what we know; for a bug its traceback, under an id to find it by. Returns the words."""
    if isinstance(error, AppError):
        log.warning("%s: %s", name, error.sentence)
        return error.sentence
    error_id = uuid4().hex[:8]
    log.error("%s failed unexpectedly (%s)", name, error_id, exc_info=error)
    return f"A mistake in Lectern; report this number: {error_id}. Retry once more first."
