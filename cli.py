"""Face: the same use cases from a shell. docs/cli.md lists commands, JSON and exit codes."""

import click

import core.loading
from commands.budgets import budgets
from commands.captions import captions
from commands.copies import copies
from commands.costs import costs
from commands.digest import analytics
from commands.events import events
from commands.figures import sync
from commands.migrate import migrate
from commands.mp4 import mp4, picture
from commands.profiles import profile, profiles
from commands.schema import schema
from commands.session import Group, Session
from commands.sources import scan, sources
from commands.token import token
from commands.upkeep import doctor, reconcile
from commands.uploads import uploads


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(ctx: click.Context) -> None:
    """Lectern: move a school's course videos from S3 to Mux, and run them there."""
    core.loading.done()
    ctx.ensure_object(Session)


for command in (doctor, scan, sources, migrate, reconcile, events, schema, token, uploads):
    main.add_command(command)
for command in (budgets, captions, copies, costs, mp4, picture, sync, analytics):
    main.add_command(command)
schema.add_command(profiles)
schema.add_command(profile)

if __name__ == "__main__":
    main(prog_name="cli.py")
