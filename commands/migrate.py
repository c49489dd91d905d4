"""`cli.py migrate …`: plan, start, watch and steer batches."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import click

from commands.batch_status import exit_code, status_json, status_text
from commands.choosing import choice_options, migration_options, read_choice, read_options, with_course
from commands.session import Group, Session, pass_session
from commands.text import counted, length, sentence, size, table
from core import listing, migrating
from core.batch import BatchState
from core.errors import Unavailable
from core.migrating import Plan, Status
from core.plain import plain
from core.report import csv_lines

WATCH_EVERY_S = 1.0
UNDER_WAY = (BatchState.PLANNED, BatchState.RUNNING)
BATCH = click.argument("batch_id", metavar="BATCH", type=click.IntRange(1, 2**63 - 1))


@click.group(cls=Group)
def migrate() -> None:
    """Move videos from S3 to Mux in batches."""


@migrate.command()
@choice_options
@migration_options
@pass_session
def plan(
    session: Session, /, everything: bool, keys: tuple[str, ...], filters: tuple[str, ...], **said: Any
) -> None:
    """Say what a batch would do, cost and take; nothing is changed."""
    choice = read_choice(everything=everything, keys=keys, filters=filters)
    choice = replace(choice, filter=with_course(choice.filter, session.services))
    options = read_options(session.services.settings, **said)
    found = migrating.plan(choice, options, services=session.services)
    session.show({"options": options, **plain(found)}, lambda: _plan_text(found))


def _plan_text(found: Plan) -> str:
    totals, cost = found.totals, found.estimate
    said = (
        f"About ${cost.once_usd} once and ${cost.monthly_usd} a month ({cost.quality}, {cost.tier})"
        if cost
        else f"What it costs is not known. {found.unpriced}"
    )
    unknown = f" ({totals.unknown_length:,} of unknown length)" if totals.unknown_length else ""
    return (
        f"{counted(totals.create - totals.reuse, 'video')} to create for {counted(totals.rows, 'row')}: "
        f"{size(totals.size_bytes)}, {length(found.duration_s)}{unknown}.\n"
        f"Without a copy of their own, as one is there or of equal bytes: {totals.reuse:,}.\n"
        f"Skipped: {sentence(totals.skipped) or 'none'}.\n"
        f"{said}; {length(found.time_s)} at the present pace."
    )


@migrate.command()
@choice_options
@migration_options
@click.option("--name", default="", help="What the batch is called.")
@pass_session
def start(
    session: Session,
    /,
    everything: bool,
    keys: tuple[str, ...],
    filters: tuple[str, ...],
    name: str,
    **said: Any,
) -> None:
    """Freeze the manifest and start; the worker does the rest."""
    choice = read_choice(everything=everything, keys=keys, filters=filters)
    choice = replace(choice, filter=with_course(choice.filter, session.services))
    options = read_options(session.services.settings, **said)
    batch = migrating.start(choice, options, name=name, by=session.person, services=session.services)
    session.show(
        {"batch_id": batch.id, "name": batch.name, "total": batch.total},
        f"Batch {batch.id} “{batch.name}” started with {batch.total:,} items.",
    )


@migrate.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@pass_session
def list_batches(session: Session, limit: int) -> None:
    """List the newest batches."""
    found = listing.list_batches(limit=limit, by=session.person, services=session.services)
    rows = [
        {
            "batch_id": b.id,
            "name": b.name,
            "state": b.state,
            "done": p.done,
            "failed": p.failed,
            "total": p.total,
        }
        for b, p in found
    ]
    headers = ("batch_id", "name", "state", "done", "failed", "total")
    session.show({"batches": rows}, lambda: table(headers, [[row[name] for name in headers] for row in rows]))


@migrate.command()
@BATCH
@click.option("--wait", is_flag=True, help="Until nothing is left to do; the exit code says how it ended.")
@click.option("--timeout-s", type=float, default=None, help="Stop waiting after this many seconds, exit 6.")
@pass_session
def status(session: Session, batch_id: int, wait: bool, timeout_s: float | None) -> None:
    """Say where a batch stands."""
    deadline = time.monotonic() + (float("inf") if timeout_s is None else timeout_s)
    look = partial(_look, session, batch_id)
    found = _patiently(look, deadline) if wait else look()
    while wait and found.batch.state in UNDER_WAY and time.monotonic() < deadline:
        _rest(deadline)
        found = _patiently(look, deadline)
    session.show(status_json(found), lambda: status_text(found))
    if wait:
        raise click.exceptions.Exit(exit_code(found))


def _look(session: Session, batch_id: int) -> Status:
    return migrating.status(batch_id, services=session.services)


def _patiently(look: Callable[[], Status], deadline: float) -> Status:
    """What stands there, also when the database is away for a while; its last word counts at the deadline."""
    while True:
        try:
            return look()
        except Unavailable as error:
            if time.monotonic() >= deadline:
                raise
            click.echo(f"{error} Waiting.", err=True)
            _rest(deadline)


def _rest(deadline: float) -> None:
    time.sleep(min(WATCH_EVERY_S, max(0.0, deadline - time.monotonic())))


def _steering(name: str, act: Callable[..., Any], text: str) -> None:
    @migrate.command(name, help=text)
    @BATCH
    @pass_session
    def steer(session: Session, batch_id: int) -> None:
        batch = act(batch_id, by=session.person, services=session.services)
        session.show({"batch_id": batch.id, "state": batch.state}, f"Batch {batch.id} is {batch.state}.")


_steering("pause", migrating.pause, "Send nothing more; what is at Mux already runs to its end.")
_steering("resume", migrating.resume, "Go on where the batch stopped.")
_steering("cancel", migrating.cancel, "Let go of what was not sent.")


@migrate.command()
@BATCH
@pass_session
def retry(session: Session, batch_id: int) -> None:
    """Queue the failed items again."""
    items = migrating.retry(batch_id, by=session.person, services=session.services)
    session.show({"batch_id": batch_id, "items": items}, f"{items:,} items are queued again.")


@migrate.command()
@BATCH
@click.option("--delete-assets", is_flag=True, help="Delete the copies at Mux too.")
@pass_session
def rollback(session: Session, batch_id: int, delete_assets: bool) -> None:
    """Put the rows back as they were; the originals in S3 were never touched."""
    items = migrating.roll_back(
        batch_id, by=session.person, services=session.services, delete_assets=delete_assets
    )
    session.show({"batch_id": batch_id, "items": items}, f"{items:,} items are being rolled back.")


@migrate.command()
@BATCH
@pass_session
def report(session: Session, batch_id: int) -> None:
    """Write every item as CSV to stdout."""
    items = migrating.report(batch_id, services=session.services)
    if session.as_json:
        session.show({"items": list(items)}, "")
        return
    for line in csv_lines(items):
        click.echo(line, nl=False)
