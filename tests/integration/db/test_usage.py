"""What was used in a month: sums that were worked out by hand, each from a few assets."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from core.db.engine import create_engine
from core.db.uow import unit_of_work
from core.jobs.queueing import enqueue
from core.ports import Tx, UnitOfWork
from core.storage_time import minute_months, rest_of_minimum, spans
from core.usage import Basis, Month, StorageClass, Usage, What
from core.usage_delivery import Delivered
from tests.conftest import copied

FEB, MARCH = Month(2026, 2), Month(2026, 3)
LATE = datetime(2026, 12, 1, tzinfo=UTC)
NO_HOST: Any = None
COLD, STANDARD, INFREQUENT = StorageClass.COLD, StorageClass.STANDARD, StorageClass.INFREQUENT
MAKE = text("""
INSERT INTO assets (id, status, created_at, ready_at, deleted_at, duration_s, resolution_tier, video_quality,
    test, error_type, error_messages, tracks, static_renditions, seen_at)
VALUES (:id, :status, :created_at, :created_at, :deleted_at, :duration_s, :tier, :quality, :test, :error_type,
    '[]', '[]', CAST(:files AS jsonb), now())
""")


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def make(tx: Tx, asset_id: str, created_at: datetime | None, **facts: Any) -> None:
    """Ten minutes of plus at 1080p, unless told otherwise."""
    usual = {
        "status": "deleted" if facts.get("deleted_at") else "ready",
        "deleted_at": None,
        "duration_s": 600.0,
        "tier": "1080p",
        "quality": "plus",
        "test": False,
        "error_type": None,
        "files": "[]",
    }
    connection: Any = tx.usage
    connection._connection.execute(MAKE, {"id": asset_id, "created_at": created_at} | usual | facts)


def played(tx: Tx, asset_id: str, *days: date, seconds: str = "60", tier: str = "1080p") -> None:
    row = Delivered(asset_id=asset_id, quality="plus", tier=tier, seconds=Decimal(seconds))
    for day in days:
        end_at = datetime.combine(day, datetime.min.time(), UTC) + timedelta(days=1)
        tx.usage.put_day(day, [row], read_at=end_at + timedelta(days=1), covers_to=end_at)


def sums(found: Iterable[Usage], what: What = What.STORAGE) -> dict[Any, Decimal]:
    """By storage class, rounded to a hundred millionth."""
    return {
        one.sku.storage or one.sku.tier: one.quantity.quantize(Decimal("1e-8")).normalize()
        for one in found
        if one.sku.what is what
    }


def of(tx: Tx, month: Month = FEB, *, until: datetime = LATE) -> Sequence[Usage]:
    return tx.usage.month_usage(month, until=until)


@pytest.fixture(scope="module")
def shared(server_url: str, template: str) -> Iterator[UnitOfWork]:
    """One database: what a test writes is never committed."""
    for url in copied(server_url, template):
        engine = create_engine(url)
        yield unit_of_work(engine, host_schema="public", host_of=lambda _: NO_HOST, enqueue=enqueue)
        engine.dispose()


@pytest.fixture
def tx(shared: UnitOfWork) -> Iterator[Tx]:
    with shared("test") as tx:
        yield tx


def test_ten_minutes_kept_for_half_of_february_are_five_minute_months(tx):
    make(tx, "a", at(2, 15))
    assert sums(of(tx)) == {COLD: Decimal(5)}  # 10 min x 14 of 28 days


def test_a_video_deleted_at_noon_of_the_first_day_was_kept_for_half_a_day(tx):
    make(tx, "a", at(1, 20), deleted_at=at(2, 1, 12))
    assert sums(of(tx)) == {COLD: Decimal("0.17857143")}  # 10 min x 12 of 672 hours


def test_what_was_deleted_before_the_month_and_made_after_it_is_not_in_it(tx):
    make(tx, "before", at(1, 3), deleted_at=at(1, 31, 23))
    make(tx, "after", at(3, 1))
    assert of(tx) == []


def test_the_present_month_counts_up_to_the_moment_that_is_asked_for(tx):
    make(tx, "a", at(1, 1))
    assert sums(of(tx, until=at(2, 8))) == {COLD: Decimal("2.5")}  # 10 min x 7 of 28 days


def test_a_day_of_plays_is_standard_and_so_are_thirty_days_after_it_then_sixty_infrequent(tx):
    make(tx, "a", at(1, 1))
    played(tx, "a", date(2026, 1, 5))
    # January: 4 days cold, then standard from the 5th on: 27 days of 31.
    assert sums(of(tx, Month(2026, 1))) == {
        COLD: Decimal("1.29032258"),  # 10 x 4 / 31
        STANDARD: Decimal("8.70967742"),  # 10 x 27 / 31
    }
    # Standard until 5 February (6 January + 30 days), so 4 days; then infrequent, 24 days.
    assert sums(of(tx)) == {STANDARD: Decimal("1.42857143"), INFREQUENT: Decimal("8.57142857")}
    # Cold from 6 January + 90 days = 6 April on: April has 5 days infrequent, 25 cold.
    assert sums(of(tx, Month(2026, 4))) == {
        INFREQUENT: Decimal("1.66666667"),
        COLD: Decimal("8.33333333"),
    }


def test_a_second_play_before_thirty_days_leaves_no_gap_and_one_after_them_ends_what_was_infrequent(tx):
    make(tx, "a", at(1, 1))
    played(tx, "a", date(2026, 1, 1), date(2026, 2, 1))
    # Standard from 1 January to 1 February + 31 days: 31 days after the first play's end is the second's day.
    assert sums(of(tx)) == {STANDARD: Decimal(10)}
    played(tx, "a", date(2026, 3, 20))
    # Standard until 4 March (2 February + 30), 3 days; infrequent until the 20th, 16 days; 12 standard.
    assert sums(of(tx, MARCH)) == {
        STANDARD: Decimal("4.83870968"),  # 10 x 15 / 31
        INFREQUENT: Decimal("5.16129032"),  # 10 x 16 / 31
    }


def test_a_day_that_mux_takes_back_makes_the_asset_cold_again(tx):
    make(tx, "a", at(1, 1))
    played(tx, "a", date(2026, 2, 1))
    tx.usage.put_day(date(2026, 2, 1), [], read_at=at(2, 3), covers_to=at(2, 2))
    assert sums(of(tx)) == {COLD: Decimal(10)}


def test_basic_quality_is_charged_for_a_month_at_least_in_the_month_in_which_it_is_deleted(tx):
    make(tx, "a", at(1, 30), deleted_at=at(2, 8), quality="basic")
    # January: 2 of 31 days. February: 7 of 28 days, and what is left of a month: 1 - 2/31 - 7/28.
    assert sums(of(tx, Month(2026, 1))) == {COLD: Decimal("0.64516129")}
    assert sums(of(tx)) == {COLD: Decimal("9.35483871")}  # 10 - 10 x 2 / 31
    assert sums(of(tx, until=at(2, 5))) == {COLD: Decimal("1.42857143")}  # not yet: 10 x 4 / 28


@pytest.mark.parametrize("created_at", [at(2, 10), at(2, 1)])
def test_what_was_deleted_before_it_was_made_was_kept_for_no_time(tx, created_at):
    gone_at = created_at - timedelta(seconds=2)  # also where that is in the month before
    make(tx, "plus", created_at, deleted_at=gone_at)
    make(tx, "basic", created_at, deleted_at=gone_at, quality="basic")
    assert sums(of(tx)) == {COLD: Decimal(10)}  # the minimum month of basic quality
    assert sums(of(tx), What.INPUT) == {"1080p": Decimal(10)}
    assert of(tx, Month(2026, 1)) == []
    by_day = tx.usage.by_day(FEB, until=LATE)
    assert {day: sums(found) for day, found in by_day.items()} == {created_at.date(): {COLD: Decimal(10)}}


def test_basic_quality_deleted_as_the_month_turns_is_charged_in_the_new_one(tx):
    make(tx, "a", at(2, 15), deleted_at=at(3, 1), quality="basic")
    assert sums(of(tx)) == {COLD: Decimal(5)}  # 10 x 14 / 28
    assert sums(of(tx, MARCH)) == {COLD: Decimal(5)}  # the other half of a month


def test_basic_quality_kept_for_more_than_a_month_has_no_rest(tx):
    make(tx, "a", at(1, 1), deleted_at=at(2, 15), quality="basic")
    assert sums(of(tx)) == {COLD: Decimal(5)}  # 10 x 14 / 28


def test_only_what_was_made_in_the_month_is_input_and_all_of_it(tx):
    make(tx, "before", at(1, 31, 23, 59))
    make(tx, "in", at(2, 1), duration_s=90.5)
    make(tx, "gone again", at(2, 3), deleted_at=at(2, 4), tier="720p")
    found = sums(of(tx), What.INPUT)
    assert found == {"1080p": Decimal("1.50833333"), "720p": Decimal(10)}  # 90.5 / 60; 600 / 60


def test_delivered_minutes_are_summed_by_what_was_delivered_and_told_by_mux(tx):
    played(tx, "a", date(2026, 2, 1), seconds="90", tier="1080p")
    played(tx, "a", date(2026, 2, 28), seconds="45.5", tier="720p")
    played(tx, "a", date(2026, 3, 1), seconds="1000")
    found = of(tx)
    assert sums(found, What.DELIVERY) == {"1080p": Decimal("1.5"), "720p": Decimal("0.75833333")}
    assert {(one.basis, one.first, one.last) for one in found} == {(Basis.MEASURED, FEB.first, FEB.last)}


def test_test_assets_and_those_that_failed_are_not_charged(tx):
    make(tx, "test", at(2, 1), test=True)
    make(tx, "failed", at(2, 1), status="errored")
    make(tx, "failed and gone", at(2, 1), deleted_at=at(2, 9), error_type="invalid_input")
    played(tx, "test", date(2026, 2, 2))
    assert of(tx) == []
    assert tx.usage.by_day(FEB, until=LATE) == {}
    assert tx.usage.left_out(FEB, until=LATE).sentences == []


def test_what_mux_has_not_told_is_said_and_not_counted_as_nothing(tx):
    make(tx, "a", at(2, 1), tier=None)
    make(tx, "b", at(2, 2), duration_s=None)
    make(tx, "c", at(2, 2), duration_s=-1.0)
    make(tx, "d", at(2, 2), duration_s=float("nan"))
    make(tx, "is being made", at(2, 2), duration_s=None, tier=None, status="preparing")
    make(tx, "next month", at(3, 2), tier=None)
    connection: Any = tx.usage
    connection._connection.execute(text("UPDATE assets SET ready_at = NULL WHERE status = 'preparing'"))
    assert of(tx) == []
    assert tx.usage.left_out(FEB, until=LATE).sentences == [
        "4 assets are in no figure: Mux has not told the length, quality or resolution of a, b, c, d."
    ]


@pytest.mark.parametrize("quality", ["plus", "basic"])
def test_storage_agrees_with_the_pure_rule_over_a_winding_life(tx, quality):
    created_at, deleted_at = at(1, 10, 7, 30), at(8, 3, 18, 45)
    days = [date(2026, 1, 12), date(2026, 2, 20), date(2026, 2, 25), date(2026, 7, 1)]
    make(tx, "a", created_at, deleted_at=deleted_at, quality=quality, duration_s=3723.25)
    played(tx, "a", *days)
    moments = [datetime.combine(day, datetime.min.time(), UTC) for day in days]
    plays = [*moments, *(one + timedelta(days=1) for one in moments)]
    for number in range(1, 9):
        month, until = Month(2026, number), at(8, 1, 12)
        expected: dict[StorageClass, Decimal] = {}
        for span in spans(created_at, plays, deleted_at=deleted_at):
            kept = minute_months(Decimal("3723.25"), span.from_at, span.to_at, month, until=until)
            expected[span.storage] = expected.get(span.storage, Decimal(0)) + kept
        found = sums(of(tx, month, until=until))
        assert found == {
            one: kept.quantize(Decimal("1e-8")).normalize() for one, kept in expected.items() if kept > 0
        }


def test_the_rest_of_a_month_agrees_with_the_pure_rule(tx):
    created_at, deleted_at = at(1, 31, 13, 20), at(2, 26, 4, 5)
    make(tx, "a", created_at, deleted_at=deleted_at, quality="basic")
    kept = minute_months(Decimal(600), created_at, deleted_at, FEB, until=LATE)
    rest = rest_of_minimum(Decimal(600), created_at, deleted_at)
    assert sums(of(tx)) == {COLD: (kept + rest).quantize(Decimal("1e-8")).normalize()}


def test_days_sum_up_to_their_month_and_each_is_its_own_part(tx):
    make(tx, "a", at(2, 10, 12))
    make(tx, "b", at(1, 5), deleted_at=at(2, 20, 6), quality="basic")
    make(tx, "c", at(2, 3), deleted_at=at(2, 4, 12), quality="basic")
    played(tx, "a", date(2026, 2, 12))
    days = tx.usage.by_day(FEB, until=at(2, 25, 18))
    of_the_month = of(tx, until=at(2, 25, 18))
    for one in of_the_month:
        same = [day for found in days.values() for day in found if day.sku == one.sku]
        assert sum(day.quantity for day in same) == pytest.approx(one.quantity, abs=Decimal("1e-12"))
        assert {day.basis for day in same} == {one.basis}
    # On the 10th a was there for half a day: 10 min x 12 of 672 hours.
    assert sums(one for one in days[date(2026, 2, 10)] if one.sku.quality == "plus") == {
        COLD: Decimal("0.17857143")
    }
    assert sums(days[date(2026, 2, 12)], What.DELIVERY) == {"1080p": Decimal(1)}
    # On the 4th c went: half a day, and the 26.5 of 28 days that are left of its month; b a day.
    assert sums(days[date(2026, 2, 4)]) == {COLD: Decimal("10")}
    assert max(days) == date(2026, 2, 25)


FILES = """[
    {"id": "r1", "name": "720p.mp4", "status": "ready", "type": "advanced", "resolution_tier": "720p"},
    {"id": "r2", "name": "audio.m4a", "status": "ready", "type": "standard", "ext": "m4a"},
    {"id": "r3", "name": "highest.mp4", "status": "preparing"}
]"""


def test_mp4s_are_kept_from_when_they_were_ready_to_when_they_went(tx):
    make(tx, "a", at(2, 1), files=FILES)
    tx.usage.note_renditions(at(2, 3))
    tx.usage.note_renditions(at(2, 4))
    # 10 min at 720p and of sound, both since the asset is there: never played, so cold.
    found = of(tx, until=at(2, 15))
    kept = {one.sku.tier: one.quantity for one in found if one.sku.what is What.RENDITION_STORAGE}
    assert kept == {"720p": Decimal(5), "audio-only": Decimal(5)}
    assert sums(found, What.RENDITION_INPUT) == {"720p": Decimal(10)}  # sound is made for nothing
    connection: Any = tx.usage
    connection._connection.execute(text("UPDATE assets SET static_renditions = '[]'"))
    tx.usage.note_renditions(at(2, 8))
    kept = {one.sku.tier: one.quantity for one in of(tx) if one.sku.what is What.RENDITION_STORAGE}
    assert kept == {"720p": Decimal("2.5"), "audio-only": Decimal("2.5")}  # 10 min x 7 of 28 days


def test_an_mp4_that_somebody_adds_later_counts_from_when_it_is_first_seen(tx):
    make(tx, "a", at(1, 1))
    tx.usage.note_renditions(at(2, 1))
    tx.usage.note_read(at(2, 1))
    connection: Any = tx.usage
    connection._connection.execute(text("UPDATE assets SET static_renditions = :files"), {"files": FILES})
    tx.usage.note_renditions(at(2, 8))
    kept = {one.sku.tier: one.quantity for one in of(tx) if one.sku.what is What.RENDITION_STORAGE}
    assert kept == {"720p": Decimal("7.5"), "audio-only": Decimal("7.5")}  # 10 min x 21 of 28 days
    assert sums(of(tx), What.RENDITION_INPUT) == {"720p": Decimal(10)}


def test_an_mp4_that_comes_back_is_kept_anew_whatever_the_clocks_say(tx):
    make(tx, "a", at(2, 1), files=FILES)
    connection: Any = tx.usage
    tx.usage.note_read(at(2, 2))
    for files, seen_at in ((FILES, at(2, 8)), ("[]", at(2, 7)), (FILES, at(2, 7)), (FILES, at(2, 9))):
        connection._connection.execute(text("UPDATE assets SET static_renditions = :files"), {"files": files})
        tx.usage.note_renditions(seen_at)  # one machine's clock is a day behind
    kept = {one.sku.tier: one.quantity for one in of(tx) if one.sku.what is What.RENDITION_STORAGE}
    assert {tier: round(quantity, 6) for tier, quantity in kept.items()} == {
        "720p": Decimal("7.5"),  # 10 min x 21 of 28 days
        "audio-only": Decimal("7.5"),
    }


def test_days_that_mux_should_have_told_and_that_were_not_taken_in_are_holes(tx):
    make(tx, "a", at(2, 3))
    played(tx, "a", date(2026, 2, 4))
    tx.usage.put_day(date(2026, 2, 5), [], read_at=at(2, 5, 20), covers_to=at(2, 5, 8))
    tx.usage.refuse_day(date(2026, 2, 6), at=at(2, 7, 14), error="Mux says that asset a …")
    first, last = date(2026, 1, 1), date(2026, 2, 28)
    # Nothing was there before the 3rd; the 8th is told on the 9th at 13:00.
    assert tx.usage.holes(first, last, until=at(2, 9, 12)) == [date(2026, 2, day) for day in (3, 5, 6, 7)]
    assert tx.usage.holes(first, last, until=at(2, 9, 13))[-1] == date(2026, 2, 8)
    assert tx.usage.refusals(first, last) == {date(2026, 2, 6): "Mux says that asset a …"}
    assert tx.usage.freshness().final_to == date(2026, 2, 4)


def test_the_same_day_twice_is_the_same_rows(tx):
    make(tx, "a", at(1, 1))
    played(tx, "a", date(2026, 2, 1))
    once = of(tx)
    played(tx, "a", date(2026, 2, 1))
    assert of(tx) == once
