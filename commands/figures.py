"""`cli.py sync`: figures from Mux."""

from datetime import datetime
from typing import Any

import click

from commands.session import Command, Group, Session, pass_session
from commands.text import counted
from core import syncing, usage_reading
from core.billed_reading import ReadExports
from core.traffic_reading import ReadTraffic

DAY = "%Y-%m-%d"


@click.group(cls=Group)
def sync() -> None:
    """Fetch figures from Mux."""


@sync.command(cls=Command)
@click.option("--since", type=click.DateTime([DAY]), help="Read all days from this one on anew.")
@pass_session
def analytics(session: Session, since: datetime | None) -> None:
    """What was watched, day by day, where it may have changed or was never read; and how well videos play."""
    day = since.date() if since else None
    found = syncing.sync(by=session.person, services=session.services, since=day)
    fresh = syncing.freshness(services=session.services)
    final = f", final up to {fresh.final_to:%A, %d %B %Y}" if fresh.final_to else ""
    older = (
        f" Mux keeps nothing of before {found.first}." if day and found.first and found.first > day else ""
    )
    text = f"{counted(found.days, 'day')} read, {counted(found.rows, 'row')}{final}.{older}"
    told = {"days": found.days, "rows": found.rows, "first": found.first, "final_to": fresh.final_to}
    session.show(told, text)


@sync.command(cls=Command)
@click.option("--since", type=click.DateTime([DAY]), help="Read all days from this one on anew.")
@pass_session
def usage(session: Session, since: datetime | None) -> None:
    """What is charged for: minutes delivered day by day of UTC, what Mux bills, what left S3."""
    day = since.date() if since else None
    found = usage_reading.read_usage(by=session.person, services=session.services, since=day)
    fresh = usage_reading.freshness(services=session.services)
    final = f", final up to {fresh.final_to:%A, %d %B %Y}" if fresh.final_to else ""
    lines = [f"{counted(found.days, 'day')} read, {counted(found.rows, 'row')}{final}."]
    refused = {**found.refused, **found.exports.refused}
    lines += [f"{day} was not taken in. {why}" for day, why in sorted(refused.items())]
    told = {"days": found.days, "rows": found.rows, "first": found.first, "final_to": fresh.final_to}
    beside = {"exports": _exports(found.exports, lines), "s3": _traffic(found.traffic, lines)}
    reasons = [{"day": day, "reason": why} for day, why in sorted(refused.items())]
    session.show({**told, "refused": reasons, **beside}, "\n".join(lines))


def _exports(found: ReadExports, lines: list[str]) -> dict[str, Any]:
    if found.days:
        lines.append(f"{counted(found.days, 'billing export')} of Mux read.")
    if found.unknown:
        lines.append(
            f"No price is known for {counted(len(found.unknown), 'column')}: {', '.join(found.unknown)}."
        )
    if found.others:
        lines.append(f"{counted(found.others, 'row')} of other environments left out.")
    if found.why_none:
        lines.append(found.why_none)
    return {
        "days": found.days,
        "unknown": list(found.unknown),
        "others": found.others,
        "why_none": found.why_none,
    }


def _traffic(found: ReadTraffic, lines: list[str]) -> dict[str, Any]:
    for bucket, why in found.why_none.items():
        lines.append(f"What left {bucket} is an estimate. {why}")
    return {"measured": dict(found.measured), "estimated": dict(found.why_none)}
