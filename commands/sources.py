"""`cli.py scan` and `cli.py sources …`: what is in S3."""

import click

from commands.choosing import with_course
from commands.session import ERROR, Command, Group, Session, pass_session
from commands.text import table
from core import listing, requesting
from core.selection import Filter, Sort

COLUMNS = ("id", "standing", "kind", "size_bytes", "duration_s", "rows", "key", "title")


@click.command(cls=Command)
@pass_session
def scan(session: Session) -> None:
    """Walk the buckets, and record who points at what."""
    found = requesting.scan_now(by=session.person, services=session.services)
    text = f"{found.sources:,} sources, {found.rows:,} rows that point at them, {found.seconds:.1f} s."
    session.show(found, " ".join(filter(None, [text, found.error, found.hint])))
    if found.error:
        raise click.exceptions.Exit(ERROR)


@click.group(cls=Group)
def sources() -> None:
    """What is in S3, and who points at it."""


@sources.command("list")
@click.option("--filter", "filters", multiple=True, metavar="NAME=VALUE", help="As in `migrate start`.")
@click.option("--sort", type=click.Choice([sort.value for sort in Sort]), default=Sort.NEWEST.value)
@click.option("--page", "number", type=click.IntRange(1), default=1, show_default=True)
@click.option("--size", type=click.IntRange(1, 1000), default=50, show_default=True)
@pass_session
def list_sources(session: Session, filters: tuple[str, ...], sort: str, number: int, size: int) -> None:
    """List the sources that match, page by page."""
    found = listing.list_sources(
        with_course(Filter.parse(filters), session.services),
        Sort(sort),
        number=number,
        size=size,
        by=session.person,
        services=session.services,
    )
    rows = [[getattr(source, name) for name in COLUMNS] for source in found.sources]
    session.show(
        {"sources": found.sources, "matching": found.matching, "page": number},
        lambda: f"{table(COLUMNS, rows)}\n{len(rows):,} of {found.matching:,} that match.",
    )
