"""What of S3 is in no figure: buckets that are no longer looked at, and those that nobody scanned of late."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core.ports import UnitOfWork
from core.traffic_reading import read_traffic
from core.usage import Month, What
from tests.integration.db.making import an_object
from tests.integration.usage.test_s3 import END, GB, MARCH, Metrics, watched

APRIL = MARCH.after
OLD, NEW = "old-videos", "videos"
LATER = datetime(2026, 6, 1, tzinfo=UTC)


def seen(uow: UnitOfWork, day: date, bucket: str, *gigabytes: int) -> None:
    """A scan of the bucket on this day that found objects of these sizes, and no others."""
    with uow("test") as tx:
        objects = [
            replace(an_object(f"{bucket}-{at}", size_bytes=size * GB, etag=f"{size}"), bucket=bucket)
            for at, size in enumerate(gigabytes)
        ]
        tx.sources.finish_scan(tx.sources.upsert_page(tx.sources.begin_scan(bucket, ""), objects))
        tx.usage.put_s3_day(day, bucket)
        tx.commit()


def runs(uow: UnitOfWork, day: date, *buckets: str) -> None:
    """The worker's hourly run on a machine with these buckets."""
    services = watched(uow, Metrics({}), now=datetime(day.year, day.month, day.day, 13, 33, tzinfo=UTC))
    named = tuple(replace(services.settings.s3_buckets[0], name=name) for name in buckets)
    read_traffic(services=replace(services, settings=replace(services.settings, s3_buckets=named)))


def kept(uow: UnitOfWork, month: Month, *, until: datetime = LATER) -> Decimal:
    """GB, on how many days of the month."""
    with uow("test") as tx:
        found = [
            one.quantity
            for one in tx.usage.month_usage(month, until=until)
            if one.sku.what is What.S3_STORAGE
        ]
    return (sum(found, Decimal(0)) * month.last.day).quantize(Decimal("1e-8")).normalize()


def said(uow: UnitOfWork, month: Month, *, until: datetime = LATER) -> Sequence[str]:
    with uow("test") as tx:
        return tx.usage.left_out(month, until=until).sentences


@pytest.fixture
def both(uow: UnitOfWork) -> None:
    """10 GB in the one, 1 GB in the other, since the end of February."""
    seen(uow, date(2026, 2, 27), OLD, 10)
    seen(uow, date(2026, 2, 27), NEW, 1)


@pytest.mark.usefixtures("both")
def test_what_lies_in_a_bucket_that_was_taken_out_is_in_no_figure_from_that_day_on(uow: UnitOfWork) -> None:
    runs(uow, date(2026, 3, 2), OLD, NEW)
    assert kept(uow, MARCH) == 31 * 11
    for day in (3, 4, 9):
        runs(uow, date(2026, 3, day), NEW)
    seen(uow, date(2026, 3, 20), NEW, 1)
    assert kept(uow, MARCH) == 2 * 10 + 31 * 1
    gone = "What lies in the bucket old-videos is in no figure since 3 March 2026"
    assert said(uow, MARCH) == [f"{gone}: it is not among S3_BUCKETS any more."]
    # Months before it are as they were, and months after it say it too.
    assert (kept(uow, Month(2026, 2)), kept(uow, APRIL)) == (2 * 11, 30)
    assert [one for one in said(uow, Month(2026, 2)) if "is in no figure since" in one] == []
    assert [one for one in said(uow, APRIL) if one.startswith(gone)] != []


@pytest.mark.usefixtures("both")
def test_the_last_bucket_that_is_taken_out_counts_no_more_either(uow: UnitOfWork) -> None:
    runs(uow, date(2026, 3, 3))
    assert kept(uow, MARCH) == 2 * 11
    assert len(said(uow, MARCH)) == 2


