"""CloudWatch's request metrics of a bucket; see `core.usage_s3.TrafficStore`. Somebody has to enable them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from core.errors import InvalidInput, NotFound, Unavailable
from core.s3.errors import translated
from core.usage import Basis
from core.usage_s3 import S3Traffic

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

NAMESPACE, DAY_S = "AWS/S3", 86_400
WHOLE = "EntireBucket"
"""The name that AWS's console gives to metrics of a whole bucket."""

SAYS_WHERE = "x-amz-bucket-region"

METRICS: Mapping[str, str] = {
    "egress_bytes": "BytesDownloaded",
    "reads": "GetRequests",
    "writes": "PutRequests",
}

TOLD = frozenset({"Complete", "PartialData"})
"""Of the second kind the next page has the rest."""


def metrics_client(region: str) -> Any:
    """A client of one region; credentials come from the usual AWS settings."""
    config = Config(connect_timeout=5.0, read_timeout=30.0, retries={"mode": "standard", "max_attempts": 3})
    return boto3.Session().client("cloudwatch", region_name=region, config=config)


def region_of(client: "S3Client", bucket: str) -> str:
    """Where the bucket lies. S3 says so with whatever it answers about a bucket that there is, a refusal too;
    a server that does not is asked in the client's region."""
    try:
        answer: Any = client.head_bucket(Bucket=bucket)
    except ClientError as error:
        if SAYS_WHERE not in _headers(error.response):
            raise
        answer = error.response
    return _headers(answer).get(SAYS_WHERE) or client.meta.region_name


def _headers(answer: Any) -> Mapping[str, str]:
    found: Mapping[str, str] = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return found


class CloudWatch:
    """Fills `TrafficStore`. Metrics of a bucket are in the region in which it lies; what that is, and a
    client for it, is found at their first use: most processes ask for none."""

    def __init__(self, s3: "S3Client") -> None:
        self._s3 = s3
        self._regions: dict[str, str] = {}
        self._clients: dict[str, Any] = {}

    def traffic(self, bucket: str, first: date, last: date) -> Sequence[S3Traffic]:
        with translated(f"bucket {bucket}"):
            client = self._client_for(bucket)
        with translated(f"request metrics of bucket {bucket}"):
            found = _daily(client, bucket, _filter_of(client, bucket), first, last)
        return [
            S3Traffic(
                day=day,
                bucket=bucket,
                basis=Basis.MEASURED,
                **{name: values.get(name, Decimal(0)) for name in METRICS},
            )
            for day, values in sorted(found.items())
        ]

    def _client_for(self, bucket: str) -> Any:
        if bucket not in self._regions:
            self._regions[bucket] = region_of(self._s3, bucket)
        region = self._regions[bucket]
        if region not in self._clients:
            self._clients[region] = metrics_client(region)
        return self._clients[region]


def _filter_of(client: Any, bucket: str) -> str:
    """The metrics that are of the whole bucket: by their usual name, else the only ones."""
    dimensions = [{"Name": "BucketName", "Value": bucket}, {"Name": "FilterId"}]
    listed = client.get_paginator("list_metrics").paginate(
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
    client: Any, bucket: str, filter_id: str, first: date, last: date
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
    listed = client.get_paginator("get_metric_data").paginate(
        MetricDataQueries=queries, StartTime=_midnight(first), EndTime=_midnight(last + timedelta(days=1))
    )
    found: dict[date, dict[str, Decimal]] = defaultdict(dict)
    for page in listed:
        for result in page["MetricDataResults"]:
            if result["StatusCode"] not in TOLD:
                raise Unavailable(f"CloudWatch does not tell what left bucket {bucket} at the moment.")
            for at, value in zip(result["Timestamps"], result["Values"], strict=True):
                day = at.astimezone(UTC).date()
                found[day][result["Id"]] = _counted(value, bucket, day)
    return found


def _counted(value: float, bucket: str, day: date) -> Decimal:
    found = Decimal(str(value))
    if not found.is_finite() or found < 0:
        raise InvalidInput(f"CloudWatch says that {value} left bucket {bucket} on {day}.", hint=ODD)
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


HINT = "Enable request metrics of the bucket without a filter, in S3 under Metrics; AWS charges for them."
ODD = "It is asked again within the hour; if this stays, tell whoever runs Lectern."
