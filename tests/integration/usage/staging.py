"""A school at the double and in S3, over time, of which Lectern hears as it does in earnest: by webhooks, by
scans, and by reading usage."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import boto3
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from core import ingesting, scanning, usage_reading
from core.access import SYSTEM
from core.mux.api import MuxApi
from core.ports import Services, UnitOfWork
from core.s3.store import S3Store
from core.s3.traffic import CloudWatch
from core.settings import Bucket, Secret, Settings
from sandbox.mux.store import Store
from sandbox.mux.testing import running_mux
from tests.integration.mux.double import settled
from tests.integration.serving import Asked, Reply, files, serving
from tests.integration.usage.delivering import over
from tests.integration.usage.long_films import Film, write
from tests.pages.fakes import SETTINGS

SECRET, SEED = "books", 141
"""With this seed there is an asset that is played once, and then not for 90 days."""
GB = 10**9
PATIENCE_S = 20.0
BUCKETS = ("school-archive", "school-videos")


class Stage:
    """The school, with a clock that the test turns."""

    def __init__(self, folder: Path, url: str, now: list[float], uow: UnitOfWork) -> None:
        self.state, self.url, self._now, self._uow = folder / "mux", url, now, uow
        self.mux = MuxApi(base_url=url, token_id="id", token_secret="secret", clock=self.clock)
        self.films: dict[str, bytes] = {}
        self.films_url = ""
        self._s3 = boto3.client("s3", region_name="us-east-1")
        self._metrics = boto3.client("cloudwatch", region_name="us-east-1")
        for name in BUCKETS:
            self._s3.create_bucket(Bucket=name)

    def clock(self) -> datetime:
        return datetime.fromtimestamp(self._now[0], UTC)

    def turn(self, at: datetime) -> None:
        """To a later moment."""
        self._now[0] = max(self._now[0], at.timestamp())

    @cached_property
    def services(self) -> Services:
        places = tuple(Bucket(name=name) for name in BUCKETS)
        settings = {**SETTINGS, "s3_buckets": places, "mux_webhook_secret": (Secret(SECRET),)}
        known: Any = {
            "clock": self.clock,
            "settings": Settings(**settings),
            "store": S3Store(self._s3),
            "traffic": CloudWatch(self._s3),
        }
        return replace(over(self._uow, self.mux), **known)

    def hear(self, asked: Asked) -> Reply:
        """A webhook, taken in at once."""
        services = self.services
        event = ingesting.read(asked.body, asked.headers["mux-signature"], services=services)
        ingesting.keep([event], services=services)
        ingesting.ingest(event.id, services=services)
        return Reply(204)

    def make(self, film: str, quality: str, **options: Any) -> str:
        """An asset that is ready, and known to Lectern."""
        wanted = {
            "inputs": [{"url": f"{self.films_url}/{film}"}],
            "playback_policies": ["public"],
            "video_quality": quality,
            "max_resolution_tier": "2160p",
        }
        made = settled(self.mux, self.mux.create_asset(wanted | options).id)
        self._heard()
        return made.id

    def delete(self, asset_id: str) -> None:
        self.mux.delete_asset(asset_id)
        self._heard()

    def make_file(self, asset_id: str, resolution: str) -> str:
        """An MP4 that is ready, and known to Lectern."""
        made = self.mux.create_rendition(asset_id, resolution=resolution, passthrough="")
        self._wait(
            lambda: any(
                one.get("id") == made and one.get("status") == "ready"
                for one in self.mux.get_asset(asset_id).static_renditions
            )
        )
        self._heard()
        self.read()
        return made

    def delete_file(self, asset_id: str, file: str) -> None:
        self.mux.delete_rendition(asset_id, file)
        self._heard()
        self.read()

    def read(self) -> None:
        """What the worker does once an hour."""
        found = usage_reading.read_usage(by=SYSTEM, services=self.services)
        assert not found.refused

    def lay(self, bucket: str, key: str, size_bytes: int, storage_class: str) -> None:
        """An object of this class, or where there is none its end; Lectern learns of it by a scan."""
        if storage_class:
            body = f"{storage_class} {key}".encode()
            self._s3.put_object(Bucket=bucket, Key=key, Body=body, StorageClass=storage_class)
            held: Any = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].get_bucket(bucket)
            held.keys[key].contentsize = size_bytes
        else:
            self._s3.delete_object(Bucket=bucket, Key=key)
        scanning.scan(services=self.services)

    def left(self, day: date, egress_bytes: int, reads: int, writes: int) -> None:
        """What CloudWatch measured of the bucket of videos."""
        bucket = {"Name": "BucketName", "Value": BUCKETS[-1]}
        told = {"BytesDownloaded": egress_bytes, "GetRequests": reads, "PutRequests": writes}
        data = [
            {
                "MetricName": name,
                "Dimensions": [bucket, {"Name": "FilterId", "Value": "EntireBucket"}],
                "Timestamp": datetime.combine(day, time(10), UTC),
                "Value": value,
            }
            for name, value in told.items()
        ]
        self._metrics.put_metric_data(Namespace="AWS/S3", MetricData=data)

    def _heard(self) -> None:
        store = Store(self.state)
        self._wait(lambda: not any(store.events.every(live_only=True)))
        store.close()

    @staticmethod
    def _wait(condition: Callable[[], bool]) -> None:
        deadline = monotonic() + PATIENCE_S
        while not condition():
            assert monotonic() < deadline, "the double is not done"
            sleep(0.005)


@contextmanager
def staged(folder: Path, uow: UnitOfWork, films: Mapping[str, Film], *, begins: datetime) -> Iterator[Stage]:
    """A school without anything; needs moto's S3 and CloudWatch."""
    now, stage = [begins.timestamp()], list[Stage]()
    bodies = {name: write(film, folder / f"{name}.mp4") for name, film in films.items()}
    options: dict[str, Any] = {"limits": False, "seed": SEED, "instant": True, "history_days": 0}
    with serving(files(bodies), keeps=False) as served, serving(lambda asked: stage[0].hear(asked)) as hook:
        options |= {"webhook_url": hook.url, "webhook_secret": SECRET, "usage_exports": False}
        with running_mux(folder / "mux", clock=lambda: now[0], **options) as url:
            stage.append(Stage(folder, url, now, uow))
            stage[0].films_url = served.url
            yield stage[0]
