"""Answers of Mux that are not as they should be, over HTTP: what is said, kept, and asked again."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from core import usage_reading
from core.mux.api import MuxApi
from core.ports import UnitOfWork
from tests.integration.db.making import an_asset
from tests.integration.serving import Reply
from tests.integration.usage.delivering import NOW, over, row
from tests.integration.usage.odd_mux import OddMux, Page, answered, odd_mux, said, told
from tests.integration.usage.test_reading import kept

FIFTH, EIGHTH, NINTH = (date(2026, 3, day) for day in (5, 8, 9))
DAYS = 6
"""From the 5th to the 10th, of which Mux tells two hours."""

KNOWN = "SELECT day FROM usage_days WHERE read_at IS NOT NULL"
SECONDS = "SELECT count(*), sum(seconds) FROM delivery_days"
NAN = json.dumps({"data": [row("a", float("nan"))], "total_row_count": 1}).encode()

MANY = [row(f"asset-{number}") for number in range(150)]
NOT_READABLE = "Mux's answer to the request to say what was delivered was not readable."
NOT_ANSWERED = "Mux did not answer when asked to say what was delivered (the connection broke off)."
MOVED = "What was delivered on 2026-03-08 changed while it was read."


def two_pages(page: int, first: list[dict[str, Any]], second: list[dict[str, Any]]) -> Reply:
    """Of a list that is said to have all of `MANY`."""
    return answered({"data": first if page == 1 else second, "total_row_count": len(MANY)})


LATER: dict[str, tuple[Page, str]] = {
    "asks to slow down": (
        lambda *_: Reply(429, b'{"errors": ["Later."]}', {"Retry-After": "17"}),
        "Mux asks to slow down.",
    ),
    "broke": (lambda *_: Reply(500, b"oops"), "Mux could not say what was delivered (500)."),
    "cut off": (
        lambda rows, page: replace(
            told(rows, page), headers={"Content-Length": "5000", "Connection": "close"}
        ),
        NOT_ANSWERED,
    ),
    "half of it": (
        lambda rows, page: Reply(200, told(rows, page).body[:40], {"Content-Type": "application/json"}),
        NOT_READABLE,
    ),
    "no JSON": (lambda *_: Reply(200, b"<html>", {"Content-Type": "text/html"}), NOT_READABLE),
    "no list": (
        lambda *_: answered({"data": None}),
        "Mux's answer with what was delivered was not readable.",
    ),
    "the first page twice": (
        lambda _rows, page: answered(
            {"data": MANY[:100] if page == 1 else MANY[:50], "total_row_count": 150}
        ),
        MOVED,
    ),
    "a row moved to the page before": (
        lambda _rows, page: answered(
            {"data": MANY[:100] if page == 1 else MANY[101:], "total_row_count": 150}
        ),
        MOVED,
    ),
    "the same page for ever": (lambda *_: answered({"data": MANY[:100]}), MOVED),
}
NEVER: dict[str, tuple[Page, str]] = {
    "a tier without a price": (
        lambda *_: answered({"data": [row(delivered_seconds_by_resolution={"tier_8k": 90})]}),
        "Mux says that asset film was delivered as tier_8k, which no price is known for.",
    ),
    "no number": (
        lambda *_: Reply(200, NAN, {"Content-Type": "application/json"}),
        "Mux says that asset a was delivered for “None” seconds (tier_1080p).",
    ),
    "less than nothing": (
        lambda *_: answered({"data": [row(seconds=-3)]}),
        "Mux says that asset film was delivered for “-3” seconds (tier_1080p).",
    ),
}


@pytest.fixture
def both() -> Iterator[tuple[OddMux, MuxApi]]:
    with odd_mux() as made:
        yield made


@pytest.mark.parametrize("name", LATER)
def test_a_day_that_does_not_come_is_said_and_asked_for_again_and_the_others_come(
    uow: UnitOfWork, engine: Engine, both: tuple[OddMux, MuxApi], name: str
) -> None:
    odd, mux = both
    odd.odd[EIGHTH], why = LATER[name]
    code, words = said(uow, mux)
    assert (code, f"Deliveries of 2026-03-08 are not known yet: {why}" in words) == (1, True)
    assert EIGHTH not in {one.day for one in kept(engine, KNOWN)}
    assert len(kept(engine, KNOWN)) == DAYS - 1
    fresh = usage_reading.freshness(services=over(uow, mux))
    assert str(fresh.error) in words
    with uow("test") as tx:
        tx.assets.fold(replace(an_asset(), created_at=NOW - timedelta(days=9)), at=NOW)
        assert tx.usage.holes(FIFTH, NINTH, until=NOW) == [EIGHTH]
    odd.odd.clear()
    assert said(uow, mux, hours=1)[0] == 0
    assert kept(engine, SECONDS) == [(2 * DAYS, 120 * DAYS)]


@pytest.mark.parametrize("name", NEVER)
def test_a_day_that_cannot_be_is_said_and_asked_for_again_and_the_others_come(
    uow: UnitOfWork, engine: Engine, both: tuple[OddMux, MuxApi], name: str
) -> None:
    odd, mux = both
    odd.odd[EIGHTH], why = NEVER[name]
    code, words = said(uow, mux)
    assert (code, f"2026-03-08 was not taken in. {why}" in words) == (0, True)
    assert kept(engine, SECONDS) == [(2 * (DAYS - 1), 120 * (DAYS - 1))]
    odd.odd.clear()
    assert "not taken in" not in said(uow, mux, hours=1)[1]
    assert kept(engine, SECONDS) == [(2 * DAYS, 120 * DAYS)]


def test_a_day_without_rows_is_known_and_no_hole(uow, engine, both):
    odd, mux = both
    odd.odd[EIGHTH] = lambda *_: answered({"data": [], "total_row_count": 0})
    assert said(uow, mux)[0] == 0
    assert len(kept(engine, KNOWN)) == DAYS


@pytest.mark.parametrize("rows", [100, 101, 200])
def test_rows_on_several_pages_are_all_there_once(uow, engine, both, rows):
    odd, mux = both
    odd.rows = [row(f"asset-{number}") for number in range(rows)]
    assert said(uow, mux)[0] == 0
    assert kept(engine, SECONDS) == [(rows * DAYS, rows * DAYS * 90)]
    assert len([day for day, _ in odd.asked if day == EIGHTH]) == -(-rows // 100)
