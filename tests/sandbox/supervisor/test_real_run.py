"""`make run` as it is: Lectern's own faces, from a cold folder to a page in a browser and to their end."""

import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser import chromium
from tests.sandbox.supervisor.running import REPOSITORY, RunningSandbox
from tests.sandbox.supervisor.stand_ins import free_addresses, gone, own_folder

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def local() -> Iterator[Path]:
    with own_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def addresses() -> dict[str, str]:
    return free_addresses()


@pytest.fixture
def sandbox(local: Path, addresses: dict[str, str]) -> Iterator[RunningSandbox]:
    """Ready for use. The first test has the cold start, the second finds the school made."""
    running = RunningSandbox(REPOSITORY, addresses, "--local", str(local))
    try:
        running.until("ready after")
        yield running
    finally:
        running.end(signal.SIGTERM)


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_a_browser_shows_the_school_and_ctrl_c_leaves_no_process(sandbox, addresses):
    dashboard = f"http://{addresses['DASHBOARD_ADDRESS']}"
    assert status_of(f"{dashboard}/_stcore/health") == 200
    assert status_of(f"http://{addresses['API_ADDRESS']}/api/health/ready") == 200
    # Nobody signed it: the webhook is there, and strict.
    assert status_of(f"http://{addresses['WEBHOOK_ADDRESS']}/api/videos/mux/webhook") == 405
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{dashboard}/health")
        expect(page.get_by_role("heading", name="Health")).to_be_visible(timeout=30_000)
        browser.close()
    family = sandbox.family()
    assert sandbox.end(signal.SIGINT) == 0
    assert gone(*family, within_s=0.5)


def test_a_killed_supervisor_leaves_no_orphan(sandbox):
    family = sandbox.family()
    sandbox.end(signal.SIGKILL)
    assert gone(*family, within_s=20)
