"""The whole system on free ports with a small school, and a browser in front of it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sandbox.mux.testing import signing_key
from sandbox.small_school import fill
from sandbox.stack import BUCKET, ROOT, Part, Stack, free_port, running_stack
from tests.browser import chromium
from tests.e2e.dashboard import Dashboard
from tests.e2e.uploads import Uploads

FAKE_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
DATA_KEY = "the-schools-key"
LESSONS = 60
"""More than one page of the list."""

expect.set_options(timeout=30_000)  # Playwright's own five seconds would make a slow machine fail


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/e2e" in item.nodeid:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    free = ["--autoplay-policy=no-user-gesture-required", *FAKE_CAMERA]
    alone = "--host-resolver-rules=MAP *.litix.io 127.0.0.1:9"  # Mux Data hears of no test
    brief = "--js-flags=--no-turbofan --no-maglev"  # a page of a test is gone before faster code pays
    flags = ["--no-sandbox", "--disable-gpu", alone, brief, *free, *quiet]
    return {**browser_type_launch_args, "executable_path": chromium(), "args": flags}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    calm = {"reduced_motion": "reduce"}  # nothing moves under a click, and less is drawn
    return {**browser_context_args, **calm, "viewport": {"width": 1440, "height": 1000}}


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Database, S3, Mux double, worker and webhook, with a scanned school whose schema is applied."""
    with running_stack(tmp_path_factory.mktemp("e2e")) as running:
        fill(running, lessons=LESSONS, duration_s=6)
        running.webhook()
        running.worker()
        cli(running, "scan")
        cli(running, "schema", "apply", "--yes")
        yield running


@pytest.fixture(scope="session")
def address(stack: Stack) -> str:
    """Where the dashboard answers."""
    return start_dashboard(stack, "dashboard", free_port())


def start_dashboard(stack: Stack, name: str, port: int, **env: str) -> str:
    """Start one more dashboard of this stack, to be stopped with it."""
    settings = {**stack.env, **env, "STREAMLIT_SERVER_PORT": str(port)}
    part = Part(name, ["streamlit_app.py"], settings, stack.folder / f"{name}.log", port)
    stack.parts[name] = part
    part.start()
    return f"http://127.0.0.1:{port}"


def cli(stack: Stack, *words: str) -> Any:
    """What a command says as JSON."""
    command = [sys.executable, "cli.py", *words, "--json"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **stack.env}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="session")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, str]]:
    """The same with a signing key, an API and a bucket that takes uploads; where its dashboard answers."""
    api = f"127.0.0.1:{free_port()}"
    folder, watched = tmp_path_factory.mktemp("signed"), ("--history-days", "90")
    with running_stack(folder, mux_flags=watched, API_ADDRESS=api, SWEEP_AFTER_S="5") as running:
        fill(running, lessons=20, duration_s=12)
        running.env |= signing_key(running.mux.url) | {"MUX_DATA_ENV_KEY": DATA_KEY}
        port = free_port()
        allow_browsers(running, f"http://127.0.0.1:{port}")
        running.webhook()
        running.worker()
        running.part("api", "-m", "api", port=int(api.rpartition(":")[2]))
        cli(running, "scan")
        cli(running, "schema", "apply", "--yes")
        yield running, start_dashboard(running, "dashboard", port)


@pytest.fixture
def uploads(page: Page, signed: tuple[Stack, str]) -> Uploads:
    """The upload page of that dashboard."""
    return Uploads(Dashboard(page, signed[1]))


def allow_browsers(stack: Stack, origin: str) -> None:
    """The bucket's CORS rule, as docs/deployment.md has it."""
    rule = {
        "AllowedOrigins": [origin],
        "AllowedMethods": ["GET", "HEAD", "PUT"],
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["ETag"],
    }
    stack.s3.client().put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [rule]})


@pytest.fixture
def dashboard(page: Page, address: str) -> Dashboard:
    return Dashboard(page, address)
