"""What Mux delivered, taken in day by day."""

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text

from core import usage_reading
from core.access import SYSTEM, Person, Role
from core.errors import InvalidInput, NotAllowed, RateLimited, Unavailable
from core.figures import Span
from core.usage_delivery import Delivered, DeliveryPage
from tests.integration.usage.delivering import NOW, Deliveries, over, row

TODAY, YESTERDAY = date(2026, 3, 10), date(2026, 3, 9)
OLDEST = date(2025, 12, 11)  # 10 March less 90 days is 10 December, of which the first hours are forgotten
FEW = date(2026, 3, 6)  # five days, where it does not matter how many
DAYS = 90  # 21 of December, 31 of January, 28 of February, 10 of March


@dataclass
class Away(Deliveries):
    """It cannot say what was delivered on this day."""

    away: date = TODAY

    def deliveries(self, *, span: Span, page: int, limit: int) -> DeliveryPage:
        if datetime.fromtimestamp(span.start_s, UTC).date() == self.away:
            raise Unavailable("Mux could not (502).")
        return super().deliveries(span=span, page=page, limit=limit)


@dataclass
class OnePage(Deliveries):
    """It gives the first page, whichever is asked for."""

    def deliveries(self, *, span: Span, page: int, limit: int) -> DeliveryPage:
        if page > 5:
            raise AssertionError("for ever")
        return super().deliveries(span=span, page=1, limit=limit)


def kept(engine: Engine, question: str = "SELECT * FROM delivery_days ORDER BY 1, 2, 4") -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text(question)))


def read(services: Any, **asked: Any) -> usage_reading.ReadUsage:
    return usage_reading.read_usage(by=SYSTEM, services=services, **asked)


def test_the_first_run_reads_every_day_that_mux_keeps_and_today_as_far_as_mux_tells(uow, engine):
    mux = Deliveries([row(seconds="90.5")])
    found = read(over(uow, mux))
    assert (found.days, found.rows, found.first) == (DAYS, DAYS, OLDEST)
    assert mux.asked == dict.fromkeys(mux.asked, 1)
    start = int(datetime(2026, 3, 10, tzinfo=UTC).timestamp())
    assert mux.spans[TODAY] == Span(start_s=start, end_s=start + 2 * 3600)  # 14:20 less 12 h: up to 02:00
    assert mux.spans[YESTERDAY] == Span(start_s=start - 86_400, end_s=start)
    days = kept(engine)
    assert tuple(days[0]) == (OLDEST, "film", "plus", "1080p", Decimal("90.5"))


def test_the_next_run_asks_for_the_days_that_may_still_change_alone(uow):
    mux = Deliveries([row()])
    read(over(uow, mux))
    mux.asked.clear()
    # At 14:20 on the 10th the 9th is final (its end and 13 hours have passed): it was read so already.
    read(over(uow, mux, now=NOW + timedelta(hours=1)))
    assert mux.asked == {TODAY: 1}
    mux.asked.clear()
    # A day later the 10th is read for the last time, and what is there of the 11th.
    read(over(uow, mux, now=NOW + timedelta(days=1)))
    assert mux.asked == {TODAY: 1, TODAY + timedelta(days=1): 1}


@pytest.mark.parametrize("error", [RateLimited("Slow down."), Unavailable("Mux could not (502).")])
def test_what_breaks_off_goes_on_with_what_is_missing(uow, engine, error):
    mux = Deliveries([row()], errors=dict.fromkeys((40, 41, 42), error))
    with pytest.raises(type(error)):
        read(over(uow, mux))
    finished = {one.day for one in kept(engine, "SELECT day FROM usage_days")}
    assert 30 <= len(finished) < 45
    fresh = usage_reading.freshness(services=over(uow, mux))
    assert fresh.error == f"Deliveries of 2026-01-30 are not known yet: {error}"
    assert fresh.is_partly  # the newest are there
    mux.asked.clear()
    read(over(uow, mux, now=NOW + timedelta(minutes=1)))
    assert mux.asked.keys() & finished <= {TODAY}  # which is not final
    assert len(kept(engine, "SELECT day FROM usage_days")) == DAYS
    assert usage_reading.freshness(services=over(uow, mux)).error is None


def test_a_day_that_never_comes_keeps_older_ones_not_back(uow, engine):
    mux = Away([row()], away=YESTERDAY - timedelta(days=1))
    with pytest.raises(
        Unavailable, match=r"Deliveries of 2026-03-08 are not known yet: Mux could not \(502\)"
    ):
        read(over(uow, mux))
    assert len(kept(engine, "SELECT day FROM usage_days")) == DAYS - 1
    fresh = usage_reading.freshness(services=over(uow, mux))
    assert (fresh.read_at, fresh.is_partly) == (NOW, True)
    # Where it may still change, newer figures are missing.
    with pytest.raises(Unavailable):
        read(over(uow, Away([row()], away=TODAY), now=NOW + timedelta(hours=1)))
    fresh = usage_reading.freshness(services=over(uow, mux))
    assert (fresh.read_at, fresh.is_partly) == (NOW, False)


@pytest.mark.parametrize("tells_total", [True, False])
def test_a_list_that_never_ends_is_no_list(uow, engine, tells_total):
    mux = OnePage([row(f"asset-{number}") for number in range(300)], tells_total=tells_total)
    with pytest.raises(Unavailable, match="changed while it was read"):
        read(over(uow, mux), since=TODAY)
    assert kept(engine) == []


