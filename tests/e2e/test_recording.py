"""Somebody records: nothing stays on that they stopped, and what does not work says so."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_playwright.pytest_playwright import CreateContextCallback

from sandbox.stack import Stack
from tests.e2e.aftermath import ends, new_lesson, wait_for
from tests.e2e.dashboard import Dashboard
from tests.e2e.playing import plays
from tests.e2e.uploads import Uploads

CAPTION_MS = 30_000

# Tells what was opened of this computer, and lets a test take away what a recording needs. Chromium has no
# fake screen with sound: it is painted, and hums.
COMPUTER = """(() => {
    window.opened = [];
    window.given = new Set();
    const { mediaDevices } = navigator, ask = mediaDevices.getUserMedia;
    const open = indexedDB.open, put = IDBObjectStore.prototype.put;
    mediaDevices.getUserMedia = async function (...wanted) {
        await new Promise((then) => setTimeout(then, window.waits ?? 0));
        const stream = await ask.apply(this, wanted);
        window.opened.push(stream);
        return stream;
    };
    mediaDevices.getDisplayMedia = async () => {
        const canvas = document.createElement('canvas'), context = new AudioContext();
        setInterval(() => canvas.getContext('2d').fillRect(0, 0, 9, 9), 40);
        const hum = context.createOscillator(), sound = context.createMediaStreamDestination();
        hum.connect(sound);
        hum.start();
        const tracks = [...canvas.captureStream(25).getTracks(), ...sound.stream.getTracks()];
        window.opened.push(new MediaStream(tracks));
        return window.opened.at(-1);
    };
    IDBFactory.prototype.open = function (...asked) {
        if (window.blocked) throw new DOMException('No.', 'SecurityError');
        return open.apply(this, asked);
    };
    IDBObjectStore.prototype.put = function (...asked) {
        if (window.full) throw new DOMException('Full.', 'QuotaExceededError');
        return put.apply(this, asked);
    };
    const [give, take] = [URL.createObjectURL, URL.revokeObjectURL];
    URL.createObjectURL = (file) => { const url = give(file); window.given.add(url); return url; };
    URL.revokeObjectURL = (url) => { window.given.delete(url); take(url); };
})();
"""
WEBM_ALONE = "MediaRecorder.isTypeSupported = (form) => form.includes('webm')"
"""A browser whose recordings do not tell how long they are: the recorder does."""
# It is on, and shows nothing before it is told to.
SLOW_CAMERA = """() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 480, height: 640 });
    const context = canvas.getContext('2d'), stream = canvas.captureStream(0);
    const show = () => (context.fillRect(0, 0, 9, 9), stream.getVideoTracks()[0].requestFrame());
    window.camera = { show };
    navigator.mediaDevices.getUserMedia = async () => stream;
}"""
LIVE = "window.opened.flatMap((one) => one.getTracks()).filter((one) => one.readyState === 'live').length"


@pytest.fixture
def recorder(new_context: CreateContextCallback, signed: tuple[Stack, str]) -> Uploads:
    context = new_context(permissions=["camera", "microphone"])
    context.add_init_script(COMPUTER)
    return Uploads(Dashboard(context.new_page(), signed[1]))


def set_to(page: Page, **computer: Any) -> None:
    page.evaluate("changes => Object.assign(window, changes)", computer)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def is_off(page: Page, *, opened: int) -> None:
    """All of the so many streams that were opened."""
    page.wait_for_function(f"() => window.opened.length === {opened} && {LIVE} === 0", timeout=10_000)


def stage(page: Page) -> Locator:
    return page.locator(".stage")


def test_a_camera_that_comes_after_the_page_was_left_is_switched_off(recorder: Uploads) -> None:
    page = recorder.page
    recorder.open(lesson=13)
    page.get_by_role("radio", name="Record").click()
    set_to(page, waits=1500)
    press(page, "Camera")
    expect(page.get_by_text("The browser asks whether it may.")).to_be_visible()
    recorder.dashboard.go_to("Today")
    is_off(page, opened=1)


@pytest.mark.parametrize("width_px", [1440, 390])
def test_the_way_to_begin_stays_where_it_is_when_the_picture_comes(recorder: Uploads, width_px: int) -> None:
    page = recorder.page
    recorder.open(lesson=13)
    page.get_by_role("radio", name="Record").click()
    recorder.dashboard.resize(width_px, 1000)
    page.evaluate(SLOW_CAMERA)
    press(page, "Camera")
    start = page.get_by_role("button", name="Start recording")
    expect(start).to_be_visible()
    recorder.dashboard.rests()
    before = start.bounding_box()
    page.evaluate("camera.show()")
    picture = stage(page).locator("video")
    wait_for(lambda: picture.evaluate("video => video.videoWidth === 480"), "the picture")
    assert start.bounding_box() == before


def test_what_a_recording_needs_and_lacks_is_said_and_all_is_off_when_it_stops(recorder: Uploads) -> None:
    page = recorder.page
    recorder.open(lesson=13)
    set_to(page, blocked=True)
    page.get_by_role("radio", name="Record").click()
    press(page, "Camera")
    press(page, "Start recording")
    expect(page.get_by_text("This browser keeps nothing for this page")).to_be_visible()
    is_off(page, opened=1)

    set_to(page, blocked=False)
    press(page, "Screen")
    press(page, "Start recording")
    expect(page.get_by_text("00:02 · recording")).to_be_visible(timeout=CAPTION_MS)
    set_to(page, full=True)
    expect(page.get_by_text(re.compile("no room left, so the recording ended here"))).to_be_visible()
    is_off(page, opened=3)  # the camera before; the screen with its sound, and the microphone
    recorded = page.locator(".stage video")
    plays(recorded)
    assert recorded.evaluate("video => video.duration") >= 2
    held = page.evaluate("window.given.size")
    press(page, "Record again")
    expect(stage(page)).to_have_attribute("data-state", "idle")
    assert page.evaluate("window.given.size") == held - 1


def test_by_keyboard_alone_a_lesson_is_found_and_a_recording_is_made_and_uploaded(
    recorder: Uploads, signed: tuple[Stack, str]
) -> None:
    page, keys = recorder.page, recorder.page.keyboard
    lesson = new_lesson(signed[0], "By keyboard alone")
    page.add_init_script(WEBM_ALONE)
    recorder.open()
    recorder.dashboard.rests()
    tab_to(page.get_by_role("textbox", name="Find a lesson"))
    keys.type("By keyboard")
    keys.press("Enter")
    lessons = page.get_by_role("combobox", name="Lesson", exact=True)
    expect(lessons).to_have_attribute("placeholder", "Choose one of 1 lesson", timeout=CAPTION_MS)
    recorder.dashboard.rests()
    tab_to(lessons)
    keys.press("ArrowDown")
    expect(page.get_by_role("option")).to_have_text([re.compile("By keyboard alone")])
    keys.press("Enter")
    recorder.dashboard.rests()
    tab_to(page.locator("summary", has_text="How videos are kept"))
    keys.press("Enter")
    tab_to(page.get_by_role("switch", name="Even out the loudness"))
    keys.press("Space")
    recorder.dashboard.rests()
    tab_to(page.get_by_role("radio", name="Files"))
    keys.press("ArrowRight")
    keys.press("Enter")
    tab_to(page.get_by_role("button", name="Camera"))
    keys.press("Enter")
    for button in ("Start recording", "Stop"):
        expect(page.get_by_role("button", name=button)).to_be_focused(timeout=CAPTION_MS)
        if button == "Stop":
            expect(page.get_by_text("00:02 · recording")).to_be_visible(timeout=CAPTION_MS)
        keys.press("Enter")
    expect(page.get_by_role("button", name="Upload this recording")).to_be_focused(timeout=CAPTION_MS)
    keys.press("Enter")
    expect(recorder.row("Recording")).to_contain_text("0:02 long · about $")
    recorder.becomes("Recording", "complete")
    ends(signed[0], lesson, "ready")


def tab_to(wanted: Locator) -> None:
    """Press Tab until it has the focus."""
    expect(wanted).to_be_visible(timeout=CAPTION_MS)
    for _ in range(60):
        wanted.page.keyboard.press("Tab")
        if wanted.evaluate("one => one.getRootNode().activeElement === one"):
            return
    raise AssertionError(f"no Tab leads to {wanted}")
