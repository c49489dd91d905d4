"""`cli.py sync`: figures from Mux."""

from datetime import datetime

import click

from commands.session import Command, Group, Session, pass_session
from commands.text import counted
from core import syncing, usage_reading

DAY = "%Y-%m-%d"


@click.group(cls=Group)
def sync() -> None:
    """Fetch figures from Mux."""


@sync.command(cls=Command)
@click.option("--since", type=click.DateTime([DAY]), help="Read all days from this one on anew.")
@pass_session
def analytics(session: Session, since: datetime | None) -> None:
    """What was watched, day by day, where it may have changed or was never read; and how well videos play."""
    day = since.date() if since else None
    found = syncing.sync(by=session.person, services=session.services, since=day)
    fresh = syncing.freshness(services=session.services)
    final = f", final up to {fresh.final_to:%A, %d %B %Y}" if fresh.final_to else ""
    older = (
        f" Mux keeps nothing of before {found.first}." if day and found.first and found.first > day else ""
    )
    text = f"{counted(found.days, 'day')} read, {counted(found.rows, 'row')}{final}.{older}"
    told = {"days": found.days, "rows": found.rows, "first": found.first, "final_to": fresh.final_to}
    session.show(told, text)


@sync.command(cls=Command)
@click.option("--since", type=click.DateTime([DAY]), help="Read all days from this one on anew.")
@pass_session
def usage(session: Session, since: datetime | None) -> None:
    """What is charged for: minutes delivered, day by day of UTC."""
    day = since.date() if since else None
    found = usage_reading.read_usage(by=session.person, services=session.services, since=day)
    fresh = usage_reading.freshness(services=session.services)
    final = f", final up to {fresh.final_to:%A, %d %B %Y}" if fresh.final_to else ""
    lines = [f"{counted(found.days, 'day')} read, {counted(found.rows, 'row')}{final}."]
    lines += [f"{day} was not taken in. {why}" for day, why in sorted(found.refused.items())]
    told = {"days": found.days, "rows": found.rows, "first": found.first, "final_to": fresh.final_to}
    refused = [{"day": day, "reason": why} for day, why in sorted(found.refused.items())]
    session.show({**told, "refused": refused}, "\n".join(lines))
