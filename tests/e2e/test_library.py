"""Finding a lesson in the library, coming back to it, and playing it."""

import re

from playwright.sync_api import Page, expect

from sandbox.stack import Stack
from tests.e2e.dashboard import Dashboard
from tests.e2e.uploads import PATIENCE_MS, plays


def test_a_lesson_is_found_by_search_and_plays(page: Page, signed: tuple[Stack, str]) -> None:
    dashboard = Dashboard(page, signed[1])
    dashboard.open("/library")
    dashboard.sees(re.compile(r"^1 to \d+ of \d+$"))
    dashboard.rests()
    dashboard.search("lesson recording-000017")
    dashboard.sees("1 to 1 of 1")
    expect(page).to_have_url(re.compile("search=lesson"))
    page.reload()
    dashboard.sees("1 to 1 of 1")
    expect(page.get_by_role("textbox", name="Search")).to_have_value("lesson recording-000017")
    page.get_by_test_id("stMain").get_by_role("link", name="Lesson 17").click()
    dashboard.sees_title("Lesson 17")
    player = page.locator(".frame > *").first
    expect(player).to_be_visible(timeout=PATIENCE_MS)
    plays(player)
