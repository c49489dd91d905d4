"""What belongs to a lesson's video in the browser: captions written by Mux, changed, brought and deleted; its
MP4, its picture and a part of it; how it is watched."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sandbox.stack import Stack, query
from tests.e2e.aftermath import wait_for
from tests.e2e.conftest import cli
from tests.e2e.dashboard import Dashboard

SRT = "1\n00:00:00,000 --> 00:00:02,000\nMengen & Zahlen\n"
WORDS = "select transcript_text, captions_webvtt_url from videos where lesson_id = %s"
LESSON = 9
"""It has a row of `videos`."""


@pytest.fixture
def lesson(page: Page, signed: tuple[Stack, str]) -> Dashboard:
    stack, address = signed
    if query(stack, "select 1 from lessons where id = %s and mux_playback_id is null", LESSON):
        chosen = ("--filter", f"search=Lesson {LESSON - 1}", "--policy", "signed")
        started = cli(stack, "migrate", "start", *chosen)
        cli(stack, "migrate", "status", str(started["batch_id"]), "--wait", "--timeout-s", "100")
    dashboard = Dashboard(page, address)
    dashboard.open(f"/lesson?lesson={LESSON}")
    dashboard.rests()
    return dashboard


def said(stack: Stack) -> tuple[object, ...]:
    return query(stack, WORDS, LESSON)[0]


def until(stack: Stack, words: str | None) -> None:
    wait_for(lambda: said(stack)[0] == words, f"the transcript to be {words!r}")


def in_popover(dashboard: Dashboard, opener: str, fill: Callable[[Page], None], then: str) -> None:
    dashboard.press(re.compile(opener))
    fill(dashboard.page)
    dashboard.press(then)


def type_into_cell(dashboard: Dashboard, text: str) -> None:
    """The words of the first cue: its cell is the last of the row."""
    grid = dashboard.page.get_by_test_id("stDataFrame").first
    grid.scroll_into_view_if_needed()
    expect(grid.locator("canvas").first).to_be_visible()
    dashboard.rests()
    box = grid.bounding_box()
    assert box
    dashboard.page.mouse.dblclick(box["x"] + box["width"] - 120, box["y"] + 35 + 17)
    editor = dashboard.page.get_by_test_id("portal").locator("textarea, input").first
    expect(editor).to_be_visible()
    editor.fill(text)
    editor.press("Enter")


def test_captions_are_written_changed_brought_and_deleted(
    lesson: Dashboard, signed: tuple[Stack, str], tmp_path: Path
) -> None:
    stack, page = signed[0], lesson.page
    lesson.sees("None yet. Upload a file of captions, or have Mux write them from the sound.")
    in_popover(lesson, "Have Mux write them", lambda _: None, "Write captions")
    lesson.sees(re.compile("written by Mux"))
    wait_for(lambda: said(stack)[0], "a transcript")
    lesson.sees(re.compile("98 % sure of the language"))

    lesson.press(re.compile("Edit"))
    lesson.sees(re.compile("Edit “Captions”"))
    type_into_cell(lesson, "What a set is")
    lesson.press("Save 1 change")
    wait_for(lambda: "What a set is" in str(said(stack)[0]), "the change")
    lesson.sees(re.compile("changed here by"))

    file = tmp_path / "sets.de.srt"
    file.write_text(SRT, encoding="utf-8")

    def bring(page: Page) -> None:
        page.get_by_test_id("stPopoverBody").locator("input[type=file]").set_input_files(file)
        lesson.rests()
        page.get_by_role("combobox", name="They").click()
        page.get_by_role("option", name=re.compile("take the place of")).click()
        lesson.rests()

    in_popover(lesson, "Upload a file", bring, "Upload captions")
    until(stack, "Mengen & Zahlen")
    lesson.sees(re.compile("from a file by"))
    expect(page.get_by_text(re.compile("changed here by"))).to_have_count(0, timeout=lesson.patience_ms)
    lesson.rests()
    with page.expect_download() as download:
        lesson.press(re.compile("SRT"))
    assert Path(download.value.path()).read_text() == SRT
    lesson.press("Delete")
    lesson.press("Delete captions")
    lesson.sees("None yet. Upload a file of captions, or have Mux write them from the sound.")
    assert said(stack) == (None, None)


def test_by_keyboard_alone_a_lesson_is_changed_and_what_was_opened_is_left(
    lesson: Dashboard, signed: tuple[Stack, str]
) -> None:
    page, row = lesson.page, "select description, mux_asset_id from lessons where id = %s"
    [(_, asset_id)] = query(signed[0], row, LESSON)
    lesson.tab_to("textbox", "^Description$")
    page.keyboard.type("What sets are")
    lesson.tab_to("button", "Save changes")
    page.keyboard.press("Enter")
    lesson.sees("Saved.")
    lesson.rests()
    for opener, opened in (
        ("Have Mux write them", page.get_by_test_id("stPopoverBody")),
        ("Delete the copy at Mux", page.get_by_role("dialog")),
    ):
        lesson.tab_to("button", opener)
        page.keyboard.press("Enter")
        expect(opened).to_be_visible(timeout=lesson.patience_ms)
        lesson.rests()
        page.keyboard.press("Escape")
        expect(opened).to_be_hidden(timeout=lesson.patience_ms)
        lesson.rests()
    assert query(signed[0], row, LESSON) == [("What sets are", asset_id)]


def test_an_mp4_is_downloaded_the_picture_taken_from_the_player_and_a_part_played(
    lesson: Dashboard, signed: tuple[Stack, str]
) -> None:
    page = lesson.page
    unfold(lesson, "Download")
    lesson.press("Make the file")
    button = page.get_by_role("button", name="Download", exact=True)
    expect(button).to_be_visible(timeout=lesson.patience_ms)
    lesson.rests()
    with page.expect_download() as download:
        button.click()
    assert download.value.suggested_filename == "Lesson 8.mp4"
    assert Path(download.value.path()).read_bytes()[4:8] == b"ftyp"
    lesson.sees("The download has begun.")
    assert "token=" not in page.content()

    unfold(lesson, "Picture")
    page.locator(".frame").first.scroll_into_view_if_needed()  # the player comes once it is seen
    film = page.locator("mux-player").first
    expect(film).to_be_visible(timeout=lesson.patience_ms)
    wait_for(lambda: film.evaluate("film => film.readyState > 0"), "the film")
    film.evaluate("film => { film.currentTime = 5; }")
    lesson.press("Take it from the player")
    expect(page.get_by_role("spinbutton", name="Moment, in seconds")).to_have_value("5.0")
    lesson.press("Use this moment")
    told = "select thumbnail_s from mux_admin.assets where thumbnail_told and thumbnail_s is not null"
    wait_for(lambda: query(signed[0], told) == [(5.0,)], "Mux to be told")

    lesson.rests()
    unfold(lesson, "Part of the video")
    for field, value in (("From", "4"), ("To", "8")):
        box = page.get_by_role("spinbutton", name=f"{field}, in seconds")
        box.fill(value)
        box.press("Tab")
        lesson.rests()
    lesson.press("Play this part")
    part = page.locator("mux-player").nth(1)
    part.scroll_into_view_if_needed(timeout=lesson.patience_ms)
    wait_for(lambda: 3.5 < (part.evaluate("film => film.duration") or 0) < 4.5, "the part")


def unfold(dashboard: Dashboard, name: str) -> None:
    dashboard.page.locator("summary").filter(has_text=re.compile(f"{name}$")).click()
    dashboard.rests()


def test_a_click_on_the_curve_of_who_is_left_moves_the_player(lesson: Dashboard) -> None:
    page = lesson.page
    page.get_by_role("link", name="How it is watched").click()
    expect(page).to_have_url(re.compile(f"lesson_analytics.*lesson={LESSON}"))
    lesson.sees_title(f"Lesson {LESSON - 1}")
    page.get_by_text("90 days", exact=True).click()  # a period in which the double has views enough
    lesson.sees(re.compile("Of those who began"))  # it was fetched meanwhile, and came by itself
    lesson.rests()
    page.locator(".frame").first.scroll_into_view_if_needed()
    player = page.locator("mux-player")
    wait_for(lambda: player.evaluate("film => film.readyState > 0"), "the film")
    plot = page.get_by_test_id("stPlotlyChart").first.locator(".nsewdrag").first
    plot.click()  # in the middle, above or below the line
    lesson.sees(re.compile(r"^At 0:0\d"))
    half_s = player.evaluate("film => film.duration") / 2
    assert abs(player.evaluate("film => film.currentTime") - half_s) < 0.5
