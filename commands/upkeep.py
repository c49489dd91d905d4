"""`cli.py doctor` and `cli.py reconcile`."""

import click

from commands.session import ERROR, Command, Session, pass_session
from core import bootstrap, checking, doctoring, requesting
from core.diagnosis import Check, CheckState, has_failed
from core.errors import AppError
from core.settings import Settings

MARKS = {
    CheckState.OK: "ok  ",
    CheckState.WARN: "look",
    CheckState.FAILED: "FAIL",
    CheckState.SKIPPED: "skip",
}


@click.command(cls=Command)
@click.argument("what", type=click.Choice(["lesson"]), required=False)
@click.argument("lesson_id", required=False)
@click.option("--origin", default=None, help="The dashboard's address, to check the buckets' CORS rules for.")
@pass_session
def doctor(session: Session, what: str | None, lesson_id: str | None, origin: str | None) -> None:
    """Check every dependency, or how one lesson plays (`doctor lesson ID`), link by link.

    Says what to do about what fails (exit code 1).
    """
    if what and not lesson_id:
        raise click.UsageError("Name the lesson: doctor lesson ID.")
    if lesson_id:
        checks = doctoring.walk(lesson_id, by=session.person, services=session.services)
    else:
        checks = _checks(origin)
    ok = not has_failed(checks)
    session.show({"ok": ok, "checks": checks}, lambda: "\n".join(map(_line, checks)))
    raise click.exceptions.Exit(0 if ok else ERROR)


def _checks(origin: str | None) -> list[Check]:
    try:
        services = bootstrap.build(Settings.from_env())
    except AppError as error:
        return checking.settings_failed(error)
    return checking.doctor(services=services, prepare=bootstrap.prepare, origin=origin)


def _line(check: Check) -> str:
    return f"{MARKS[check.state]}  {check.name}: {check.sentence} {check.hint}".rstrip()


@click.command(cls=Command)
@click.option("--believe-missing", is_flag=True, help="Many assets were really deleted at Mux: give them up.")
@pass_session
def reconcile(session: Session, believe_missing: bool) -> None:
    """Compare our records with Mux, and put right what differs."""
    found = requesting.reconcile_now(
        by=session.person, services=session.services, believe_missing=believe_missing
    )
    text = (
        f"{found.assets:,} assets at Mux; {found.twins:,} twins deleted, {found.gone:,} gone, "
        f"{found.moved:,} items went on."
    )
    session.show(found, text)
