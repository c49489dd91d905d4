"""Which days of deliveries are read, how far, and until when; and what a row of them says."""

import doctest
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from core import billed, usage_delivery
from core.figures import Span
from core.usage import Month
from core.usage_delivery import Delivered, day_span, due, is_final, newest, read_rows

DAY = date(2026, 3, 9)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize("module", [usage_delivery, billed])
def test_examples_hold(module: object) -> None:
    found = doctest.testmod(module)  # type: ignore[arg-type]
    assert (found.failed, found.attempted > 0) == (0, True)


def test_an_hour_is_told_twelve_hours_after_its_end() -> None:
    assert newest(at(9, 13)) == at(9, 1)
    assert newest(at(9, 12, 59)) == at(9, 0)


def test_a_day_is_asked_for_as_far_as_mux_tells_of_it() -> None:
    start_s = int(at(9, 0).timestamp())
    assert day_span(DAY, now=at(9, 12, 59)) is None
    assert day_span(DAY, now=at(9, 13)) == Span(start_s=start_s, end_s=start_s + 3_600)
    assert day_span(DAY, now=at(12, 0)) == Span(start_s=start_s, end_s=start_s + 86_400)


def test_a_day_that_was_read_thirteen_hours_after_its_end_is_final() -> None:
    assert not is_final(DAY, read_at=at(10, 12, 59))
    assert is_final(DAY, read_at=at(10, 13))


def test_days_on_which_the_schools_clocks_change_have_24_hours_here() -> None:
    for day in (date(2026, 3, 29), date(2026, 10, 25)):
        found = day_span(day, now=datetime(2026, 12, 1, tzinfo=UTC))
        assert found is not None
        assert found.end_s - found.start_s == 86_400


def test_what_was_read_a_moment_ago_comes_after_what_was_never_read() -> None:
    now = at(9, 14)
    days = due({DAY: now - timedelta(minutes=5)}, now=now)
    assert days[0] == date(2026, 3, 8)
    assert days[-1] == DAY
    assert len(days) == 90  # 9 March back to 10 December


def test_days_that_mux_has_forgotten_are_not_asked_for() -> None:
    # 90 days before 9 March, 14:00, is 9 December: its first hours are gone, so the 10th is the first.
    assert min(due({}, now=at(9, 14))) == date(2025, 12, 10)
    assert due({}, now=at(9, 14), since=date(2020, 1, 1))[-1] == date(2025, 12, 10)
    assert due({}, now=at(9, 14), since=DAY) == [DAY]


def test_numbers_may_come_as_text_and_tiers_without_delivery_not_at_all() -> None:
    row = {
        "asset_id": "film",
        "asset_encoding_tier": "smart",
        "delivered_seconds": "206.366667",
        "delivered_seconds_by_resolution": {"tier_1080p": "200", "tier_audio_only": 6.366667, "tier_720p": 0},
    }
    assert read_rows([row]) == [
        Delivered(asset_id="film", quality="plus", tier="1080p", seconds=Decimal(200)),
        Delivered(asset_id="film", quality="plus", tier="audio-only", seconds=Decimal("6.366667")),
    ]


def test_an_asset_without_any_delivery_is_no_row() -> None:
    row = {"asset_id": "film", "asset_video_quality": "basic", "delivered_seconds": 0}
    assert read_rows([row]) == []


def test_an_asset_on_two_pages_counts_once_as_it_came_last() -> None:
    def row(seconds: int) -> dict[str, object]:
        tiers = {"tier_720p": seconds}
        facts = {"delivered_seconds": seconds, "delivered_seconds_by_resolution": tiers}
        return {"asset_id": "film", "asset_video_quality": "basic"} | facts

    assert [one.seconds for one in read_rows([row(60), row(90)])] == [90]


@pytest.mark.parametrize(
    "name",
    [
        "asset_count",
        "delivery_minutes",
        "live_delivery_plus_1080p_minutes",
        "delivery_input_plus_1080p_minutes",
    ],
)
def test_a_column_that_says_too_little_or_something_else_is_not_guessed(name: str) -> None:
    assert billed.sku_of(name) is None


def test_units_of_an_export_become_minutes() -> None:
    lines = ["asset_id,Delivery (Plus 1080p) seconds,storage_cold_basic_audio_only_hours\n", "a,90,2\n"]
    found = billed.read_export(lines, environment_id=None)
    assert [(one.quantity, one.assets) for one in found.columns] == [(Decimal("1.5"), 1), (Decimal(120), 1)]


@pytest.mark.parametrize("text", ["0001-01", "1999-12", "2101-01", "9999-12", "2026-13", "", "now"])
def test_a_month_that_nothing_can_be_counted_in_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Month.read(text)


def test_the_first_and_last_month_of_all_have_one_beside_them() -> None:
    assert (str(Month.read("2000-01").before), str(Month.read("2100-12").after)) == ("1999-12", "2101-01")
