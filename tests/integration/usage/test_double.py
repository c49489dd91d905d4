"""Usage from end to end: the double's own views over HTTP, into the database, and out as a month."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from commands.session import Session
from core import usage_reading
from core.access import SYSTEM, Person, Role
from core.billed_comparing import compare_billed
from core.figures import Span
from core.mux.api import MuxApi
from core.ports import Services
from core.usage import Month, What
from sandbox.mux.testing import running_mux
from tests.integration.clips import write_film
from tests.integration.mux.double import made_ready
from tests.integration.serving import Reply, serving
from tests.integration.usage.delivering import over

NOON = datetime(2026, 9, 10, 12, tzinfo=UTC)
FINN = Person(subject="f", email="finn@school.test", roles=frozenset({Role.FINANCE}))
SEPTEMBER = Month(2026, 9)

AGAIN = {
    "days": 1,
    "rows": 1,
    "first": "2026-09-19",
    "final_to": "2026-09-18",
    "refused": [],
    "exports": {"days": 0, "unknown": [], "others": 0, "why_none": ""},
    "s3": {
        "measured": {},
        "estimated": {"school-videos": "S3 is not Amazon's, so it has no request metrics."},
    },
}
"""Of a second run on the 20th at noon: the 19th is final an hour later."""

AGAIN_IN_WORDS = [
    "1 day read, 1 row, final up to Friday, 18 September 2026.",
    "What left school-videos is an estimate. S3 is not Amazon's, so it has no request metrics.",
]


def said(services: Services, *options: str) -> str:
    """What the shell answers."""
    return CliRunner().invoke(main, ["sync", "usage", *options], obj=Session(lambda: services)).output


def test_a_month_of_the_doubles_views_is_read_and_billed_alike(uow, tmp_path: Path) -> None:
    now = [NOON.timestamp()]
    film = write_film(tmp_path / "film.mp4", seconds=2, movflags="faststart")
    with running_mux(limits=False, seed=7, clock=lambda: now[0]) as url:
        at = lambda: datetime.fromtimestamp(now[0], UTC)  # noqa: E731 - the double's own clock
        mux = MuxApi(base_url=url, token_id="id", token_secret="secret", clock=at)
        with serving(lambda _: Reply(200, film.read_bytes()), keeps=False) as server:
            made = made_ready(mux, server.url, "public")
        now[0] = datetime(2026, 9, 20, 12, tzinfo=UTC).timestamp()
        with uow("test") as tx:
            tx.assets.fold(made, at=at())
            tx.commit()
        services = over(uow, mux, now=at())
        found = usage_reading.read_usage(by=SYSTEM, services=services)
        start_s = int(datetime(2026, 9, 1, tzinfo=UTC).timestamp())
        told = mux.deliveries(span=Span(start_s=start_s, end_s=int(now[0])), page=1, limit=100)
        again = said(services, "--json")
        words = said(services)
    with uow("test") as tx:
        usage = tx.usage.month_usage(SEPTEMBER, until=at())
        holes = tx.usage.holes(SEPTEMBER.first, SEPTEMBER.last, until=at())
    assert (found.days, found.exports.days, found.refused, holes) == (89, 89, {}, [])
    delivered = sum(one.quantity for one in usage if one.sku.what is What.DELIVERY)
    assert delivered == pytest.approx(
        Decimal(str(told.rows[0]["delivered_seconds"])) / 60, abs=Decimal("0.001")
    )
    # Made on the 10th at noon: ten of thirty days up to the 20th at noon.
    kept = sum(one.quantity for one in usage if one.sku.what is What.STORAGE)
    assert float(kept) == pytest.approx((made.duration_s or 0) / 60 * 10 / 30, rel=1e-6)
    assert json.loads(again) == AGAIN
    assert words.splitlines() == AGAIN_IN_WORDS
    days = compare_billed(SEPTEMBER, by=FINN, services=services)
    assert [day.day for day in days] == [date(2026, 9, 1) + timedelta(days=n) for n in range(19)]
    assert all(line.is_alike for day in days for line in day.lines)
