"""Which days are to be read, and in which order."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.figures import KEPT_BY_MUX_D, due

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 11, 20)


def back(*days: int) -> list[date]:
    return [TODAY - timedelta(days=one) for one in days]


def test_a_run_that_was_broken_off_goes_on_with_what_it_did_not_come_to() -> None:
    """Each try would else read today first, and hardly come to the days that are missing."""
    read = dict.fromkeys(back(0, 1, 2, 3, 4, 5), NOW - timedelta(minutes=2))
    assert due(read, now=NOW, zone=ZONE) == back(*range(6, KEPT_BY_MUX_D), 0, 1, 2, 3)


def test_an_hour_later_what_may_have_changed_comes_first_again() -> None:
    """So that a day that Mux never gives does not keep today back."""
    read = dict.fromkeys(back(0, 1, 2, 3, 4, *range(6, KEPT_BY_MUX_D)), NOW - timedelta(hours=1))
    assert due(read, now=NOW, zone=ZONE) == back(0, 1, 2, 3, 5)


def test_days_that_are_asked_for_by_name_are_read_newest_first_whenever_they_were_read() -> None:
    read = dict.fromkeys(back(0, 1), NOW - timedelta(minutes=2))
    assert due(read, now=NOW, zone=ZONE, since=TODAY - timedelta(days=2)) == back(0, 1, 2)
