"""`cli.py sync`: figures from Mux."""

from datetime import datetime

import click

from commands.session import Command, Group, Session, pass_session
from core import syncing

DAY = "%Y-%m-%d"


@click.group(cls=Group)
def sync() -> None:
    """Fetch figures from Mux."""


@sync.command(cls=Command)
@click.option("--since", type=click.DateTime([DAY]), help="Read all days from this one on anew.")
@pass_session
def analytics(session: Session, since: datetime | None) -> None:
    """What was watched, day by day: days that may have changed, or that were never read."""
    day = since.date() if since else None
    found = syncing.sync(by=session.person, services=session.services, since=day)
    fresh = syncing.freshness(services=session.services)
    final = f", final up to {fresh.final_to:%A, %d %B %Y}" if fresh.final_to else ""
    text = f"{found.days:,} days read, {found.rows:,} rows{final}."
    session.show({"days": found.days, "rows": found.rows, "final_to": fresh.final_to}, text)
