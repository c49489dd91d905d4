"""`cli.py events …`: what Mux told us."""

import click

from commands.session import Group, Session, pass_session
from commands.text import table
from core import ingesting, listing

COLUMNS = ("id", "type", "object_id", "received_at", "ingested_at", "error")


@click.group(cls=Group)
def events() -> None:
    """Webhook events, as they were kept."""


@events.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@click.option("--type", "type_", default="", help="Only this type, for example video.asset.errored.")
@click.option("--failed", is_flag=True, help="Only those whose ingestion failed.")
@pass_session
def list_events(session: Session, limit: int, type_: str, failed: bool) -> None:
    """List the newest events."""
    found = listing.list_events(
        limit=limit, type=type_, failed=failed, by=session.person, services=session.services
    )
    rows = [[getattr(event, name) for name in COLUMNS] for event in found]
    session.show({"events": found}, lambda: table(COLUMNS, rows))


@events.command()
@click.argument("event_id", metavar="EVENT")
@pass_session
def replay(session: Session, event_id: str) -> None:
    """Ingest an event once more; ingesting twice does no harm."""
    ingesting.replay(event_id, by=session.person, services=session.services)
    session.show({"event_id": event_id, "queued": True}, f"Event {event_id} will be ingested again.")
