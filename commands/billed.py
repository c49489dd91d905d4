"""`cli.py costs billed`: what Mux bills beside what Lectern counts."""

import click

from commands.session import Command, Session, pass_session
from core.billed_comparing import compare_billed
from core.cost_reporting import named_month


@click.command(cls=Command)
@click.option("--month", default="", help="Such as 2026-11; else the one under way.")
@pass_session
def billed(session: Session, month: str) -> None:
    """What Mux bills beside what Lectern counts, by day; of days whose billing export was taken in."""
    wanted = named_month(month, services=session.services)
    found = compare_billed(wanted, by=session.person, services=session.services)
    days = [
        {
            "day": day.day,
            "lines": [
                {
                    "what": line.what,
                    "billed_min": line.billed,
                    "our_min": line.ours,
                    "sentence": line.sentence,
                }
                for line in day.lines
            ],
            "unknown": dict(day.unknown),
        }
        for day in found
    ]
    lines = [f"{day.day}  {line.sentence}" for day in found for line in day.lines]
    session.show(
        {"month": str(wanted), "days": days}, "\n".join(lines) or f"Mux has billed no day of {wanted} yet."
    )
