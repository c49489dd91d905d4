"""What left a bucket, as CloudWatch tells it; moto stands in for CloudWatch."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import boto3
import pytest
from moto import mock_aws

from core.bootstrap import traffic_of
from core.errors import NotFound
from core.s3.traffic import CloudWatch, metrics_client
from core.settings import Settings
from core.usage import Basis
from core.usage_s3 import S3Traffic
from tests.pages.fakes import SETTINGS

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 3)


@pytest.fixture
def metrics(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with mock_aws():
        yield boto3.client("cloudwatch", region_name="eu-central-1")


def tell(metrics: Any, name: str, at: datetime, value: float, filter_id: str = "EntireBucket") -> None:
    dimensions = [{"Name": "BucketName", "Value": "school"}, {"Name": "FilterId", "Value": filter_id}]
    one = {"MetricName": name, "Dimensions": dimensions, "Timestamp": at, "Value": value}
    metrics.put_metric_data(Namespace="AWS/S3", MetricData=[one])


def read() -> list[S3Traffic]:
    return list(CloudWatch(lambda: metrics_client(region="eu-central-1")).traffic("school", FIRST, LAST))


def test_a_days_sums_are_read_and_days_without_any_are_left_out(metrics: Any) -> None:
    tell(metrics, "BytesDownloaded", datetime(2026, 3, 1, 8, tzinfo=UTC), 5e9)
    tell(metrics, "BytesDownloaded", datetime(2026, 3, 1, 23, 59, tzinfo=UTC), 1e9)
    tell(metrics, "GetRequests", datetime(2026, 3, 1, 8, tzinfo=UTC), 12)
    tell(metrics, "PutRequests", datetime(2026, 3, 3, 1, tzinfo=UTC), 3)
    tell(metrics, "GetRequests", datetime(2026, 3, 4, 1, tzinfo=UTC), 99)
    usual: dict[str, Any] = {"bucket": "school", "basis": Basis.MEASURED}
    none = Decimal(0)
    assert read() == [
        S3Traffic(day=FIRST, egress_bytes=Decimal(6_000_000_000), reads=Decimal(12), writes=none, **usual),
        S3Traffic(day=LAST, egress_bytes=none, reads=none, writes=Decimal(3), **usual),
    ]


def test_the_only_metrics_of_a_bucket_are_taken_whatever_their_name(metrics: Any) -> None:
    tell(metrics, "BytesDownloaded", datetime(2026, 3, 2, 8, tzinfo=UTC), 7, "all")
    assert [one.egress_bytes for one in read()] == [7]


def test_metrics_of_parts_of_a_bucket_are_not_taken_for_the_whole(metrics: Any) -> None:
    for name in ("lessons", "exports"):
        tell(metrics, "BytesDownloaded", datetime(2026, 3, 2, 8, tzinfo=UTC), 7, name)
    with pytest.raises(NotFound, match="no request metrics of the whole bucket school"):
        read()


def test_a_bucket_without_metrics_says_what_to_do(metrics: Any) -> None:
    with pytest.raises(NotFound) as error:
        read()
    assert "Enable request metrics" in error.value.hint


def test_metrics_are_asked_for_where_s3_is_amazons_alone() -> None:
    settings = Settings(**SETTINGS)
    assert isinstance(traffic_of(settings), CloudWatch)
    assert traffic_of(replace(settings, s3_endpoint_url="http://127.0.0.1:8511")) is None
