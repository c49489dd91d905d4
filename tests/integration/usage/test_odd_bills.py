"""Bills of Mux that are not as they should be, over HTTP: what is said and kept, and what is asked again."""

import gzip
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from core import usage_reading
from core.mux.api import MuxApi
from core.ports import UnitOfWork
from tests.integration.serving import Reply
from tests.integration.usage.delivering import over
from tests.integration.usage.odd_mux import HEAD, OddMux, odd_mux, said
from tests.integration.usage.test_reading import kept

FIFTH, SEVENTH, EIGHTH, NINTH = (date(2026, 3, day) for day in (5, 7, 8, 9))
BILLS = "SELECT day, quantity FROM billed_days WHERE name = 'delivery_plus_1080p_minutes' ORDER BY 1"
CSV = HEAD.encode() + b"a,,,1.5\n"
FINE = Reply(200, CSV)


@pytest.fixture
def both() -> Iterator[tuple[OddMux, MuxApi]]:
    with odd_mux() as made:
        yield made


ODD_BILLS = {
    "link that ended": (Reply(403, b"Request has expired"), "Mux did not send a billing export (403)."),
    "cut off": (
        Reply(200, CSV, {"Content-Length": "5000", "Connection": "close"}),
        "Mux did not answer when asked to send a billing export (the connection broke off).",
    ),
    "zipped and cut off": (
        Reply(200, gzip.compress(CSV)[:-12], {"Content-Encoding": "gzip"}),
        "Mux did not send a billing export to its end.",
    ),
    "zipped and damaged": (
        Reply(200, b"\x1f\x8bdamaged"),
        "Mux did not send a billing export to its end.",
    ),
    "other head": (
        Reply(200, b"id,minutes_of_delivery_plus\na,1.5\n"),
        "Mux's billing export does not tell of assets and what they used.",
    ),
    "ends within a line": (
        Reply(200, CSV + b"b,,"),
        "Line 3 of Mux's billing export has another number of values than its head.",
    ),
    "a comma too many": (
        Reply(200, CSV + b"b,,,1,500\n"),
        "Line 3 of Mux's billing export has another number of values than its head.",
    ),
}


@pytest.mark.parametrize("name", ODD_BILLS)
def test_a_bill_that_cannot_be_or_does_not_come_is_said_and_read_once_it_can_and_older_ones_come(
    uow: UnitOfWork, engine: Engine, both: tuple[OddMux, MuxApi], name: str
) -> None:
    odd, mux = both
    reply, why = ODD_BILLS[name]
    odd.csv = {SEVENTH: FINE, EIGHTH: reply, NINTH: FINE}
    code, words = said(uow, mux)
    assert (code, f"2026-03-08 was not taken in. {why}" in words) == (0, True)
    assert "hush" not in words
    fresh = usage_reading.freshness(services=over(uow, mux))
    assert (fresh.error, fresh.is_partly) == (f"2026-03-08: {why}", True)
    assert [one.day for one in kept(engine, BILLS)] == [SEVENTH, NINTH]
    odd.csv[EIGHTH] = FINE
    said(uow, mux, hours=1)
    half = Decimal("1.5")
    assert [tuple(one) for one in kept(engine, BILLS)] == [(SEVENTH, half), (EIGHTH, half), (NINTH, half)]


@pytest.mark.parametrize("headers", [{"Content-Encoding": "gzip"}, {"Content-Type": "application/gzip"}])
def test_a_zipped_bill_is_read_whatever_its_headers_say(uow, engine, both, headers):
    odd, mux = both
    odd.csv = {EIGHTH: Reply(200, gzip.compress(CSV), headers)}
    assert "1 billing export of Mux read." in said(uow, mux)[1]
    assert kept(engine, BILLS) == [(EIGHTH, Decimal("1.5"))]


def test_where_no_bill_opens_not_all_are_tried(uow, engine, both):
    odd, mux = both
    odd.csv = {FIFTH + timedelta(days=back): Reply(503) for back in range(5)}
    assert said(uow, mux)[1].count("Mux did not send a billing export (503).") == 3
    odd.csv = dict.fromkeys(odd.csv, FINE)
    said(uow, mux, hours=1)
    assert len(kept(engine, BILLS)) == 5
