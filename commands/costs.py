"""`cli.py costs …`: what videos cost."""

import click

from commands.cost_estimate import estimate
from commands.session import Group


@click.group(cls=Group)
def costs() -> None:
    """What videos cost."""


costs.add_command(estimate)
