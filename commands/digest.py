"""`cli.py analytics`: what is told of how lessons are watched."""

from pathlib import Path

import click

from commands.session import Command, Group, Session, pass_session
from commands.text import counted
from core import bootstrap, digest_sending
from core.digest import name_of


@click.group(cls=Group)
def analytics() -> None:
    """How lessons are watched."""


@analytics.command(cls=Command)
@click.option("--week", help="Such as 2026-W47; the last whole week if nothing is said.")
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path, file_okay=False))
@pass_session
def digest(session: Session, week: str | None, folder: Path) -> None:
    """Write the weekly digest into a folder, one file a person; nothing is sent."""
    services = session.services
    wanted = digest_sending.week_wanted(week, services=services)
    post = bootstrap.folder_post(folder, services.settings)
    found = digest_sending.write(wanted, post, by=session.person, services=services)
    text = f"Week {name_of(wanted)}: {counted(found.letters, 'letter')} written to {folder}."
    session.show({"week": name_of(wanted), "letters": found.letters}, text)
