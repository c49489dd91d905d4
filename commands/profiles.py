"""`cli.py schema profiles` and `schema profile …`: what ops may switch on beside the columns."""

import click

from commands.session import Command, Group, Session, pass_session
from commands.text import table
from core import profile_switching, profiling
from core.profile import Profile, ProfileState
from core.profile_trial import RoleLook
from core.profiling import DryRun, ProfileStatus
from core.statement import script

LOOK_COLUMNS = ("role", "reads_before", "reads_after", "changes_before", "changes_after", "writes", "basis")
NAME = click.argument("name", type=click.Choice([profile.value for profile in Profile]))
YES = click.option("--yes", is_flag=True, help="Yes, change the school's tables.")


@click.command(cls=Command)
@pass_session
def profiles(session: Session) -> None:
    """List the optional profiles: how each stands, what it does, and the SQL that switches it."""
    found = profiling.status(services=session.services)
    session.show({"profiles": found}, lambda: "\n\n".join(map(_status_text, found)))


def _status_text(found: ProfileStatus) -> str:
    lines = [f"{found.profile}: {found.state}", found.does, *found.findings, *found.notes]
    lines += [] if found.state is ProfileState.ON else list(found.obstacles)
    return "\n".join([*lines, script(found.on or found.off)])


@click.group(cls=Group)
def profile() -> None:
    """Try an optional profile out, switch it on, or off again."""


@profile.command("try")
@NAME
@pass_session
def try_out(session: Session, name: str) -> None:
    """Show what each role would read and may change before and after; nothing stays changed."""
    found = profiling.dry_run(Profile(name), on=True, by=session.person, services=session.services)
    session.show(found, lambda: _dry_run_text(found))


def _dry_run_text(found: DryRun) -> str:
    if found.trial is None:
        return "It changes nobody's rights."
    looks = [_cells(look) for look in found.trial.roles]
    return "\n".join([table(LOOK_COLUMNS, looks), *found.losses])


def _cells(look: RoleLook) -> list[object]:
    cells = {name: getattr(look, name) for name in LOOK_COLUMNS}
    return [*(cells | {"writes": " ".join(look.writes)}).values()]


@profile.command("on")
@NAME
@YES
@pass_session
def switch_on(session: Session, name: str, yes: bool) -> None:
    """Switch it on; refused where a role would lose writes."""
    _switch(session, Profile(name), on=True, yes=yes)


@profile.command("off")
@NAME
@YES
@pass_session
def switch_off(session: Session, name: str, yes: bool) -> None:
    """Switch it off: the tables are as they were before it."""
    _switch(session, Profile(name), on=False, yes=yes)


def _switch(session: Session, chosen: Profile, *, on: bool, yes: bool) -> None:
    if not yes:
        raise click.UsageError("Say --yes to change the tables; `schema profiles` shows the SQL.")
    run = profile_switching.switch(chosen, on=on, by=session.person, services=session.services)
    word = "on" if on else "off"
    fields = {"profile": chosen, "on": on, "run": run}
    session.show(fields, lambda: f"{chosen} is {word} now." if run else f"{chosen} is {word} already.")
