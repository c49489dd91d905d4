"""Uploads over the real thing: PostgreSQL, the S3 server, the Mux double with its webhook, all over HTTP.

Jobs run one after another when a test says so. A kill is an exception that nobody catches: what was not
committed is gone, and the job it happened in is run again.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import urllib3
from sqlalchemy import Engine as Database

from core import uploading
from core.access import Person, Role
from core.db.host import HostWriter
from core.db.host_schema import HostSchemaTables
from core.db.pace import SqlPace
from core.db.profiles import HostProfileTables
from core.db.uow import unit_of_work
from core.jobs.steps import STEPS
from core.media.player import HlsPlayer
from core.media.reader import MediaReader
from core.migration import PolicyRule
from core.mux.api import MuxApi
from core.mux.paced import PacedMux
from core.mux.upload import ResumableUploader
from core.ports import Call, Lane, Services
from core.records import Job
from core.s3.client import s3_client
from core.s3.store import S3Store
from core.settings import Bucket, Secret, Settings
from core.sweeping import sweep
from core.tokens.seals import JwtSeals
from core.tripwire import wired
from core.upload import FileFacts, Opened, Upload, UploadOptions, UploadState
from sandbox.s3.testing import REGION, RunningS3
from tests.asking import ask
from tests.integration.engine.harness import JOBS, NEXT_JOB, Engine, Tripped, receive
from tests.integration.serving import Asked, Reply
from tests.price_lists import ALWAYS

SECRET = "upload-tests"
BUCKET = "uploads-test"
ORIGIN = "http://dashboard.test"
PATIENCE_S = 20.0
PUBLIC = UploadOptions(policy=PolicyRule.PUBLIC)
ADMIN = Person(subject="a1", email="ada@school.test", roles=frozenset({Role.ADMIN}), host_user_id="a1")
TESS = Person(subject="t1", email="tess@school.test", roles=frozenset({Role.TEACHER}), host_user_id="t1")
TIM = Person(subject="t2", email="tim@school.test", roles=frozenset({Role.TEACHER}), host_user_id="t2")
http = urllib3.PoolManager(retries=False, timeout=20.0)


@cache
def client_of(url: str) -> Any:
    """The one client for a server, as in a process: to make one reads all that S3 can do."""
    return s3_client(endpoint_url=url, region=REGION)


@dataclass(slots=True)
class Clock:
    """The real time, and what a test adds to it."""

    ahead_s: float = 0.0

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead_s)

    def seconds(self) -> float:
        return time.time() + self.ahead_s


@dataclass(slots=True)
class Webhook:
    """What the double delivers goes here; a test may hold it back."""

    stage: "Stage | None" = None
    losing: bool = False
    holding: bool = False
    held: list[Asked] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        if self.losing:
            return Reply(200)
        if self.holding:
            self.held.append(asked)
            return Reply(200)
        assert self.stage is not None
        self.deliver(asked)
        return Reply(200)

    def release(self) -> None:
        """What was held back arrives now, and what follows as it comes."""
        self.holding = False
        while self.held:
            self.deliver(self.held.pop(0))

    def deliver(self, asked: Asked) -> None:
        assert self.stage is not None
        receive(asked.body, asked.headers.get("Mux-Signature"), services=self.stage.services)


class Stage:
    """The services, a browser's part, and the means to let jobs run."""

    def __init__(
        self, database: Database, url: str, *, s3: RunningS3, mux_url: str, clock: Clock, point: str = ""
    ) -> None:
        self.url, self.s3, self.clock = url, s3, clock
        self.trip = Tripped(point)
        self._execute(JOBS)
        self.settings: dict[str, Any] = {
            "database_url": Secret(url),
            "mux_base_url": mux_url,
            "mux_stream_url": f"{mux_url}/stream",
            "mux_image_url": f"{mux_url}/image",
            "mux_webhook_secret": (Secret(SECRET),),
            "mux_token_id": "token-id",
            "mux_token_secret": Secret("token-secret"),
            "s3_buckets": (Bucket(name=BUCKET),),
            "s3_endpoint_url": s3.url,
            "sweep_after_s": 5.0,
        }
        self.services = self._services(database)

    def _services(self, database: Database) -> Services:
        settings = Settings(**self.settings)
        pace = SqlPace(database, dict.fromkeys(Call, 0.0))
        api = MuxApi(
            base_url=settings.mux_base_url,
            token_id=settings.mux_token_id,
            token_secret=settings.mux_token_secret,
            clock=self.clock,
        )
        uow = unit_of_work(
            database,
            host_schema="public",
            host_of=lambda connection: HostWriter(connection, "public"),
            enqueue=Engine._enqueue,
            trip=self.trip,
        )
        client = client_of(self.s3.url)
        return Services(
            settings=settings,
            clock=self.clock,
            uow=uow,
            pace=pace,
            mux=wired(PacedMux(api, pace, Lane.BATCH), "mux", self.trip),
            mux_now=wired(PacedMux(api, pace, Lane.INTERACTIVE), "mux_now", self.trip),
            store=wired(S3Store(client), "store", self.trip),
            media=wired(MediaReader(), "media", self.trip),
            player=wired(HlsPlayer(), "player", self.trip),
            uploader=wired(ResumableUploader(), "uploader", self.trip),
            schema=HostSchemaTables(database, "public"),
            profiles=HostProfileTables(database, "public"),
            signer=None,
            seals=JwtSeals(),
            built_in_cards=ALWAYS,
        )

    # ------------------------------------------------------------ the school

    def lesson(self, title: str = "Fractions", *, creator: str = "t1", video_url: str | None = None) -> str:
        sql = "INSERT INTO lessons (title, creator_id, video_url) VALUES (%s, %s, %s) RETURNING id"
        return str(self.ask(sql, title, creator, video_url)[0][0])

    def row(self, table: str, row_id: object) -> Mapping[str, Any]:
        sql = f"SELECT to_jsonb(t) FROM {table} t WHERE id::text = %s"  # noqa: S608 - a name of the test
        return dict(self.ask(sql, str(row_id))[0][0])

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return ask(self.url, sql, *values)

    def _execute(self, sql: str) -> None:
        self.ask(sql)

    # ------------------------------------------------------------ a browser's part

    def open(
        self, lesson_id: str, path: Path, *, by: Any = TESS, options: UploadOptions = PUBLIC, **facts: Any
    ) -> Opened:
        return uploading.open_upload(
            lesson_id, told(path, **facts), options=options, by=by, cors_origin=ORIGIN, services=self.services
        )

    def put(self, url: str, body: bytes, **headers: str) -> int:
        return http.request("PUT", url, body=body, headers=headers).status

    def get(self, url: str) -> bytes:
        return http.request("GET", url).data

    def put_parts(self, opened: Opened, body: bytes) -> list[str]:
        """Every part to its URL; returns the ETags."""
        etags = []
        for number in sorted(opened.parts):
            start = (number - 1) * opened.part_bytes
            answer = http.request("PUT", opened.parts[number], body=body[start : start + opened.part_bytes])
            assert answer.status == 200, answer.data
            etags.append(answer.headers["ETag"])
        return etags

    def upload(self, opened: Opened) -> Upload:
        with self.services.uow("test.read") as tx:
            found = tx.uploads.get(opened.upload.id)
        assert found is not None
        return found

    def mux_is_away(self, away: bool = True) -> None:
        """Every call of Mux's API fails, or none does."""
        self.fault(error_rate=1.0 if away else 0.0)

    def fault(self, **rates: float) -> None:
        """What goes wrong at Mux from now on; `sandbox/mux/faults.py` names it all."""
        answer = http.request("POST", f"{self.settings['mux_base_url']}/sandbox/faults", json=rates)
        assert answer.status == 200, answer.data

    # ------------------------------------------------------------ time and jobs

    def run(self) -> int:
        """Run jobs that are due; returns how many."""
        count = 0
        while due := self.ask(NEXT_JOB, self.clock()):
            job_id, job, _at, args = due[0]
            STEPS[Job(job)](services=self.services, **args)
            self.ask("DELETE FROM jobs WHERE id = %s RETURNING id", job_id)
            count += 1
        return count

    def run_until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            self.run()
            assert time.monotonic() < deadline, self.ask("SELECT state, reason FROM mux_admin.uploads")
            time.sleep(0.02)

    def sweep_until(self, condition: Callable[[], bool]) -> None:
        """Let time pass, a sweep at a time."""

        def step() -> bool:
            self.clock.ahead_s += self.services.settings.sweep_after_s + 1
            sweep(services=self.services)
            self.run()
            return condition()

        self.run_until(step)

    def until(self, opened: Opened, state: UploadState) -> Upload:
        self.run_until(lambda: self.upload(opened).state is state)
        return self.upload(opened)


def told(path: Path, **facts: Any) -> FileFacts:
    """What a browser says of the file."""
    body = path.read_bytes()
    said = {"name": path.name, "size_bytes": len(body), "mime": "video/mp4", "head": body[:4096]}
    return FileFacts(**{**said, **facts})
