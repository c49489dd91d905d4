"""Changing the school's tables under load: ours, ours beside a long reader, and the plain script."""

import asyncio
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from bench.claim import EXACT, TIME, Claim, percentile
from bench.reruns import reruns
from core import applying, inspecting
from core.access import SYSTEM
from core.bootstrap import build, prepare
from core.settings import Settings
from sandbox import postgres
from sandbox.school.tables import TABLES
from sandbox.stack import ROOT, Part, free_port
from sandbox.testing import postgres_server

RATE_PER_S = 500
PAGE_RUNS = 20
FILL = """
insert into users (id, email, role) values ('t1', 'tess@school.test', 'teacher');
insert into videos (title, filename, file_path, file_size, uploaded_by, s3_bucket, s3_key)
    select 'Video ' || n, n || '.mp4', 's3://school/' || n, n, 't1', 'school', 'key-' || n
    from generate_series(0, {rows} - 1) as n;
insert into lessons (title, creator_id, video_url)
    select 'Lesson ' || n, 't1', 's3://school/' || n from generate_series(1, {rows} / 20) as n;
create index videos_key on videos (s3_key);
"""
INVALID = "select count(*) from pg_index where not indisvalid"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the site met while the tables were changed; `seconds` is how long that took."""

    site: dict[str, Any]
    seconds: float
    invalid: int
    """Indexes that were left unfinished."""

    @property
    def longest_ms(self) -> float:
        return float(self.site["longest_ms"])


def measure(*, quick: bool) -> Iterator[Claim]:
    """Blocked and failed writes of the three ways, and how long the page takes."""
    rows, reader_s, calm_s = (100_000, 2.0, 1.0) if quick else (1_000_000, 20.0, 3.0)
    with (
        tempfile.TemporaryDirectory(prefix="lectern-bench-") as folder,
        postgres_server(Path(folder) / "data") as server,
    ):
        make = _maker(server.cluster, rows)
        calm = _under_load(make("calm"), lambda _: time.sleep(calm_s))
        ours = _under_load(make("ours"), _apply)
        plain = _under_load(make("plain"), _plain_script)
        ours_beside = _under_load(make("ours_beside"), partial(_beside_reader, _apply, reader_s))
        plain_beside = _under_load(make("plain_beside"), partial(_beside_reader, _plain_script, reader_s))
        page_ms = _page_ms(make("page"), Path(folder))
    beside = f"{rows:,} rows, {RATE_PER_S} transactions/s; calm {calm.longest_ms:.0f} ms"
    yield from _claims("apply", ours, plain, beside)
    yield from _claims(f"apply beside a {reader_s:g} s reader", ours_beside, plain_beside, beside)
    name, runs = "schema page, rerun p95", f"{rows:,} rows, {PAGE_RUNS} reruns"
    yield Claim(name=name, figure=page_ms, unit="ms", most=200, slack=TIME, beside=runs)


def _claims(name: str, ours: Outcome, plain: Outcome, beside: str) -> Iterator[Claim]:
    longest, failed = f"{name}, longest write", ours.site["failed"]
    took = f"took {ours.seconds:.1f} s; {beside}"
    yield Claim(name=longest, figure=ours.longest_ms, unit="ms", most=100, slack=TIME, beside=took)
    against = f"the plain script {plain.longest_ms:.0f} ms, {plain.site['failed']} failed writes"
    share = ours.longest_ms / plain.longest_ms
    yield Claim(name=f"{longest} / plain script's", figure=share, unit="×", most=0.5, beside=against)
    writes = f"of {ours.site['writes']:,} {ours.site['failures'] or ''}"
    yield Claim(name=f"{name}, failed writes", figure=failed, unit="", most=0, slack=EXACT, beside=writes)
    yield Claim(name=f"{name}, invalid indexes", figure=ours.invalid, unit="", most=0, slack=EXACT)


def _maker(cluster: postgres.Cluster, rows: int) -> Callable[[str], str]:
    """Makes copies of one filled school by name; each is a database URL."""
    template = postgres.create_database(cluster, "template_school")
    with psycopg.connect(template, autocommit=True) as connection:
        connection.execute(TABLES)
        connection.execute(FILL.format(rows=rows))
        connection.execute("vacuum analyze")

    def make(name: str) -> str:
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            connection.execute(f"create database {name} template template_school owner template_school")
        return template.replace("/template_school?", f"/{name}?")

    return make


def _under_load(url: str, change: Callable[[str], None]) -> Outcome:
    with _site(url) as told:
        began = time.perf_counter()
        change(url)
        seconds = time.perf_counter() - began
    with psycopg.connect(url) as connection:
        invalid = connection.execute(INVALID).fetchone()
    return Outcome(told, seconds, invalid[0] if invalid else 0)


@contextmanager
def _site(url: str) -> Iterator[dict[str, Any]]:
    """The site's load while the block runs; the dictionary is filled at its end."""
    told: dict[str, Any] = {}
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.site_load", str(RATE_PER_S)],
        cwd=ROOT,
        env={"DATABASE_URL": url, "PATH": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        assert process.stdout.readline() == "ready\n"
        yield told
    finally:
        process.stdin.close()
        told |= json.loads(process.stdout.read())
        process.wait(timeout=30)


def _services(url: str):
    services = build(Settings.from_env({"DATABASE_URL": url, "AUTH": "off"}))
    prepare(services)
    return services


def _apply(url: str) -> None:
    assert applying.apply(by=SYSTEM, services=_services(url)).success


def _beside_reader(change: Callable[[str], None], seconds: float, url: str) -> None:
    """A transaction that reads the table and stays open while the change is under way."""
    reading = threading.Event()

    def read() -> None:
        with psycopg.connect(url) as connection:
            connection.execute("select count(*) from videos where s3_key = 'key-1'")
            reading.set()
            connection.execute("select pg_sleep(%s)", [seconds])

    reader = threading.Thread(target=read)
    reader.start()
    reading.wait()
    change(url)
    reader.join()


def _plain_script(url: str) -> None:
    """The same changes as the school's own script would make them: plain statements in one transaction."""
    plain = [one.sql.replace(" CONCURRENTLY", "") for one in inspecting.plan(services=_services(url))]
    with psycopg.connect(url) as connection:
        for statement in plain:
            connection.execute(statement)


def _page_ms(url: str, folder: Path) -> float:
    """One run of the page's script in a real dashboard, p95."""
    port = free_port()
    env = {"DATABASE_URL": url, "AUTH": "off", "STREAMLIT_SERVER_PORT": str(port)}
    dashboard = Part("dashboard", ["streamlit_app.py"], env, folder / "dashboard.log", port)
    dashboard.start()
    try:
        runs = asyncio.run(reruns(port, "schema", ("",), PAGE_RUNS))
    finally:
        dashboard.stop()
    assert min(run.size_bytes for run in runs) > 5_000, "a run came without its tables"
    return percentile([run.ms for run in runs], 0.95)