@pytest.mark.usefixtures("both")
def test_a_bucket_that_was_brought_back_counts_from_then_on_as_it_was_scanned_last(uow: UnitOfWork) -> None:
    runs(uow, date(2026, 3, 3), NEW)
    runs(uow, date(2026, 3, 10), OLD, NEW)
    assert kept(uow, MARCH) == (2 + 22) * 10 + 31
    between = "What lay in the bucket old-videos from 3 March 2026 to 9 March 2026 is in no figure"
    stale = "is counted as it was scanned last, on 27 February 2026."
    assert said(uow, MARCH) == [
        f"{between}: it was not among S3_BUCKETS then.",
        f"What lies in the bucket old-videos {stale}",
        f"What lies in the bucket videos {stale}",
    ]
    assert said(uow, MARCH, until=datetime(2026, 3, 12, tzinfo=UTC)) == said(uow, MARCH)[:1]


@pytest.mark.usefixtures("both")
def test_a_scan_brings_a_bucket_back_as_well(uow: UnitOfWork) -> None:
    runs(uow, date(2026, 3, 3), NEW)
    seen(uow, date(2026, 3, 20), OLD, 5)
    assert kept(uow, MARCH) == 2 * 10 + 12 * 5 + 31


@pytest.mark.usefixtures("both")
def test_two_machines_with_different_settings_for_a_moment_leave_no_trace(uow: UnitOfWork) -> None:
    runs(uow, date(2026, 3, 3), NEW)
    runs(uow, date(2026, 3, 3), OLD, NEW)
    runs(uow, date(2026, 3, 4), NEW)
    runs(uow, date(2026, 3, 5), OLD, NEW)  # over midnight
    assert kept(uow, MARCH, until=datetime(2026, 3, 6, tzinfo=UTC)) == 5 * 11
    assert said(uow, MARCH, until=datetime(2026, 3, 6, tzinfo=UTC)) == []
    # The other way round: one that still has it ends no absence for good.
    runs(uow, date(2026, 3, 6), NEW)
    runs(uow, date(2026, 3, 8), OLD, NEW)
    runs(uow, date(2026, 3, 8), NEW)
    assert [one for one in said(uow, MARCH) if "old-videos" in one] == [
        "What lies in the bucket old-videos is in no figure since 6 March 2026: "
        "it is not among S3_BUCKETS any more."
    ]
    runs(uow, date(2026, 3, 10), OLD, NEW)
    runs(uow, date(2026, 3, 12), NEW)
    runs(uow, date(2026, 3, 13), NEW)
    assert kept(uow, MARCH, until=END) == (5 + 2) * 10 + 31  # the 10th and the 11th it was there


def test_a_bucket_in_which_nothing_lay_is_not_missed(uow: UnitOfWork) -> None:
    seen(uow, date(2026, 2, 27), OLD, 10)
    seen(uow, date(2026, 3, 2), OLD)
    runs(uow, date(2026, 3, 3))
    assert (kept(uow, MARCH), said(uow, MARCH)) == (10, [])


@pytest.mark.usefixtures("both")
def test_an_old_scan_is_told_with_its_day(uow: UnitOfWork) -> None:
    seen(uow, date(2026, 3, 10), NEW, 1)
    assert said(uow, MARCH, until=datetime(2026, 3, 14, tzinfo=UTC)) == []
    assert said(uow, MARCH, until=datetime(2026, 3, 14, 9, tzinfo=UTC)) == [
        "What lies in the bucket old-videos is counted as it was scanned last, on 27 February 2026."
    ]


def test_a_bucket_that_came_later_is_told_by_its_name(uow: UnitOfWork) -> None:
    seen(uow, date(2026, 3, 1), OLD, 10)
    seen(uow, date(2026, 3, 12), NEW, 1)
    before = "What lay in the bucket videos before Thu 12 Mar is in no figure"
    assert said(uow, MARCH, until=datetime(2026, 3, 13, tzinfo=UTC)) == [
        f"{before}: it was scanned then for the first time."
    ]


@pytest.mark.usefixtures("both")
def test_what_lies_below_a_prefix_that_was_taken_out_is_not_counted_by_the_next_scan(
    uow: UnitOfWork,
) -> None:
    seen(uow, date(2026, 3, 1), NEW, 1, 2)
    with uow("test") as tx:
        tx.usage.put_s3_day(date(2026, 3, 11), NEW, [f"{NEW}-1", "uploads/"])
        tx.commit()
    assert kept(uow, MARCH) == 31 * 10 + 10 * 3 + 21 * 2
