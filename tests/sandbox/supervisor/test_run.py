"""The whole run with stand-ins for the faces: started, used, stopped and killed as a person would."""

import json
import os
import re
import shlex
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import psutil
import psycopg
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from tests.sandbox.supervisor.running import REPOSITORY, RunningSandbox, descendants
from tests.sandbox.supervisor.stand_ins import (
    clean_environment,
    eventually,
    free_addresses,
    free_port,
    gone,
    own_folder,
    write_faces,
)

STARTED_WITHIN_S = 120


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    with own_folder() as folder:
        write_faces(folder)
        yield folder


@pytest.fixture(scope="module")
def addresses() -> dict[str, str]:
    return free_addresses()


@pytest.fixture
def run(root: Path, addresses: dict[str, str]) -> Iterator[Callable[..., RunningSandbox]]:
    started: list[RunningSandbox] = []

    def start(*options: str, **env: str) -> RunningSandbox:
        started.append(RunningSandbox(root, addresses | env, *options))
        return started[-1]

    yield start
    for sandbox in started:
        sandbox.end(signal.SIGTERM)


def test_one_command_starts_everything_and_ctrl_c_stops_it_all(run, root, addresses):
    started_s = time.monotonic()
    sandbox = run()
    line = sandbox.until(r"ready after")
    assert f"http://{addresses['DASHBOARD_ADDRESS']}" in line
    assert time.monotonic() - started_s < STARTED_WITHIN_S
    steps = "\n".join(sandbox.lines)
    for step in (
        "PostgreSQL",
        "S3 on",
        "Mux double on",
        "sample files",
        "sample school",
        "worker",
        "dashboard",
    ):
        assert re.search(rf"run       \| {step}.* \d+\.\d s", steps), step
    family = sandbox.family()
    assert len(family) >= 7
    assert sandbox.end() == 0
    assert gone(*family, within_s=0.5)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as somebody else")
def test_a_folder_opened_for_postgresqls_user_is_said(run, root):
    root.chmod(0o700)
    sandbox = run()
    sandbox.until("PostgreSQL in")
    assert f"run       | {root}: others may pass through" in "\n".join(sandbox.lines)


def test_a_warm_start_takes_less_than_8_seconds(run):
    started_s = time.monotonic()
    run().until("ready after")
    assert time.monotonic() - started_s < 8


def test_another_shell_reaches_the_running_sandbox_by_the_environment_file(run, root):
    run().until("ready after")
    path = root / ".local" / "env"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    script = f'set -a; . {path}; printf "%s" "$DATABASE_URL"'
    url = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    with psycopg.connect(url) as connection:
        assert connection.execute("select count(*) > 290 from lessons").fetchone() == (True,)


def test_the_faces_are_given_the_database(run, addresses):
    run().until("ready after")
    with urllib.request.urlopen(f"http://{addresses['API_ADDRESS']}", timeout=5) as answer:
        assert answer.read().startswith(b"postgresql://school@/school")


def test_no_orphan_survives_a_killed_parent_and_the_next_start_works(run):
    sandbox = run()
    sandbox.until("ready after")
    family = sandbox.family()
    sandbox.end(signal.SIGKILL)
    run().until("ready after")
    assert gone(*family)