def test_the_same_day_twice_is_the_same_rows(uow, engine):
    mux = Deliveries([row("a"), row("b")])
    services = over(uow, mux)
    read(services, since=FEW)
    once = kept(engine)
    spans = kept(engine, "SELECT * FROM storage_spans ORDER BY 1, 3")
    read(services, since=FEW)
    assert kept(engine) == once
    assert kept(engine, "SELECT * FROM storage_spans ORDER BY 1, 3") == spans


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (
            {"delivered_seconds_by_resolution": {"tier_4320p": 90}},
            "was delivered as tier_4320p, which no price",
        ),
        ({"delivered_seconds": -5}, "was delivered for “-5” seconds"),
        ({"delivered_seconds": "NaN"}, "was delivered for “NaN” seconds"),
        ({"delivered_seconds_by_resolution": {"tier_1080p": "many"}}, "for “many” seconds (tier_1080p)"),
        ({"delivered_seconds": 1e10}, "more than 100,000 viewers watch"),
        ({"delivered_seconds_by_resolution": None}, "for 90 s, but its resolutions come to 0 s"),
        ({"asset_video_quality": "ultra"}, "has the quality “ultra”"),
        ({"asset_video_quality": ["plus"]}, "has the quality “['plus']”"),
        ({"delivered_seconds_by_resolution": [90]}, "in no resolution that can be read"),
        ({"asset_id": ""}, "without an asset"),
    ],
)
def test_a_day_that_cannot_be_is_kept_out_with_its_reason_and_the_others_come(uow, engine, bad, why):
    mux = Deliveries([row()], of_days={YESTERDAY: [row("fine"), row("odd") | bad]})
    found = read(over(uow, mux), since=FEW)
    assert found.days == 4
    assert why in found.refused[YESTERDAY]
    assert kept(engine, "SELECT * FROM delivery_days WHERE day = '2026-03-09'") == []
    with uow("test") as tx:
        assert why in tx.usage.refusals(OLDEST, TODAY)[YESTERDAY]
    fresh = usage_reading.freshness(services=over(uow, mux))
    assert str(fresh.error).startswith("2026-03-09: Mux ")
    # Once Mux tells it otherwise, the day is taken in like any other.
    mux.of_days.clear()
    assert read(over(uow, mux), since=FEW).refused == {}
    assert len(kept(engine, "SELECT * FROM delivery_days WHERE day = '2026-03-09'")) == 1
    with uow("test") as tx:
        assert tx.usage.refusals(OLDEST, TODAY) == {}


def test_what_was_known_of_a_day_stays_where_it_cannot_be_read_anew(uow, engine):
    mux = Deliveries([row()])
    read(over(uow, mux), since=FEW)
    mux.of_days = {TODAY: [row(seconds=-1)]}
    assert set(read(over(uow, mux), since=FEW).refused) == {TODAY}
    assert len(kept(engine, "SELECT * FROM delivery_days WHERE day = '2026-03-10'")) == 1


def test_a_hundred_assets_fill_a_page_and_no_more_is_asked_for(uow, engine):
    mux = Deliveries([row(f"asset-{number}") for number in range(100)])
    assert read(over(uow, mux), since=TODAY).rows == 100
    assert mux.asked == {TODAY: 1}


@pytest.mark.parametrize(("tells_total", "pages"), [(True, 3), (False, 3)])
def test_all_pages_are_read_whether_or_not_mux_says_how_many(uow, engine, tells_total, pages):
    mux = Deliveries([row(f"asset-{number}") for number in range(201)], tells_total=tells_total)
    assert read(over(uow, mux), since=TODAY).rows == 201
    assert mux.asked == {TODAY: pages}


def test_a_list_that_moved_between_two_pages_is_not_taken_for_whole(uow, engine):
    mux = Deliveries([row(f"asset-{number}") for number in range(99)] + [row("asset-0"), row("asset-0")])
    with pytest.raises(Unavailable, match="changed while it was read"):
        read(over(uow, mux), since=TODAY)
    assert kept(engine) == []


def test_of_two_that_take_in_days_of_one_asset_neither_forgets_the_others(uow, engine):
    end_at = datetime(2026, 3, 9, tzinfo=UTC)
    rows = [Delivered(asset_id="film", quality="plus", tier="1080p", seconds=Decimal(60))]
    facts = {"read_at": end_at, "covers_to": end_at}

    def put(day: date) -> None:
        with uow("test.put") as tx:
            tx.usage.put_day(day, rows, **facts)
            tx.commit()

    with ThreadPoolExecutor(1) as pool:
        with uow("test.put") as tx:
            tx.usage.put_day(date(2026, 3, 8), rows, **facts)
            other = pool.submit(put, date(2026, 1, 1))
            wait([other], timeout=0.5)
            tx.commit()
        other.result(timeout=10)
    spans = kept(engine, "SELECT storage, to_at - from_at FROM storage_spans ORDER BY from_at")
    # 1 January and 30 days; infrequent from 1 February to 7 March; 8 March and 30 days
    assert [(row[0], row[1].days) for row in spans if row[1]] == [
        ("standard", 31),
        ("infrequent", 35),
        ("standard", 31),
        ("infrequent", 60),
    ]


def test_a_day_to_come_cannot_be_read(uow):
    with pytest.raises(InvalidInput):
        read(over(uow, Deliveries()), since=TODAY + timedelta(days=1))


def test_reading_needs_the_right(uow):
    tess = Person(subject="t", email="tess@school.test", roles=frozenset({Role.TEACHER, Role.FINANCE}))
    with pytest.raises(NotAllowed):
        usage_reading.read_usage(by=tess, services=over(uow, Deliveries()))
