"""A lesson's chapters: brought on the upload page, listed below the picture, told to whichever plays."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from sandbox.stack import Stack
from tests.e2e.aftermath import new_lesson
from tests.e2e.dashboard import Dashboard
from tests.e2e.uploads import PATIENCE_MS, Uploads, video

VTT = """WEBVTT - a comment

NOTE nothing of this is shown

00:08.000 --> 00:12.000
Exercises

intro
00:00:00.000 --> 00:00:04.500 align:start
What a <b>set</b> is

00:04.500 --> 00:08.000
Union &amp; intersection
"""
TITLES = ["00:00 What a set is", "00:04 Union & intersection", "00:08 Exercises"]
TOLD = {
    "video": "video => [...video.textTracks].some(one => one.kind === 'chapters' && one.cues?.length === 3)",
    "mux-player": """player => player.activeChapter?.value === 'Exercises' && JSON.stringify(
        player.chapters.map(one => [one.startTime, one.value])
    ) === '[[0,"What a set is"],[4.5,"Union & intersection"],[8,"Exercises"]]'""",
}


@pytest.fixture
def chapters(tmp_path: Path) -> Path:
    path = tmp_path / "Sets.chapters.vtt"
    path.write_text(VTT, encoding="utf-8")
    return path


def watch(page: Page, address: str, lesson: int) -> Locator:
    Dashboard(page, address).open(f"/watch?lesson={lesson}")
    player = page.locator(".frame > *").first
    expect(player).to_be_visible(timeout=PATIENCE_MS)
    return player


def test_chapters_are_listed_and_jumped_to_by_keyboard_whatever_plays(
    uploads: Uploads, signed: tuple[Stack, str], chapters: Path, tmp_path: Path
) -> None:
    stack, address = signed
    moved = new_lesson(stack, "With chapters")
    for lesson, files in ((14, [chapters]), (moved, [video(tmp_path, "Sets.mp4", duration_s=12), chapters])):
        uploads.open(lesson=lesson)
        uploads.pick(*files)
        uploads.becomes(chapters.name, "complete")
    uploads.listed("Sets.mp4", "Ready")
    for lesson, plays_from in ((14, "video"), (moved, "mux-player")):
        player = watch(uploads.page, address, lesson)
        expect(player).to_have_js_property("localName", plays_from)
        listed = uploads.page.get_by_role("navigation", name="Chapters").get_by_role("button")
        expect(listed).to_have_text(TITLES, timeout=PATIENCE_MS)
        listed.nth(1).press("Tab")
        expect(listed.nth(2)).to_be_focused()
        listed.nth(2).press("Enter")
        expect(listed.nth(2)).to_have_attribute("aria-current", "true", timeout=PATIENCE_MS)
        expect(player).to_have_js_property("currentTime", 8)
        expect(listed.nth(2)).to_be_focused()
        holds(player, TOLD[plays_from])


def holds(player: Locator, condition: str) -> None:
    """What the player itself was told of the chapters."""
    player.page.wait_for_function(condition, arg=player.element_handle(), timeout=PATIENCE_MS)
