"""`cli.py copies …`: copies at Mux that nothing plays any more."""

import click

from commands.session import Group, Session, pass_session
from commands.text import table
from core import clearing

COLUMNS = ("asset_id", "made_at", "duration_s", "quality", "title", "file", "lesson_id")
MOST = 100_000


@click.group(cls=Group)
def copies() -> None:
    """Copies at Mux that nothing plays any more: list, delete."""


@copies.command("list")
@click.option("--limit", type=click.IntRange(1, MOST), default=100, show_default=True)
@pass_session
def list_copies(session: Session, limit: int) -> None:
    """List them, the longest first."""
    found = clearing.leftovers(by=session.person, services=session.services, limit=limit)
    lines = [{name: getattr(line, name) for name in COLUMNS} for line in found.lines]
    answer = {"count": found.count, "seconds": sum(found.seconds.values()), "copies": lines}
    session.show(answer, lambda: table(COLUMNS, [list(line.values()) for line in lines]))


@copies.command()
@click.argument("asset_ids", metavar="ASSET...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Yes, delete them at Mux.")
@pass_session
def delete(session: Session, asset_ids: tuple[str, ...], yes: bool) -> None:
    """Have some deleted by the worker; what plays again by now stays."""
    if not yes:
        raise click.UsageError("Say --yes to delete them: they cannot be brought back.")
    count = clearing.clear(asset_ids, by=session.person, services=session.services)
    session.show({"deleted": count}, f"The worker deletes {count:,} of {len(set(asset_ids)):,}.")
