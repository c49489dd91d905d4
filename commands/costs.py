"""`cli.py costs`: what videos cost in a month, and whose costs they are."""

from datetime import date

import click

from commands.billed import billed
from commands.cost_estimate import estimate
from commands.session import Command, Group, Session, pass_session
from commands.text import table
from core import hole
from core.allocation import Per, SharedRule
from core.cost_report import CostReport, ForetoldCosts
from core.cost_reporting import month_report
from core.phrases import usd

PER, RULES = [one.value for one in Per], [one.value for one in SharedRule]


class Answering(Command, Group):
    """A group that answers by itself where no command of it is named."""


@click.group(cls=Answering, invoke_without_command=True)
@click.option("--month", default="", help="Such as 2026-11; else the one under way. Months are those of UTC.")
@click.option("--by", type=click.Choice(PER), help="Whose costs are whose, too.")
@click.option("--shared", type=click.Choice(RULES), help="How what all share is laid on them.")
@click.pass_context
@pass_session
def costs(session: Session, ctx: click.Context, month: str, by: str | None, shared: str | None) -> None:
    """What videos cost in a month: so far, by group, and what it is likely to come to."""
    if ctx.invoked_subcommand is None:
        found = month_report(
            month, per=by or "", shared=shared or "", by=session.person, services=session.services
        )
        session.show(found, lambda: _text(found))
    elif month or by or shared:
        named = ctx.invoked_subcommand
        raise click.UsageError(f"Options before {named} say nothing to it: name them after {named}.")


costs.add_command(billed)
costs.add_command(estimate)


def _text(found: CostReport) -> str:
    groups = [*found.groups.items()]
    rows = [(row.id, row.name, row.total_usd) for row in found.rows]
    missing = [hole.said([date.fromisoformat(day) for day in found.holes])] if found.holes else []
    return "\n".join(
        [
            _answer(found),
            *found.changes,
            *([table(("group", "usd"), groups)] if groups else []),
            *([table((f"{found.by}_id", "name", "usd"), rows)] if rows else []),
            *missing,
            *found.left_out,
        ]
    )


def _answer(found: CostReport) -> str:
    said = f"{found.month}: {usd(found.total_usd)}{'' if found.is_over else ' so far'}"
    before = "" if found.before_usd is None else f", {usd(found.before_usd)} the month before"
    return f"{said}{_foretold(found.forecast) if found.forecast else ''}{before}."


def _foretold(found: ForetoldCosts) -> str:
    return f", about {usd(found.usd)} at its end ({usd(found.low_usd)} to {usd(found.high_usd)})"
