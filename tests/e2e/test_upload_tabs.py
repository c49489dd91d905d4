"""Tabs that close, tabs side by side, and a change of mind in the last moment."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from sandbox.stack import Stack, query
from tests.e2e.aftermath import ends, new_lesson, states, trouble, wait_for
from tests.e2e.dashboard import Dashboard
from tests.e2e.uploads import MB, PATIENCE_MS, Uploads, video

SLOW = 4 * MB


@pytest.fixture
def stack(signed: tuple[Stack, str]) -> Stack:
    return signed[0]


@pytest.fixture
def window(context: BrowserContext) -> BrowserContext:
    return context


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tabs")


def tab(window: BrowserContext, signed: tuple[Stack, str], lesson: int) -> Uploads:
    opened = Uploads(Dashboard(window.new_page(), signed[1]))
    opened.open(lesson=lesson)
    return opened


def cancel_in_list(uploads: Uploads) -> None:
    """The newest that can be."""
    page = uploads.page.get_by_test_id("stMain")
    page.get_by_role("button", name="Cancel", exact=True).first.click()


def test_after_a_tab_was_closed_the_list_says_what_to_do_and_the_sweep_frees_the_lesson(
    window: BrowserContext, signed: tuple[Stack, str], stack: Stack, folder: Path
) -> None:
    file, lesson = video(folder, "closed tab.mp4", size_bytes=40 * MB), new_lesson(stack, "Closed tab")
    with trouble(stack, upload_timeout_s=16, put_bytes_per_s=SLOW) as change:
        first = tab(window, signed, lesson)
        first.pick(file)
        first.has_sent(file.name, 10)
        first.page.close()
        change(put_bytes_per_s=0, upload_timeout_s=0)
        again = tab(window, signed, lesson)
        again.listed(file.name, "Waiting for bytes")
        again.listed(file.name, "Ran out")
        again.dashboard.sees("No bytes came in time. Choose the file again.")
        again.pick(file)
        again.becomes(file.name, "complete")
    ends(stack, lesson, "timed_out", "ready")


def test_what_a_closed_tab_left_behind_can_be_cancelled_at_once(
    window: BrowserContext, signed: tuple[Stack, str], stack: Stack, folder: Path
) -> None:
    file, lesson = video(folder, "left behind.mp4", size_bytes=40 * MB), new_lesson(stack, "Left behind")
    with trouble(stack, put_bytes_per_s=SLOW) as change:
        first = tab(window, signed, lesson)
        first.pick(file)
        first.has_sent(file.name, 10)
        first.page.close()
        change(put_bytes_per_s=0)
        again = tab(window, signed, lesson)
        again.pick(file)
        again.becomes(file.name, "error")
        expect(again.row(file.name)).to_contain_text("already uploading")
        expect(again.row(file.name)).to_contain_text("cancel", ignore_case=True)
        cancel_in_list(again)
        wait_for(lambda: states(stack, lesson) == ["cancelled"], "the old one is cancelled")
        again.press("Try again", file.name)
        again.becomes(file.name, "complete")
    ends(stack, lesson, "cancelled", "ready")


def test_of_two_tabs_with_one_lesson_the_second_waits_for_the_first(
    window: BrowserContext, signed: tuple[Stack, str], stack: Stack, folder: Path
) -> None:
    one, two = (video(folder, f"{name} tab.mp4", size_bytes=20 * MB) for name in ("left", "right"))
    lesson = new_lesson(stack, "Two tabs")
    left, right = (tab(window, signed, lesson) for _ in "lr")
    with trouble(stack, put_bytes_per_s=SLOW) as change:
        left.pick(one)
        left.has_sent(one.name, 10)
        right.pick(two)
        right.becomes(two.name, "error")
        expect(right.row(two.name)).to_contain_text("already uploading")
        change(put_bytes_per_s=0)
        left.becomes(one.name, "complete")
        right.listed(one.name, "Ready")
        right.press("Try again", two.name)
        right.becomes(two.name, "complete")
    ends(stack, lesson, "ready", "ready")
    playing = "select mux_asset_id from lessons where id = %s"
    newest = "select asset_id from mux_admin.uploads where filename = %s"
    assert query(stack, playing, lesson) == query(stack, newest, two.name)


def row(stack: Stack, lesson: int) -> dict[str, object]:
    [(said,)] = query(stack, "select to_jsonb(l) - 'updated_at' from lessons l where id = %s", lesson)
    assert isinstance(said, dict)
    return said


def test_cancelled_while_mux_prepares_it_the_lesson_stays_as_it_was_and_no_asset_is_left(
    window: BrowserContext, signed: tuple[Stack, str], stack: Stack, folder: Path
) -> None:
    file, lesson = video(folder, "second thoughts.mp4"), new_lesson(stack, "Second thoughts")
    before = row(stack, lesson)
    with trouble(stack, ingest_s=12):
        uploads = tab(window, signed, lesson)
        uploads.pick(file)
        uploads.becomes(file.name, "complete")
        uploads.listed(file.name, "Preparing")
        cancel_in_list(uploads)
        uploads.listed(file.name, "Cancelled")
        uploads.dashboard.sees("Cancelled by operator.")
    ends(stack, lesson, "cancelled")
    changed = row(stack, lesson).items() - before.items()
    assert changed <= {("processing_status", "pending"), ("video_status", "pending")}  # it has no video


def test_cancelled_in_the_row_while_bytes_are_on_their_way_nothing_is_left(
    window: BrowserContext, signed: tuple[Stack, str], stack: Stack, folder: Path
) -> None:
    file, lesson = video(folder, "no more.mp4", size_bytes=40 * MB), new_lesson(stack, "No more")
    with trouble(stack, put_bytes_per_s=SLOW) as change:
        uploads = tab(window, signed, lesson)
        uploads.pick(file)
        uploads.has_sent(file.name, 20)
        change(put_forbidden_rate=1.0)  # so that parts of it are in S3 when it is cancelled
        stack.s3.set_faults({"path": "*uploads/*", "delay_s": 3.0, "methods": ["PUT"]})
        try:
            expect(uploads.row(file.name)).to_contain_text("by itself later", timeout=PATIENCE_MS)
            uploads.press("Cancel", file.name)
            uploads.becomes(file.name, "cancelled")
        finally:
            stack.s3.set_faults()
    ends(stack, lesson, "cancelled")
