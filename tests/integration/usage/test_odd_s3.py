"""S3 and CloudWatch, over HTTP and over moto, when they tell less than they should, or the same twice."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from core import scanning
from core.ports import Services, UnitOfWork
from core.s3 import traffic
from core.s3.client import s3_client
from core.s3.store import S3Store
from core.s3.traffic import CloudWatch
from core.settings import Bucket
from core.traffic_reading import read_traffic
from core.usage import Month, What
from sandbox.s3.testing import RunningS3, running_s3
from tests.integration.usage.delivering import NOW, over

MARCH, BUCKETS = Month(2026, 3), ("archive", "videos")
TRAFFIC = (What.S3_EGRESS, What.S3_READS, What.S3_WRITES)


def at(services: Services, now: datetime, **changes: Any) -> Services:
    places = tuple(Bucket(name=name) for name in BUCKETS)
    known: Any = {"clock": lambda: now, "settings": replace(services.settings, s3_buckets=places), **changes}
    return replace(services, **known)


def used(uow: UnitOfWork, *what: What, until: datetime = NOW) -> dict[str, Decimal]:
    with uow("test") as tx:
        found = tx.usage.month_usage(MARCH, until=until)
    return {f"{one.sku.what} {one.basis}": one.quantity for one in found if one.sku.what in what}


@pytest.fixture
def s3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningS3]:
    with running_s3(tmp_path) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        for name in BUCKETS:
            server.make_bucket(name)
            server.client().put_object(Bucket=name, Key="a.mp4", Body=b"\0" * 31_000_000)
        yield server


def test_a_bucket_that_refuses_counts_as_it_was_scanned_last_and_the_others_go_on(
    uow: UnitOfWork, s3: RunningS3
) -> None:
    store = S3Store(s3_client(endpoint_url=s3.url))
    services = at(over(uow, None), datetime(2026, 3, 1, 9, tzinfo=UTC), store=store)
    assert scanning.scan(services=services).error is None
    s3.set_faults({"path": "archive*", "status": 403})
    s3.client().delete_object(Bucket="videos", Key="a.mp4")
    found = scanning.scan(services=at(services, datetime(2026, 3, 6, 9, tzinfo=UTC)))
    assert found.error is not None
    assert "archive" in found.error
    # 31 MB for ten days of 31 in the one, for five in the other.
    until = datetime(2026, 3, 11, tzinfo=UTC)
    assert used(uow, What.S3_STORAGE, until=until) == {"s3 storage derived": Decimal("0.015")}
    with uow("test") as tx:
        told = tx.usage.left_out(MARCH, until=datetime(2026, 3, 31, tzinfo=UTC)).sentences
    assert told == [
        f"What lies in the bucket {name} is counted as it was scanned last, on {day} March 2026."
        for name, day in (("archive", 1), ("videos", 6))
    ]


@pytest.fixture
def metrics(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        for name in BUCKETS:
            boto3.client("s3").create_bucket(Bucket=name)
        yield boto3.client("cloudwatch")


def tell(metrics: Any, day: int, gigabytes: float, *, name: str = "BytesDownloaded") -> None:
    dimensions = [{"Name": "BucketName", "Value": "videos"}, {"Name": "FilterId", "Value": "EntireBucket"}]
    moment = datetime(2026, 3, day, 8, tzinfo=UTC)
    value = gigabytes * 10**9 if name == "BytesDownloaded" else gigabytes
    one = {"MetricName": name, "Dimensions": dimensions, "Timestamp": moment, "Value": value}
    metrics.put_metric_data(Namespace="AWS/S3", MetricData=[one])


def watching(uow: UnitOfWork, *, days: int = 0) -> Services:
    return at(over(uow, None), NOW + timedelta(days=days), traffic=CloudWatch(boto3.client("s3")))


def test_days_that_are_read_twice_count_once_and_a_figure_that_comes_late_takes_the_others_place(
    uow: UnitOfWork, metrics: Any
) -> None:
    tell(metrics, 3, 5)
    tell(metrics, 8, 2)
    for _ in range(2):
        read_traffic(services=watching(uow))
    assert used(uow, What.S3_EGRESS) == {"s3 egress measured": Decimal(7)}
    tell(metrics, 6, 4)  # a day between, of which nothing was told before
    tell(metrics, 8, 1)  # more of a day that is known
    tell(metrics, 9, 12, name="GetRequests")
    read_traffic(services=watching(uow, days=1))
    later = NOW + timedelta(days=1)
    assert used(uow, *TRAFFIC, until=later) == {
        "s3 egress measured": Decimal(12),
        "s3 reads measured": Decimal(12),
    }


@dataclass
class Twice:
    """Pages of CloudWatch, each again."""

    real: Any

    def paginate(self, **asked: Any) -> Iterator[Any]:
        for page in self.real.paginate(**asked):
            yield from (page, page)


def test_a_day_that_comes_on_two_pages_counts_once(
    uow: UnitOfWork, metrics: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(metrics, 3, 5)
    real = traffic.metrics_client

    def repeating(region: str) -> Any:
        client = real(region)
        pages = client.get_paginator
        client.get_paginator = lambda name: Twice(pages(name))
        return client

    monkeypatch.setattr(traffic, "metrics_client", repeating)
    read_traffic(services=watching(uow))
    assert used(uow, What.S3_EGRESS) == {"s3 egress measured": Decimal(5)}
