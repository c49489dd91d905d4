"""All that can go wrong with the bytes on their way: one sentence each, nothing lost, nothing left behind."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from sandbox.stack import Stack, query
from tests.e2e.aftermath import ends, hit, new_lesson, states, trouble, wait_for
from tests.e2e.uploads import MB, PATIENCE_MS, Uploads, video

SLOW = 4 * MB
ON_MUX = ("ready",)


@pytest.fixture
def stack(signed: tuple[Stack, str]) -> Stack:
    return signed[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trouble")


def begin(uploads: Uploads, stack: Stack, file: Path, *, percent: int = 20) -> int:
    """Pick the file for a new lesson and wait until some of it is on its way; returns the lesson."""
    lesson = new_lesson(stack, file.stem)
    uploads.open(lesson=lesson)
    uploads.pick(file)
    uploads.has_sent(file.name, percent)
    return lesson


def test_a_403_midway_takes_the_file_to_s3_and_from_there_to_mux(
    uploads: Uploads, stack: Stack, folder: Path
) -> None:
    file = video(folder, "forbidden.mp4", size_bytes=30 * MB)
    with trouble(stack, put_bytes_per_s=SLOW) as change:
        lesson = begin(uploads, stack, file)
        change(put_forbidden_rate=1.0, put_bytes_per_s=0)
        uploads.becomes(file.name, "complete")
        expect(uploads.row(file.name)).to_contain_text("goes to S3 and on to Mux by itself")
    ends(stack, lesson, *ON_MUX)
    uploads.listed(file.name, "Ready")


def test_an_address_that_runs_out_midway_takes_the_file_to_s3(
    uploads: Uploads, stack: Stack, folder: Path
) -> None:
    file = video(folder, "expired.mp4", size_bytes=40 * MB)
    with trouble(stack, upload_timeout_s=4, put_bytes_per_s=SLOW) as change:
        lesson = begin(uploads, stack, file)
        expect(uploads.row(file.name)).to_contain_text("by itself later", timeout=PATIENCE_MS)
        change(put_bytes_per_s=0)
        uploads.becomes(file.name, "complete")
    ends(stack, lesson, *ON_MUX)


def test_an_upload_that_was_closed_meanwhile_starts_anew_when_tried_again(
    uploads: Uploads, stack: Stack, folder: Path
) -> None:
    file = video(folder, "closed.mp4", size_bytes=30 * MB)
    with trouble(stack, put_bytes_per_s=SLOW) as change:
        lesson = begin(uploads, stack, file)
        uploads.press("Pause", file.name)
        uploads.becomes(file.name, "paused")
        uploads.page.get_by_test_id("stMain").get_by_role("button", name="Cancel", exact=True).first.click()
        wait_for(lambda: states(stack, lesson) == ["cancelled"], "cancelled in the list")
        change(put_bytes_per_s=0)
        uploads.press("Resume", file.name)
        uploads.becomes(file.name, "error")
        expect(uploads.row(file.name)).to_contain_text("Choose the file again.")
        uploads.press("Try again", file.name)
        uploads.becomes(file.name, "complete")
    ends(stack, lesson, "cancelled", *ON_MUX)


def test_what_is_cancelled_elsewhere_on_its_way_to_s3_is_said_and_starts_anew(
    uploads: Uploads, stack: Stack, folder: Path
) -> None:
    file, lesson = video(folder, "closed at s3.mp4", size_bytes=30 * MB), new_lesson(stack, "Closed at S3")
    stack.s3.set_faults({"path": "*uploads/*", "delay_s": 4.0, "methods": ["PUT"]})
    try:
        with trouble(stack, error_rate=1.0):
            uploads.open(lesson=lesson)
            uploads.pick(file)
            expect(uploads.row(file.name)).to_contain_text("by itself later", timeout=PATIENCE_MS)
            uploads.becomes(file.name, "uploading")
            uploads.page.get_by_test_id("stMain").get_by_role(
                "button", name="Cancel", exact=True
            ).first.click()
            uploads.becomes(file.name, "error")
            expect(uploads.row(file.name)).to_contain_text("Choose the file again.")
    finally:
        stack.s3.set_faults()
    uploads.press("Try again", file.name)
    uploads.becomes(file.name, "complete")
    ends(stack, lesson, "cancelled", *ON_MUX)


@pytest.mark.parametrize("fault", ["put_drop_rate", "put_error_rate"])
def test_a_connection_that_breaks_is_tried_again_and_goes_on_where_it_was(
    uploads: Uploads, stack: Stack, folder: Path, fault: str
) -> None:
    file = video(folder, f"{fault}.mp4", size_bytes=30 * MB)
    with trouble(stack, put_bytes_per_s=SLOW) as change:
        lesson = begin(uploads, stack, file)
        change(**{fault: 1.0})
        wait_for(lambda: hit(stack, fault) >= 2, "the fault strikes")
        change(**{fault: 0.0}, put_bytes_per_s=0)
        uploads.becomes(file.name, "complete")
    ends(stack, lesson, *ON_MUX)
    assert via(stack, file.name) == "mux"


def via(stack: Stack, name: str) -> object:
    [(said,)] = query(stack, "select via from mux_admin.uploads where filename = %s", name)
    return said


def test_a_last_answer_that_is_lost_makes_no_second_video(
    uploads: Uploads, stack: Stack, folder: Path
) -> None:
    file = video(folder, "unanswered.mp4", size_bytes=10 * MB)
    with trouble(stack, drop_after_last_put_rate=1.0):
        lesson = new_lesson(stack, file.stem)
        uploads.open(lesson=lesson)
        uploads.pick(file)
        uploads.becomes(file.name, "complete")
    ends(stack, lesson, *ON_MUX)
    assert via(stack, file.name) == "mux"


def test_a_network_that_is_away_is_waited_for_on_both_ways(
    uploads: Uploads, stack: Stack, folder: Path
) -> None:
    file = video(folder, "tunnel.mp4", size_bytes=40 * MB)
    network = uploads.page.context
    with trouble(stack, put_bytes_per_s=SLOW) as change:
        lesson = begin(uploads, stack, file)
        network.set_offline(True)
        uploads.becomes(file.name, "offline")
        expect(uploads.row(file.name)).to_contain_text("goes on by itself when the network is back")
        network.set_offline(False)
        uploads.becomes(file.name, "uploading")
        change(put_forbidden_rate=1.0)
        expect(uploads.row(file.name)).to_contain_text("by itself later", timeout=PATIENCE_MS)
        network.set_offline(True)
        network.set_offline(False)
        uploads.becomes(file.name, "complete")
    ends(stack, lesson, *ON_MUX)


def test_a_file_that_changes_on_the_way_is_said_and_can_be_chosen_again(
    uploads: Uploads, stack: Stack, folder: Path
) -> None:
    file = video(folder, "edited.mp4", size_bytes=40 * MB)
    with trouble(stack, put_bytes_per_s=SLOW) as change:
        lesson = begin(uploads, stack, file)
        stack.parts["dashboard"].kill()  # who hears of it late may not find a video of it either
        try:
            save_anew(file)
            change(put_bytes_per_s=0)
            uploads.becomes(file.name, "error")
            expect(uploads.row(file.name)).to_contain_text("changed or moved on this computer")
        finally:
            stack.parts["dashboard"].start()
    changed = video(folder, "edited again.mp4", size_bytes=10 * MB)
    uploads.pick(changed)
    uploads.becomes(changed.name, "complete")
    ends(stack, lesson, "cancelled", *ON_MUX)


def save_anew(file: Path) -> None:
    with file.open("ab") as again:
        again.write(os.urandom(1000))


def test_a_file_that_changes_once_all_of_it_was_read_arrives_as_it_was_picked(
    uploads: Uploads, stack: Stack, folder: Path
) -> None:
    file = video(folder, "read whole.mp4", size_bytes=6 * MB)
    with trouble(stack, put_bytes_per_s=MB) as change:
        lesson = begin(uploads, stack, file)
        save_anew(file)
        change(put_bytes_per_s=0)
        uploads.becomes(file.name, "complete")
    ends(stack, lesson, *ON_MUX)


def test_a_dashboard_that_is_started_anew_midway_hears_of_the_end(
    uploads: Uploads, stack: Stack, folder: Path
) -> None:
    file = video(folder, "restarted.mp4", size_bytes=40 * MB)
    with trouble(stack, put_bytes_per_s=SLOW) as change:
        lesson = begin(uploads, stack, file)
        stack.parts["dashboard"].kill()
        try:
            uploads.has_sent(file.name, 60)
        finally:
            stack.parts["dashboard"].start()
        change(put_bytes_per_s=0)
        uploads.becomes(file.name, "complete")
    ends(stack, lesson, *ON_MUX)
