"""`cli.py token`."""

import click

from commands.session import Command, Session, pass_session
from core import sealing
from core.access import Role


@click.command(cls=Command)
@click.option("--sub", required=True, help="The person's id in the school's users.")
@click.option("--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]))
@click.option("--hours", default=1.0, show_default=True, help="How long it opens the API; at most 168.")
@pass_session
def token(session: Session, sub: str, roles: tuple[str, ...], hours: float) -> None:
    """Make a token that names a person to the API, where no API_ISSUER does."""
    made = sealing.token(
        sub,
        roles=[Role(role) for role in roles],
        lifetime_s=hours * 3600,
        by=session.person,
        services=session.services,
    )
    session.show({"token": made}, made)
