"""The engine in one process: the real database, in-memory Mux and S3, jobs run one after another.

Time is a clock that jumps to the next job. A kill is an exception nobody catches: the transaction rolls
back, and the job it happened in stays, to be run again, as the queue does with a dead worker's jobs.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine as Database

from core import ingesting, migrating, scanning
from core.access import SYSTEM
from core.asset import Asset
from core.db.host import HostWriter
from core.db.host_schema import HostSchemaTables
from core.db.profiles import HostProfileTables
from core.db.uow import unit_of_work
from core.jobs.steps import STEPS
from core.master import MasterState
from core.migration import Options, PolicyRule
from core.mux.paced import PacedMux
from core.ports import Lane, Services, Tx
from core.records import Batch, Job
from core.selection import Choice
from core.settings import Bucket, Secret, Settings
from core.tokens.seals import JwtSeals
from core.tripwire import wired
from tests.asking import ask
from tests.fakes import (
    FakeClock,
    FakeMedia,
    FakePace,
    FakePlayer,
    FakeSigner,
    FakeStore,
    FakeUploader,
    FakeVideoHost,
    asset_json,
)
from tests.price_lists import ALWAYS

BUCKET = "school-videos"
SECRET = "engine-tests"
PUBLIC = Options(policy=PolicyRule.PUBLIC)
MUX_COLUMNS = (
    *("mux_asset_id", "mux_playback_id", "mux_upload_id"),
    *("video_provider", "processing_status", "video_status"),
)
SWITCHED = "SELECT count(*) FROM lessons WHERE mux_playback_id IS NOT NULL"

# As in the real queue, a job that runs may enqueue itself again: its key counts only while it waits.
JOBS = """
CREATE TABLE IF NOT EXISTS jobs (id bigserial, job text, at timestamptz, key text, args jsonb);
CREATE OR REPLACE FUNCTION mux_admin.procrastinate_defer_jobs_v1(
    jobs mux_admin.procrastinate_job_to_defer_v1[]
) RETURNS bigint[] LANGUAGE sql AS $$
    INSERT INTO public.jobs (job, args) SELECT (queued).task_name, (queued).args FROM unnest($1) AS queued;
    SELECT ARRAY[]::bigint[]
