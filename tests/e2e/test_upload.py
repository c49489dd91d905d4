"""Somebody brings a video in, with all that can go wrong between their browser and Mux."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserType, Dialog, FileChooser, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from pytest_playwright.pytest_playwright import CreateContextCallback

from dashboard import gallery
from sandbox.stack import Stack, query
from tests.e2e.dashboard import Dashboard
from tests.e2e.playing import plays
from tests.e2e.test_contrast import LEAST, Scheme, contrast
from tests.e2e.uploads import MB, Uploads, video


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


def ranges_put(page: Page) -> list[str]:
    """The `Content-Range` of each PUT from now on."""
    found: list[str] = []
    page.on(
        "request", lambda one: found.append(one.headers["content-range"]) if one.method == "PUT" else None
    )
    return found


def provider(stack: Stack, lesson: int) -> object:
    [(said,)] = query(stack, "select video_provider from lessons where id = %s", lesson)
    return said


def test_a_file_goes_to_mux_past_lectern_and_plays(
    uploads: Uploads, signed: tuple[Stack, str], folder: Path
) -> None:
    through_lectern: list[int] = []
    uploads.page.on(
        "websocket", lambda socket: socket.on("framesent", lambda f: through_lectern.append(len(f)))
    )
    file = video(folder, "straight.mp4", size_bytes=20 * MB)
    uploads.open(lesson=2)
    uploads.pick(file)
    uploads.becomes("straight.mp4", "complete")
    uploads.listed("straight.mp4", "Ready")
    plays(uploads.watch())
    assert sum(through_lectern) < file.stat().st_size / 50
    assert provider(signed[0], 2) == "mux"


def test_a_pause_holds_and_what_has_arrived_is_not_sent_twice(uploads: Uploads, folder: Path) -> None:
    file = video(folder, "held.mp4", size_bytes=40 * MB)
    sent = ranges_put(uploads.page)
    uploads.open(lesson=3)
    uploads.slow_down(5 * MB)
    uploads.pick(file)
    uploads.has_sent("held.mp4", 30)
    uploads.press("Pause", "held.mp4")
    uploads.becomes("held.mp4", "paused")
    share, requests = uploads.share_sent("held.mp4"), len(sent)
    uploads.dashboard.go_to("Today")
    uploads.page.go_back()
    uploads.becomes("held.mp4", "paused")
    assert (uploads.share_sent("held.mp4"), len(sent)) == (share, requests)
    uploads.slow_down()
    uploads.press("Resume", "held.mp4")
    uploads.becomes("held.mp4", "complete")
    # Pieces of 8 MiB: five, and the one that the pause broke off comes again.
    assert sent[0].startswith("bytes 0-")
    assert len(sent) == 6


def test_a_lost_network_is_waited_for(uploads: Uploads, folder: Path) -> None:
    file = video(folder, "lost.mp4", size_bytes=30 * MB)
    uploads.open(lesson=4)
    uploads.slow_down(5 * MB)
    uploads.pick(file)
    uploads.has_sent("lost.mp4", 20)
    uploads.slow_down(offline=True)
    uploads.becomes("lost.mp4", "offline")
    uploads.slow_down()
    uploads.becomes("lost.mp4", "complete")
    uploads.listed("lost.mp4", "Ready")


def test_an_upload_goes_on_while_another_page_is_looked_at(uploads: Uploads, folder: Path) -> None:
    file = video(folder, "away.mp4", size_bytes=20 * MB)
    uploads.open(lesson=5)
    uploads.slow_down(8 * MB)
    uploads.pick(file)
    uploads.has_sent("away.mp4", 10)
    uploads.dashboard.go_to("Today")
    expect(uploads.page.locator("mux-uploader")).to_have_count(0, timeout=60_000)  # Mux has every byte
    uploads.dashboard.go_to("Upload")
    uploads.becomes("away.mp4", "complete")
    uploads.listed("away.mp4", "Ready")


def test_a_tab_that_still_sends_asks_before_it_closes(uploads: Uploads, folder: Path) -> None:
    asked: list[str] = []

    def refuse(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    uploads.open(lesson=12)
    uploads.slow_down(2 * MB)
    uploads.pick(video(folder, "guarded.mp4", size_bytes=20 * MB))
    uploads.has_sent("guarded.mp4", 5)
    uploads.page.on("dialog", refuse)
    uploads.page.close(run_before_unload=True)
    expect(uploads.row("guarded.mp4")).to_have_attribute("data-state", "uploading")
    uploads.press("Cancel", "guarded.mp4")
    uploads.becomes("guarded.mp4", "cancelled")
    assert asked == ["beforeunload"]


def test_while_mux_is_away_it_goes_to_s3_and_arrives_at_mux_afterwards(
    uploads: Uploads, signed: tuple[Stack, str], folder: Path
) -> None:
    stack = signed[0]
    file = video(folder, "fallen.mp4", size_bytes=30 * MB)
    uploads.open(lesson=6)
    uploads.slow_down(5 * MB)
    uploads.pick(file)
    uploads.has_sent("fallen.mp4", 20)
    stack.mux.kill()
    try:
        uploads.slow_down()
        uploads.becomes("fallen.mp4", "complete")
        expect(uploads.row("fallen.mp4")).to_contain_text("S3")
        assert query(stack, "select fallback_used from mux_admin.uploads where filename = 'fallen.mp4'") == [
            (True,)
        ]
        uploads.listed("fallen.mp4", "In S3")
        player = uploads.watch()
        assert player.evaluate("player => player.localName") == "video"
        plays(player)
    finally:
        stack.mux.start()
    uploads.open(lesson=6)
    uploads.listed("fallen.mp4", "Ready")
    assert provider(stack, 6) == "mux"


def test_where_muxs_uploader_does_not_load_the_file_goes_by_s3_and_the_row_says_so(
    uploads: Uploads, folder: Path
) -> None:
    uploads.page.route("**/mux-uploader.mjs", lambda route: route.abort())
    uploads.open(lesson=15)
    uploads.pick(video(folder, "without.mp4"))
    uploads.becomes("without.mp4", "complete")
    expect(uploads.row("without.mp4")).to_contain_text(
        "sends to Mux could not be loaded, so the file goes to S3"
    )
    uploads.listed("without.mp4", "Ready")


def test_what_is_no_video_is_refused_with_the_reason_and_nothing_is_opened(
    uploads: Uploads, signed: tuple[Stack, str], folder: Path
) -> None:
    named = {
        "program.mp4": b"MZ" + b"\0" * 600,
        "empty.mp4": b"",
        "page.mp4": b"<html><script>",
        "x.mp4": b"?" * 99,
    }
    for name, content in named.items():
        (folder / name).write_bytes(content)
    uploads.open(lesson=7)
    uploads.pick(*(folder / name for name in named))
    said = {"program.mp4": "a program", "empty.mp4": "empty", "page.mp4": "web page", "x.mp4": "not taken"}
    for name, why in said.items():
        uploads.becomes(name, "error")
        expect(uploads.row(name)).to_contain_text(why)
        expect(uploads.row(name).get_by_role("button")).to_have_text(["Remove"])
    assert query(signed[0], "select count(*) from mux_admin.uploads where lesson_id = '7'") == [(0,)]


def test_a_second_video_for_a_lesson_waits_for_the_first(uploads: Uploads, folder: Path) -> None:
    one, two = (video(folder, f"{n}.mp4", size_bytes=20 * MB) for n in ("first", "second"))
    uploads.open(lesson=8)
    uploads.slow_down(5 * MB)
    uploads.pick(one, two)
    uploads.becomes("second.mp4", "error")
    expect(uploads.row("second.mp4")).to_contain_text("already uploading")
    uploads.press("Cancel", "first.mp4")
    uploads.becomes("first.mp4", "cancelled")
    uploads.slow_down()
    uploads.press("Try again", "second.mp4")
    uploads.becomes("second.mp4", "complete")
    uploads.page.get_by_role("button", name="Clear the list").click()
    expect(uploads.page.locator(".file")).to_have_count(0)


def test_several_files_become_new_lessons_and_a_pdf_a_resource(
    uploads: Uploads, signed: tuple[Stack, str], folder: Path
) -> None:
    (folder / "Notes.pdf").write_bytes(b"%PDF-1.7\n" + b"x" * 5000)
    uploads.open()
    uploads.page.get_by_role("radio", name="A new lesson").click()
    uploads.pick(video(folder, "Sets.mp4"), video(folder, "Union.mp4"), folder / "Notes.pdf")
    for name in ("Sets.mp4", "Union.mp4", "Notes.pdf"):
        uploads.becomes(name, "complete")
    titles = query(signed[0], "select title from lessons where status = 'draft' order by title")
    assert titles == [("Notes",), ("Sets",), ("Union",)]
    assert query(signed[0], "select kind, name from mux_admin.lesson_resources") == [("pdf", "Notes.pdf")]


def test_by_keyboard_alone_a_file_is_chosen_and_paused(uploads: Uploads, folder: Path) -> None:
    uploads.open(lesson=9)
    choose = uploads.page.get_by_role("button", name="Choose files")
    expect(choose).to_be_enabled(timeout=30_000)
    uploads.slow_down(3 * MB)
    uploads.dashboard.rests()  # a page that is being drawn anew takes no key
    chooser_by_key(choose).set_files(str(video(folder, "keys.mp4", size_bytes=20 * MB)))
    uploads.becomes("keys.mp4", "uploading")
    uploads.page.keyboard.press("Tab")
    uploads.page.keyboard.press("Enter")
    uploads.becomes("keys.mp4", "paused")
    uploads.page.keyboard.press("Enter")  # the button that resumes has the focus now
    uploads.becomes("keys.mp4", "uploading")
    uploads.press("Cancel", "keys.mp4")


def chooser_by_key(button: Locator) -> FileChooser:
    """Press Enter on it; once more where a browser that has run for long lost the key."""
    for _ in range(3):
        try:
            with button.page.expect_file_chooser(timeout=10_000) as chooser:
                button.press("Enter")
            return chooser.value
        except PlaywrightTimeout:
            continue
    raise AssertionError("no file dialog opened")


def test_over_a_phones_network_a_small_file_arrives(uploads: Uploads, folder: Path) -> None:
    uploads.dashboard.throttle()
    uploads.open(lesson=10)
    uploads.pick(video(folder, "phone.mp4"))
    uploads.becomes("phone.mp4", "complete")


def test_a_recording_survives_a_closed_tab_and_is_uploaded(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], signed: tuple[Stack, str]
) -> None:
    """In a browser of its own; of eight seconds at most the last few are lost.

    What holds no picture yet is not offered."""
    browser = browser_type.launch(**browser_type_launch_args)
    context = browser.new_context(permissions=["camera", "microphone"])
    first = Uploads(Dashboard(context.new_page(), signed[1]))
    record(first, lesson=11)
    expect(first.page.get_by_text("00:08 · recording")).to_be_visible(timeout=30_000)
    first.page.close()
    again = Uploads(Dashboard(context.new_page(), signed[1]))
    again.open(lesson=11)
    again.page.evaluate(BROKEN_OFF, HEADS)
    again.page.get_by_role("radio", name="Record").click()
    expect(again.page.get_by_role("button", name="Watch and upload")).to_have_count(1)
    again.page.get_by_role("button", name="Watch and upload").click()
    kept = again.page.locator(".stage video")
    plays(kept, beyond_s=2)
    assert kept.evaluate("video => video.duration") > 4
    again.page.get_by_role("button", name="Upload this recording").click()
    again.becomes("Recording", "complete")
    again.listed("Recording", "Ready")
    again.page.reload()
    again.page.get_by_role("radio", name="Record").click()
    expect(again.page.get_by_role("button", name="Camera")).to_be_visible(timeout=30_000)
    expect(again.page.get_by_role("button", name="Watch and upload")).to_have_count(0)
    browser.close()


BROKEN_OFF = """async (heads) => {
    const { keep, keepPiece } = await import('/app/static/parts/keeping.js');
    const opening = indexedDB.open('lectern-recordings');
    await new Promise((then) => opening.onsuccess = then);
    const all = opening.result.transaction('recordings').objectStore('recordings').getAll();
    await new Promise((then) => all.onsuccess = then);
    for (const [form, head] of Object.entries(heads)) {
        await keep({ ...all.result[0], id: form, name: `x.${form}`, mime: `video/${form}` });
        await keepPiece(form, 1, new Blob([Uint8Array.from(atob(head), (one) => one.charCodeAt(0))]));
    }
}"""
HEADS = {"mp4": "AAAAGGZ0eXBpc29tAAAAAAAAAAAAAAAIbW9vdg==", "webm": "GkXfowAAAAAAAAAAH0O2dQ=="}
"""What is kept of a tab that was closed in its first second: the head of a file, without a picture."""


def record(uploads: Uploads, *, lesson: int) -> None:
    uploads.open(lesson=lesson)
    uploads.page.get_by_role("radio", name="Record").click()
    uploads.page.get_by_role("button", name="Camera").click()
    uploads.page.get_by_role("button", name="Start recording").click()


STATES = "all => all.map(one => one.dataset.state)"
UPLOADER = {
    *("waiting", "asking", "uploading", "paused", "offline"),
    *("processing", "complete", "error", "cancelled"),
}
PLAYER = {"unseen", "playing", "resumed", "chapters", "failed", "renewing", "refused"}
RECORDER = {"idle", "asking", "ready", "recording", "paused", "review", "impossible"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_can_be_read_on_its_ground(
    new_context: CreateContextCallback, signed: tuple[Stack, str], scheme: Scheme
) -> None:
    dashboard = Dashboard(new_context(color_scheme=scheme).new_page(), signed[1])
    dashboard.open("/gallery")
    expect(dashboard.page.locator(".file").first).to_be_visible(timeout=30_000)
    rows, stages = dashboard.page.locator(".file"), dashboard.page.locator(".stage")
    expect(stages).to_have_count(len(gallery.RECORDER), timeout=30_000)
    assert set(rows.evaluate_all(STATES)) == UPLOADER
    assert set(stages.evaluate_all(STATES)) == RECORDER
    frames = dashboard.page.locator(".frame")
    expect(frames).to_have_count(len(gallery.PLAYER), timeout=30_000)
    assert set(frames.evaluate_all(STATES)) == PLAYER
    expect(dashboard.page.locator(".drop[data-closed=yes]")).to_have_count(1)
    shown = dashboard.page.locator(".file .state, .file .name, .file .said, .slot button, .hint, .trouble p")
    measured = {one.inner_text(): round(contrast(one), 2) for one in shown.all() if one.inner_text().strip()}
    assert len(measured) > 20
    assert {name: ratio for name, ratio in measured.items() if ratio < LEAST} == {}
