"""What lies in S3 and what leaves it: from scans, from CloudWatch, and worked out."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from core.errors import NotFound, Unavailable
from core.ports import Services, UnitOfWork
from core.traffic_reading import read_traffic
from core.usage import Basis, Month, Usage, What
from core.usage_s3 import S3Traffic
from tests.integration.db.making import BUCKET, an_object, scan, source_id
from tests.integration.usage.delivering import NOW, over
from tests.pages.fakes import SETTINGS

MARCH = Month(2026, 3)
END = datetime(2026, 4, 1, tzinfo=UTC)
GB = 10**9


def seen(uow: UnitOfWork, day: date, **gigabytes: tuple[int, str]) -> None:
    """A scan on this day that found objects of these sizes and classes, and no others."""
    with uow("test") as tx:
        objects = [
            replace(an_object(key, size_bytes=size * GB, etag=f"{key}-{size}"), storage_class=name)
            for key, (size, name) in gigabytes.items()
        ]
        scan(tx, objects)
        tx.usage.put_s3_day(day, BUCKET)
        tx.commit()


def used(uow: UnitOfWork, what: What, *, until: datetime = END) -> dict[Any, Decimal]:
    with uow("test") as tx:
        found: Sequence[Usage] = tx.usage.month_usage(MARCH, until=until)
        by_day = [one for day in tx.usage.by_day(MARCH, until=until).values() for one in day]
    sums = {(one.sku.storage or one.basis).value: one.quantity for one in found if one.sku.what is what}
    assert sum(one.quantity for one in by_day if one.sku.what is what) == sum(sums.values())
    return {name: quantity.quantize(Decimal("1e-8")).normalize() for name, quantity in sums.items()}


def test_the_last_scan_of_a_day_stands_until_the_next_one(uow):
    seen(uow, date(2026, 3, 1), a=(99, "STANDARD"))
    seen(uow, date(2026, 3, 1), a=(31, "STANDARD"), b=(62, "STANDARD_IA"))
    seen(uow, date(2026, 3, 11), a=(31, "STANDARD"))
    # a: 31 GB all month. b: 62 GB on 10 of 31 days.
    assert used(uow, What.S3_STORAGE) == {"standard": Decimal(31), "standard-ia": Decimal(20)}
    # Up to the 2nd at noon: 1.5 of 31 days each.
    assert used(uow, What.S3_STORAGE, until=datetime(2026, 3, 2, 12, tzinfo=UTC)) == {
        "standard": Decimal("1.5"),
        "standard-ia": Decimal(3),
    }


def test_an_emptied_bucket_holds_nothing_from_then_on(uow):
    seen(uow, date(2026, 2, 20), a=(31, "STANDARD"))
    seen(uow, date(2026, 3, 11))
    assert used(uow, What.S3_STORAGE) == {"standard": Decimal(10)}  # 31 GB on 10 of 31 days


def test_days_before_the_first_scan_are_not_made_up_but_said(uow):
    seen(uow, date(2026, 3, 31), a=(31, "STANDARD"))
    assert used(uow, What.S3_STORAGE) == {"standard": Decimal(1)}  # 31 GB on 1 of 31 days
    with uow("test") as tx:
        assert tx.usage.left_out(MARCH, until=END).sentences == [
            "What lay in S3 before Tue 31 Mar is in no figure: it was scanned then for the first time."
        ]
        after = datetime(2026, 4, 2, tzinfo=UTC)
        assert tx.usage.left_out(MARCH.after, until=after).sentences == []


def test_objects_in_a_class_without_a_price_are_said(uow):
    seen(uow, date(2026, 3, 1), a=(5, "GLACIER"), b=(5, "GLACIER"))
    seen(uow, date(2026, 3, 31), a=(5, "GLACIER"), b=(5, "GLACIER"))
    assert used(uow, What.S3_STORAGE) == {}
    with uow("test") as tx:
        assert tx.usage.left_out(MARCH, until=END).sentences == [
            "2 objects in S3 are in no figure: there is no price for GLACIER."
        ]


def test_an_object_that_moved_to_a_colder_class_is_known_to_be_there(uow):
    seen(uow, date(2026, 3, 1), a=(31, "STANDARD"))
    seen(uow, date(2026, 3, 2), a=(31, "STANDARD_IA"))
    assert used(uow, What.S3_STORAGE) == {"standard": Decimal(1), "standard-ia": Decimal(30)}


@dataclass
class Metrics:
    """CloudWatch with these days; None: the bucket has no metrics."""

    days: dict[date, int] | None = None
    asked: list[tuple[date, date]] = field(default_factory=list)

    def traffic(self, bucket: str, first: date, last: date) -> Sequence[S3Traffic]:
        self.asked.append((first, last))
        if self.days is None:
            raise NotFound("CloudWatch has no request metrics.", hint="Enable them.")
        zero = Decimal(0)
        return [
            S3Traffic(
                day=day,
                bucket=bucket,
                egress_bytes=Decimal(size * GB),
                reads=Decimal(7),
                writes=zero,
                basis=Basis.MEASURED,
            )
            for day, size in self.days.items()
            if first <= day <= last
        ]


def watched(uow: UnitOfWork, metrics: object, *, now: datetime = NOW) -> Services:
    services = over(uow, None, now=now)
    bucket = replace(SETTINGS["s3_buckets"][0], name=BUCKET)
    known: Any = {"traffic": metrics, "settings": replace(services.settings, s3_buckets=(bucket,))}
    return replace(services, **known)


@pytest.fixture
def played(uow: UnitOfWork, engine: Engine) -> None:
    """Lesson 1 plays a file of 2 GB, three times on the 4th from S3, on the 8th from Mux; the migration
    fetched it on the 6th."""
    seen(uow, date(2026, 3, 1), a=(2, "STANDARD"))
    with uow("test") as tx:
        number = source_id(tx, "a")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO source_links (table_name, row_id, column_name, source_id) "
            "VALUES ('lessons', '1', 'video_url', %s)",
            (number,),
        )
        for day in ("2026-03-04", "2026-03-08"):
            connection.exec_driver_sql(
                "INSERT INTO lesson_days VALUES ('1', %s, 0, 0, 0, NULL, 3, 0, 0, 3, 0, 'own')", (day,)
            )
        connection.exec_driver_sql("INSERT INTO lesson_assets VALUES ('1', 'film', '2026-03-06', NULL)")
        connection.exec_driver_sql(
            "INSERT INTO assets (id, status, created_at, test, error_messages, tracks, static_renditions, "
            "seen_at) VALUES ('film', 'ready', '2026-03-06 10:00+00', false, '[]', '[]', '[]', now())"
        )
        connection.exec_driver_sql(
            "INSERT INTO asset_sources (asset_id, source_id, etag, adopted_at) "
            "VALUES ('film', %s, 'x', now())",
            (number,),
        )


@pytest.mark.usefixtures("played")
def test_without_metrics_what_left_is_views_times_size_and_what_migrations_fetched(uow):
    found = read_traffic(services=watched(uow, Metrics()))
    assert found.why_none == {BUCKET: "CloudWatch has no request metrics. Enable them."}
    # 3 views x 2 GB on the 4th, and 2 GB on the 6th; the views of the 8th were at Mux.
    assert used(uow, What.S3_EGRESS) == {"assumed": Decimal(8)}
    assert used(uow, What.S3_READS) == {"assumed": Decimal(4)}
    with uow("test") as tx:
        assert tx.usage.estimated_traffic("other", MARCH.first, MARCH.last) == []


@pytest.mark.usefixtures("played")
def test_what_cloudwatch_measured_takes_the_place_of_the_estimate_from_its_first_day_on(uow):
    read_traffic(services=watched(uow, Metrics()))
    metrics = Metrics({date(2026, 3, 6): 5, date(2026, 3, 9): 1})
    assert read_traffic(services=watched(uow, metrics)).measured == {BUCKET: 2}
    assert used(uow, What.S3_EGRESS) == {"assumed": Decimal(6), "measured": Decimal(6)}
    # Read again a day later, the last days alone are asked for, and no estimate comes back.
    read_traffic(services=watched(uow, metrics, now=NOW + timedelta(days=1)))
    assert metrics.asked[-1] == (date(2026, 3, 6), date(2026, 3, 10))
    read_traffic(services=watched(uow, Metrics()))
    assert used(uow, What.S3_EGRESS) == {"assumed": Decimal(6), "measured": Decimal(6)}


@pytest.mark.usefixtures("played")
def test_once_measuring_ends_the_days_after_are_estimated_again(uow):
    read_traffic(services=watched(uow, Metrics({date(2026, 3, 3): 5})))
    assert used(uow, What.S3_EGRESS) == {"measured": Decimal(5)}
    read_traffic(services=watched(uow, Metrics()))
    # As without metrics: 6 GB on the 4th, 2 GB on the 6th.
    assert used(uow, What.S3_EGRESS) == {"measured": Decimal(5), "assumed": Decimal(8)}


def test_another_s3_than_amazons_has_no_metrics(uow):
    assert read_traffic(services=watched(uow, None)).why_none == {
        BUCKET: "S3 is not Amazon's, so it has no request metrics."
    }


@dataclass
class HalfAway(Metrics):
    """It does not answer about this bucket."""

    away: str = ""

    def traffic(self, bucket: str, first: date, last: date) -> Sequence[S3Traffic]:
        if bucket == self.away:
            raise Unavailable("S3 does not answer.")
        return [replace(one, bucket=bucket) for one in super().traffic(bucket, first, last)]


def test_a_bucket_of_which_s3_does_not_answer_keeps_the_others_not_back(uow):
    services = watched(uow, HalfAway({date(2026, 3, 3): 5}, away="archive"))
    names = ("archive", BUCKET, "zoo")
    buckets = [replace(services.settings.s3_buckets[0], name=name) for name in names]
    both = replace(services, settings=replace(services.settings, s3_buckets=(*buckets,)))
    with pytest.raises(Unavailable, match="S3 does not answer"):
        read_traffic(services=both)
    assert used(uow, What.S3_EGRESS) == {"measured": Decimal(10)}