def test_a_killed_database_comes_back_under_the_same_address(run, root):
    sandbox = run()
    sandbox.until("ready after")
    postmaster = int((root / ".local" / "pg" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGKILL)
    sandbox.until(r"database  \| ended \(killed by SIGKILL\)")
    url = re.search(r"DATABASE_URL='?([^'\n]+)", (root / ".local" / "env").read_text())[1]
    assert eventually(lambda: answers(url))


def answers(url: str) -> bool:
    try:
        with psycopg.connect(url) as connection:
            return connection.execute("select 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def test_a_dashboard_at_another_address_may_read_the_buckets(run, root):
    address = f"127.0.0.1:{free_port()}"
    run(DASHBOARD_ADDRESS=address).until("ready after")
    for bucket in ("school-media", "school-archive"):
        rule = json.loads((root / ".local" / "s3" / bucket / "bucket.json").read_text())["cors"]
        assert f"<AllowedOrigin>http://{address}</AllowedOrigin>" in rule


def test_a_killed_s3_comes_back_with_its_inventory(run, root):
    sandbox = run(SCALE="1500")
    sandbox.until("ready after")
    [s3] = [pid for pid in sandbox.family() if "sandbox.s3" in psutil.Process(pid).cmdline()]
    os.kill(s3, signal.SIGKILL)
    assert eventually(lambda: listed_keys(root) == 1500)
    sandbox.end()
    again = run()
    again.until("ready after")
    assert listed_keys(root) == 1500
    assert not any("sample school" in line for line in again.lines)


def listed_keys(root: Path) -> int | None:
    """How many inventory keys S3 lists; None while it does not answer."""
    lines = (root / ".local" / "env").read_text().splitlines()
    said = dict(shlex.split(line)[0].split("=", 1) for line in lines)
    client = boto3.client(
        "s3",
        endpoint_url=said["S3_ENDPOINT_URL"],
        aws_access_key_id=said["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=said["AWS_SECRET_ACCESS_KEY"],
        region_name=said["AWS_REGION"],
        config=Config(retries={"max_attempts": 1}, connect_timeout=2, read_timeout=5),
    )
    try:
        pages = client.get_paginator("list_objects_v2").paginate(Bucket="school-archive")
        keys = [key["Key"] for page in pages for key in page.get("Contents", [])]
        return sum("/recording-" in key for key in keys)
    except BotoCoreError:
        return None


def test_a_scale_that_is_no_number_is_a_sentence(run):
    sandbox = run(SCALE="100k")
    sandbox.until("SCALE: expected a whole number, as in SCALE=100000; got '100k'")
    assert sandbox.process.wait(10) == 1
    assert not any("Traceback" in line for line in sandbox.lines)


def test_a_second_run_in_the_same_folder_is_refused(run):
    run().until("ready after")
    second = run()
    second.until(r"Lectern runs here already \(pid \d+\)")
    assert second.process.wait(10) == 1


def test_a_taken_port_is_named_with_what_to_do(run, addresses):
    port = int(addresses["SANDBOX_S3_PORT"])
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        sandbox = run()
        sandbox.until(rf"Port {port} is taken by .*make run SANDBOX_S3_PORT={port + 100}")
        assert sandbox.process.wait(10) == 1


def test_a_face_that_does_not_start_ends_the_run_with_a_sentence(run, root):
    worker = (root / "worker.py").read_text()
    (root / "worker.py").write_text("raise SystemExit('worker: MUX_TOKEN_SECRET is missing')")
    try:
        sandbox = run()
        sandbox.until("worker ended at its start")
        assert sandbox.process.wait(30) == 1
        assert "worker    | MUX_TOKEN_SECRET is missing" in sandbox.lines
    finally:
        (root / "worker.py").write_text(worker)


def test_ctrl_c_in_the_middle_of_the_start_leaves_nothing(run):
    sandbox = run()
    sandbox.until("PostgreSQL in")
    family = sandbox.family()
    assert sandbox.end() == 0
    assert gone(*family)


def test_a_killed_make_takes_everything_with_it(root, addresses):
    supervisor = f"exec {sys.executable} -m sandbox.supervisor --follow-parent --root {root}"
    make = subprocess.Popen(
        ["sh", "-c", f"trap '' INT; sh -c '{supervisor}' > /dev/null; true"],
        env=clean_environment() | addresses,
        cwd=REPOSITORY,
    )
    assert eventually(lambda: len(descendants(make.pid)) >= 9)
    family = descendants(make.pid)
    make.kill()
    make.wait()
    assert gone(*family, within_s=20)


def test_nobody_reading_on_ends_it(run):
    sandbox = run()
    sandbox.until("S3 on")
    family = sandbox.family()
    sandbox.process.stdout.close()
    assert gone(sandbox.process.pid, *family, within_s=30)


def test_what_is_configured_for_real_is_not_started_and_gets_no_sample_rows(run, root):
    sandbox = run(DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    sandbox.until("ready after")
    assert "run       | PostgreSQL: the one that DATABASE_URL names" in sandbox.lines
    assert not any("PostgreSQL in" in line for line in sandbox.lines)
    assert "DATABASE_URL" not in (root / ".local" / "env").read_text()
