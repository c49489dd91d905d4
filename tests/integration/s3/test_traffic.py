"""What left a bucket, as CloudWatch tells it; moto stands in for CloudWatch."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from core.bootstrap import traffic_of
from core.errors import InvalidInput, NotFound, Unavailable
from core.s3 import traffic
from core.s3.client import s3_client
from core.s3.traffic import CloudWatch, region_of
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
        lies_in("school", "eu-central-1")
        yield boto3.client("cloudwatch", region_name="eu-central-1")


def lies_in(bucket: str, region: str) -> None:
    where: Any = {"LocationConstraint": region}
    boto3.client("s3", region_name=region).create_bucket(Bucket=bucket, CreateBucketConfiguration=where)


def tell(
    metrics: Any,
    name: str,
    at: datetime,
    value: float,
    filter_id: str = "EntireBucket",
    bucket: str = "school",
) -> None:
    dimensions = [{"Name": "BucketName", "Value": bucket}, {"Name": "FilterId", "Value": filter_id}]
    one: Any = {"MetricName": name, "Dimensions": dimensions, "Timestamp": at, "Value": value}
    metrics.put_metric_data(Namespace="AWS/S3", MetricData=[one])


def read() -> list[S3Traffic]:
    return list(CloudWatch(s3_client(region="us-east-1")).traffic("school", FIRST, LAST))


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


def test_each_buckets_metrics_are_asked_for_where_it_lies(metrics: Any) -> None:
    lies_in("archive", "ap-southeast-2")
    at = datetime(2026, 3, 2, 8, tzinfo=UTC)
    tell(metrics, "BytesDownloaded", at, 7)
    far = boto3.client("cloudwatch", region_name="ap-southeast-2")
    tell(far, "BytesDownloaded", at, 9, bucket="archive")
    watch = CloudWatch(s3_client(region="us-east-1"))
    found = {name: watch.traffic(name, FIRST, LAST) for name in ("school", "archive")}
    assert {name: [one.egress_bytes for one in days] for name, days in found.items()} == {
        "school": [7],
        "archive": [9],
    }


def test_a_bucket_that_is_no_more_is_said(metrics: Any) -> None:
    with pytest.raises(NotFound, match="S3 has no bucket gone"):
        CloudWatch(s3_client(region="us-east-1")).traffic("gone", FIRST, LAST)


@dataclass
class Answering:
    """An S3 whose HEAD of a bucket is answered so."""

    status: int
    headers: dict[str, str]

    @property
    def meta(self) -> SimpleNamespace:
        return SimpleNamespace(region_name="us-west-2")

    def head_bucket(self, **_asked: str) -> Any:
        answer: Any = {"ResponseMetadata": {"HTTPStatusCode": self.status, "HTTPHeaders": self.headers}}
        if self.status >= 400:
            raise ClientError({"Error": {"Code": str(self.status)}, **answer}, "HeadBucket")
        return answer


def where(status: int, **headers: str) -> str:
    client: Any = Answering(status, {name.replace("_", "-"): value for name, value in headers.items()})
    return region_of(client, "school")


def test_a_refusal_says_where_the_bucket_lies_as_well() -> None:
    assert where(403, x_amz_bucket_region="eu-west-1") == "eu-west-1"
    assert where(200) == "us-west-2"  # of a server that does not say
    with pytest.raises(ClientError):
        where(403)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0])
def test_a_measure_that_cannot_be_is_not_taken_in(
    metrics: Any, monkeypatch: pytest.MonkeyPatch, value: float
) -> None:
    tell(metrics, "BytesDownloaded", datetime(2026, 3, 2, 8, tzinfo=UTC), 7)
    day = datetime(2026, 3, 2, tzinfo=UTC)
    answers(monkeypatch, Id="reads", Timestamps=[day], Values=[value], StatusCode="Complete")
    with pytest.raises(InvalidInput, match=f"CloudWatch says that {value} left bucket school on 2026-03-02"):
        read()


def test_a_measure_that_cloudwatch_could_not_make_is_not_taken_for_nothing(
    metrics: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(metrics, "BytesDownloaded", datetime(2026, 3, 2, 8, tzinfo=UTC), 7)
    answers(monkeypatch, Id="reads", Timestamps=[], Values=[], StatusCode="InternalError")
    with pytest.raises(Unavailable, match="does not tell what left bucket school"):
        read()


def answers(monkeypatch: pytest.MonkeyPatch, **result: Any) -> None:
    """Have CloudWatch answer with this one series."""
    real = traffic.metrics_client

    def made(region: str) -> Any:
        client = real(region)
        other = SimpleNamespace(paginate=lambda **_asked: [{"MetricDataResults": [result]}])
        pages = client.get_paginator
        client.get_paginator = lambda name: other if name == "get_metric_data" else pages(name)
        return client

    monkeypatch.setattr(traffic, "metrics_client", made)


def test_metrics_are_asked_for_where_s3_is_amazons_alone() -> None:
    settings, client = Settings(**SETTINGS), s3_client()
    assert isinstance(traffic_of(settings, client), CloudWatch)
    assert traffic_of(replace(settings, s3_endpoint_url="http://127.0.0.1:8511"), client) is None
