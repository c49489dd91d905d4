"""CloudWatch's request metrics of a bucket; see `core.usage_s3.TrafficStore`. Somebody has to enable them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import boto3
from botocore.config import Config

from core.errors import NotFound
from core.s3.errors import translated
from core.usage import Basis
from core.usage_s3 import S3Traffic

NAMESPACE, DAY_S = "AWS/S3", 86_400
WHOLE = "EntireBucket"
"""The name that AWS's console gives to metrics of a whole bucket."""

METRICS: Mapping[str, str] = {
    "egress_bytes": "BytesDownloaded",
    "reads": "GetRequests",
    "writes": "PutRequests",
}


def metrics_client(*, region: str = "") -> Any:
    """A client to share between threads; credentials come from the usual AWS settings."""
    config = Config(connect_timeout=5.0, read_timeout=30.0, retries={"mode": "standard", "max_attempts": 3})
    session = boto3.Session()
    return session.client(
        "cloudwatch", region_name=region or session.region_name or "us-east-1", config=config
    )


class CloudWatch:
    """Fills `TrafficStore`. The client is made at its first use: most processes have none."""

    def __init__(self, make_client: Callable[[], Any]) -> None:
        self._make = make_client
        self._made: Any = None

    def traffic(self, bucket: str, first: date, last: date) -> Sequence[S3Traffic]:
        self._made = self._made or self._make()
        with translated(f"request metrics of bucket {bucket}"):
            found = self._daily(bucket, self._filter_of(bucket), first, last)
        return [
            S3Traffic(
                day=day,
                bucket=bucket,
                basis=Basis.MEASURED,
                **{name: values.get(name, Decimal(0)) for name in METRICS},
            )
            for day, values in sorted(found.items())
        ]

    def _filter_of(self, bucket: str) -> str:
        """The metrics that are of the whole bucket: by their usual name, else the only ones."""
        dimensions = [{"Name": "BucketName", "Value": bucket}, {"Name": "FilterId"}]
        listed = self._made.get_paginator("list_metrics").paginate(
            Namespace=NAMESPACE, MetricName=METRICS["egress_bytes"], Dimensions=dimensions
        )
        found = {
            one["Value"]
            for page in listed
            for metric in page["Metrics"]
            for one in metric["Dimensions"]
            if one["Name"] == "FilterId"
        }
        if WHOLE not in found and len(found) != 1:
            raise NotFound(f"CloudWatch has no request metrics of the whole bucket {bucket}.", hint=HINT)
        return WHOLE if WHOLE in found else found.pop()

    def _daily(
        self, bucket: str, filter_id: str, first: date, last: date
    ) -> Mapping[date, dict[str, Decimal]]:
        dimensions = [{"Name": "BucketName", "Value": bucket}, {"Name": "FilterId", "Value": filter_id}]
        queries = [
            {
                "Id": name,
                "MetricStat": {
                    "Metric": {"Namespace": NAMESPACE, "MetricName": metric, "Dimensions": dimensions},
                    "Period": DAY_S,
                    "Stat": "Sum",
                },
            }
            for name, metric in METRICS.items()
        ]
        listed = self._made.get_paginator("get_metric_data").paginate(
            MetricDataQueries=queries, StartTime=_midnight(first), EndTime=_midnight(last + timedelta(days=1))
        )
        found: dict[date, dict[str, Decimal]] = defaultdict(dict)
        for page in listed:
            for result in page["MetricDataResults"]:
                for at, value in zip(result["Timestamps"], result["Values"], strict=True):
                    found[at.astimezone(UTC).date()][result["Id"]] = Decimal(str(value))
        return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


HINT = "Enable request metrics of the bucket without a filter, in S3 under Metrics; AWS charges for them."