$$"""
"""A queue that a test runs by itself; what a statement of ours enqueues within comes to it as well."""

NEXT_JOB = """UPDATE jobs SET key = NULL
    WHERE id = (
        SELECT id FROM jobs WHERE at IS NULL OR at <= %s ORDER BY coalesce(at, '-infinity'), id LIMIT 1
    )
    RETURNING id, job, at, args"""


class Killed(BaseException):
    """What a killed process does: everything stops here."""


@dataclass(slots=True)
class Tripped:
    """Kills at the first pass of `point`, once."""

    point: str = ""
    passed: list[str] = field(default_factory=list)
    killed: bool = False
    transactions: int = 0
    """Open at this moment."""
    passed_inside: list[str] = field(default_factory=list)
    """What was passed while one was open: of outside calls there must be none."""
    at: dict[str, Callable[[], object]] = field(default_factory=dict)
    """What else happens as a point is passed, each time; it may raise what the call is to end in."""

    def once(self, point: str, then: Callable[[], object]) -> None:
        """Have something happen the next time that a point is passed."""

        def happen() -> None:
            del self.at[point]
            then()

        self.at[point] = happen

    def __call__(self, point: str) -> None:
        self.passed.append(point)
        if self.transactions:
            self.passed_inside.append(point)
        if point in self.at:
            self.at[point]()
        if point == self.point and not self.killed:
            self.killed = True
            raise Killed(point)


class Engine:
    """Services over fakes, and the means to let time pass."""

    def __init__(self, database: Database, url: str, *, point: str = "", **settings: Any) -> None:
        self.url = url
        self.trip = Tripped(point)
        self.clock = FakeClock()
        self.mux = FakeVideoHost(clock=self.clock)
        self.store, self.media, self.player = FakeStore(), FakeMedia(), FakePlayer()
        self.uploader, self.pace = FakeUploader(self.mux), FakePace()
        self.store.buckets.add(BUCKET)
        self.losing: set[str] = set()
        """Event types that never arrive."""
        self._execute(JOBS)
        self.services = self._services(database, settings)

    def _services(self, database: Database, settings: Mapping[str, Any]) -> Services:
        begin = unit_of_work(
            database,
            host_schema="public",
            host_of=lambda connection: HostWriter(connection, "public"),
            enqueue=self._enqueue,
            trip=self.trip,
        )

        @contextmanager
        def uow(name: str) -> Iterator[Tx]:
            with begin(name) as tx:
                self.trip.transactions += 1
                try:
                    yield tx
                finally:
                    self.trip.transactions -= 1

        mux = wired(PacedMux(self.mux, self.pace, Lane.BATCH), "mux", self.trip)
        return Services(
            settings=self._settings(settings),
            clock=self.clock,
            uow=uow,
            pace=self.pace,
            mux=mux,
            mux_now=mux,
            store=wired(self.store, "store", self.trip),
            media=wired(self.media, "media", self.trip),
            player=wired(self.player, "player", self.trip),
            uploader=wired(self.uploader, "uploader", self.trip),
            schema=HostSchemaTables(database, "public"),
            profiles=HostProfileTables(database, "public"),
            signer=FakeSigner(),
            seals=JwtSeals(),
            built_in_cards=ALWAYS,
        )

    def _settings(self, settings: Mapping[str, Any]) -> Settings:
        return Settings(
            database_url=Secret(self.url),
            mux_webhook_secret=(Secret(SECRET),),
            mux_token_id="token-id",
            mux_token_secret=Secret("token-secret"),
            **{"s3_buckets": (Bucket(name=BUCKET),), **settings},
        )

    # ------------------------------------------------------------ the school

    def lesson(self, key: str, body: bytes = b"", *, title: str = "Lesson", is_public: bool = True) -> int:
        """An object and a lesson that plays it; returns the lesson's id."""
        self.store.put(BUCKET, key, body or b"\0\0\0\x18ftypisom" + key.encode())
        sql = "INSERT INTO lessons (title, video_url) VALUES (%s, %s) RETURNING id"
        return int(self.ask(sql, title, f"s3://{BUCKET}/{key}")[0][0])

    def lessons(self, count: int) -> list[int]:
        return [self.lesson(f"lesson-{number}.mp4") for number in range(count)]

    def add_columns(self) -> None:
        """What ops apply by button, in short."""
        for column in MUX_COLUMNS:
            self._execute(f"ALTER TABLE lessons ADD COLUMN {column} text")

    def drop_columns(self) -> None:
        for column in MUX_COLUMNS:
            self._execute(f"ALTER TABLE lessons DROP COLUMN {column}")

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return ask(self.url, sql, *values)

    def _execute(self, sql: str) -> None:
        ask(self.url, sql)

    # ------------------------------------------------------------ time and jobs

    def scan(self) -> None:
        scanning.scan(services=self.services)
        self.run()

    def start(self, options: Options = PUBLIC) -> Batch:
        return migrating.start(Choice(), options, name="Test", by=SYSTEM, services=self.services)

    def migrate(self, options: Options = PUBLIC) -> Batch:
        """Scan, start, and let everything happen, Mux's part too."""
        self.scan()
        batch = self.start(options)
        self.play_out()
        return batch

    def play_out(self, rounds: int = 200) -> None:
        """Run jobs and let Mux finish its assets, a minute at a time, until nothing happens any more."""
        for _ in range(rounds):
            ran = self.run(within_s=60)
            if not self.mux_works() and not ran and not self.run(most=1):
                return
        raise AssertionError(f"still busy: {self.waiting()}")

    def mux_works(self) -> bool:
        """Every preparing asset becomes ready, and its event is delivered unless it is lost."""
        preparing = [asset for asset in self.mux.assets.values() if asset.status == "preparing"]
        for asset in preparing:
            self.deliver("video.asset.ready", self.mux.make_ready(asset.id))
        return bool(preparing) | self._masters_come() | self._captions_come()

    def _masters_come(self) -> bool:
        opened = [one for one, master in self.mux.masters.items() if master.state is MasterState.PREPARING]
        for asset_id in opened:
            self.mux.master_became(asset_id, MasterState.READY)
            self.deliver("video.asset.master.ready", self.mux.assets[asset_id])
        return bool(opened)

    def _captions_come(self) -> bool:
        found = [
            (asset.id, track)
            for asset in self.mux.assets.values()
            for track in asset.tracks
            if track.get("type") == "text" and track.get("status") == "preparing"
        ]
        for asset_id, track in found:
            said = self.mux.track_became(asset_id, track["id"], status="ready")
            data = {**said, "asset_id": asset_id}
            body, header = signed_json("video.asset.track.ready", "track", data, self.clock.now)
            receive(body, header, services=self.services)
        return bool(found)

    def deliver(self, kind: str, asset: Asset, *, event_id: str = "") -> None:
        if kind in self.losing:
            return
        body, header = signed(kind, asset, self.clock.now, event_id=event_id)
        receive(body, header, services=self.services)

    def run(self, most: int = 500, *, within_s: float = 1e9) -> int:
        """Run jobs in the order of their times, the clock jumping along; returns how many."""
        until = self.clock.now + timedelta(seconds=within_s)
        for count in range(most):
            due = self.ask(NEXT_JOB, until)
            if not due:
                return count
            job_id, job, at, args = due[0]
            self.clock.now = max(self.clock.now, at) if at else self.clock.now
            STEPS[Job(job)](services=self.services, **args)
            self.ask("DELETE FROM jobs WHERE id = %s RETURNING id", job_id)
        return most

    def waiting(self) -> list[tuple[Any, ...]]:
        return self.ask("SELECT job, at, args FROM jobs")

    @staticmethod
    def _enqueue(
        connection: Any,
        job: Job,
        *,
        at: datetime | None,
        key: str | None,
        priority: int,
        args: Mapping[str, Any],
    ) -> None:
        sql = """INSERT INTO public.jobs (job, at, key, args) SELECT %(job)s, %(at)s, %(key)s, %(args)s
            WHERE %(key)s::text IS NULL OR NOT EXISTS (SELECT FROM public.jobs WHERE key = %(key)s)"""
        values = {"job": job.value, "at": at, "key": key, "args": json.dumps(args)}
        connection.execute(sql, values)


def signed(kind: str, asset: Asset, at: datetime, *, event_id: str = "") -> tuple[bytes, str]:
    """A delivery about an asset as Mux makes it: body and signature header."""
    return signed_json(kind, "asset", asset_json(asset), at, event_id=event_id)


def receive(body: bytes, header: str | None, *, services: Services) -> None:
    """One delivery, as the webhook takes it."""
    ingesting.keep([ingesting.read(body, header, services=services)], services=services)


def signed_json(
    kind: str, about: str, data: Mapping[str, Any], at: datetime, *, event_id: str = ""
) -> tuple[bytes, str]:
    """The same about anything; `about` is the type of the thing that `data` describes."""
    envelope = {
        "type": kind,
        "id": event_id or f"event-{kind}-{data['id']}",
        "created_at": at.isoformat(),
        "object": {"type": about, "id": data["id"]},
        "data": data,
    }
    body, seconds = json.dumps(envelope).encode(), int(at.timestamp())
    digest = hmac.new(SECRET.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return body, f"t={seconds},v1={digest}"
