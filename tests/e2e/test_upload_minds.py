"""Somebody changes their mind while the network, Mux's part of the page or the database is away."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Response, Route, expect

from sandbox.stack import Stack
from tests.e2e.aftermath import ends, new_lesson, states, trouble
from tests.e2e.uploads import MB, Uploads, video

SLOW = 4 * MB
QUIET_MS = 1000
"""As long as nothing may be sent."""


@pytest.fixture
def stack(signed: tuple[Stack, str]) -> Stack:
    return signed[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("minds")


class Held:
    """Mux's part of the page, on a network so slow that it comes when it is let through."""

    def __init__(self, page: Page) -> None:
        self._waiting: list[Route] = []
        page.route("**/mux-uploader.mjs", lambda route: self._waiting.append(route))

    def comes(self, page: Page) -> None:
        self._let(page, lambda route: route.continue_())

    def fails(self, page: Page) -> None:
        self._let(page, lambda route: route.abort())

    def _let(self, page: Page, through: object) -> None:
        while not self._waiting:
            page.wait_for_timeout(50)
        for route in self._waiting:
            through(route)  # type: ignore[operator]


@contextmanager
def nothing_sent(uploads: Uploads) -> Iterator[None]:
    """In the block, and for a while after it, no byte goes anywhere."""
    found: list[str] = []

    def note(request: Request) -> None:
        if request.method == "PUT":
            found.append(request.headers.get("content-range", request.url[:40]))

    uploads.page.on("request", note)
    yield
    uploads.page.wait_for_timeout(QUIET_MS)
    uploads.page.remove_listener("request", note)
    assert found == []


def test_a_pause_outlives_a_slow_page_and_a_lost_network_and_a_cancel_is_the_end(
    uploads: Uploads, stack: Stack, folder: Path
) -> None:
    file, lesson = video(folder, "minds.mp4", size_bytes=40 * MB), new_lesson(stack, "Minds")
    network, held = uploads.page.context, Held(uploads.page)
    with trouble(stack, put_bytes_per_s=SLOW) as change:
        uploads.open(lesson=lesson)
        uploads.pick(file)
        uploads.becomes(file.name, "uploading")
        uploads.press("Pause", file.name)
        with nothing_sent(uploads):
            held.comes(uploads.page)
        uploads.becomes(file.name, "paused")
        uploads.press("Resume", file.name)
        uploads.has_sent(file.name, 10)
        expect(uploads.page.locator("mux-uploader")).to_have_count(1)
        uploads.press("Pause", file.name)
        with nothing_sent(uploads):
            network.set_offline(True)
            network.set_offline(False)
        uploads.becomes(file.name, "paused")
        uploads.press("Resume", file.name)
        uploads.page.route("**/_stcore/health", lambda route: route.abort())  # Lectern is away as well
        change(put_forbidden_rate=1.0, put_bytes_per_s=0)
        uploads.becomes(file.name, "offline")
        uploads.press("Cancel", file.name)
        with nothing_sent(uploads):
            uploads.page.unroute("**/_stcore/health")
            uploads.page.wait_for_timeout(3000)  # as often as it looks whether the network is back
        uploads.becomes(file.name, "cancelled")
    ends(stack, lesson, "cancelled")


def test_a_pause_outlives_the_change_to_s3_and_a_cancel_there_is_the_end(
    uploads: Uploads, stack: Stack, folder: Path
) -> None:
    file, lesson = video(folder, "held for s3.mp4"), new_lesson(stack, "Held for S3")
    held = Held(uploads.page)
    uploads.open(lesson=lesson)
    uploads.pick(file)
    uploads.becomes(file.name, "uploading")
    uploads.press("Pause", file.name)
    with nothing_sent(uploads):
        held.fails(uploads.page)
        expect(uploads.row(file.name)).to_contain_text("goes to S3")
    uploads.becomes(file.name, "paused")
    uploads.page.context.set_offline(True)
    uploads.press("Resume", file.name)
    uploads.becomes(file.name, "offline")
    uploads.press("Cancel", file.name)
    with nothing_sent(uploads):
        uploads.page.context.set_offline(False)
    uploads.becomes(file.name, "cancelled")
    ends(stack, lesson, "cancelled")


def test_a_cancel_that_meets_no_database_is_repeated_until_it_is_heard(
    uploads: Uploads, stack: Stack, folder: Path
) -> None:
    file, lesson = video(folder, "unheard.mp4", size_bytes=20 * MB), new_lesson(stack, "Unheard")
    with trouble(stack, put_bytes_per_s=MB):
        uploads.open(lesson=lesson)
        uploads.pick(file)
        uploads.has_sent(file.name, 1)
        stack.postgres.kill()
        try:
            uploads.press("Cancel", file.name)
            uploads.becomes(file.name, "cancelled")
            alert = uploads.page.get_by_test_id("stAlert")
            expect(alert.filter(has_text=re.compile("database")).first).to_be_visible(timeout=30_000)
        finally:
            stack.postgres.start()
    ends(stack, lesson, "cancelled")


def test_an_upload_that_opens_for_a_file_that_was_cancelled_is_closed_at_once(
    uploads: Uploads, stack: Stack, folder: Path
) -> None:
    file, lesson = video(folder, "too late.mp4", size_bytes=2 * MB), new_lesson(stack, "Too late")
    with trouble(stack, slow_s=1.5):
        uploads.open(lesson=lesson)
        uploads.pick(file)
        uploads.becomes(file.name, "asking")
        uploads.press("Cancel", file.name)
        uploads.becomes(file.name, "cancelled")
    ends(stack, lesson, "cancelled")
    assert states(stack, lesson) == ["cancelled"]


def test_a_network_that_is_away_for_a_moment_leaves_no_piece_out(
    uploads: Uploads, stack: Stack, folder: Path
) -> None:
    file, lesson = video(folder, "moment.mp4", size_bytes=30 * MB), new_lesson(stack, "Moment")
    taken: list[tuple[int, int]] = []

    def note(response: Response) -> None:
        said = response.request.headers.get("content-range", "")
        if response.request.method == "PUT" and response.status in (200, 308):
            first, last = said.removeprefix("bytes ").partition("/")[0].split("-")
            taken.append((int(first), int(last) + 1))

    uploads.page.on("response", note)
    with trouble(stack, put_bytes_per_s=SLOW) as change:
        uploads.open(lesson=lesson)
        uploads.pick(file)
        uploads.has_sent(file.name, 10)
        uploads.page.context.set_offline(True)
        uploads.becomes(file.name, "offline")
        uploads.page.context.set_offline(False)
        change(put_bytes_per_s=0)
        uploads.becomes(file.name, "complete")
    ends(stack, lesson, "ready")
    ends_at = [0, *(end for _, end in taken)]
    assert taken == list(pairwise(ends_at))
    assert ends_at[-1] == file.stat().st_size
