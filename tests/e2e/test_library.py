"""Finding a lesson in the library, coming back to it, and playing it."""

import re

from playwright.sync_api import Page, expect

from sandbox.stack import Stack
from tests.e2e.dashboard import ROW_PX, Dashboard
from tests.e2e.playing import plays
from tests.e2e.uploads import PATIENCE_MS


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


def test_ticked_lessons_are_taken_back_to_draft_at_once_and_rolled_back(
    page: Page, signed: tuple[Stack, str]
) -> None:
    dashboard = Dashboard(page, signed[1])
    dashboard.open("/library?search=Lesson&sort=oldest")
    dashboard.sees(re.compile(r"^1 to \d+ of \d+$"))
    dashboard.rests()
    for title, said in (("Lesson 0", "1 lesson selected."), ("Lesson 1", "2 lessons selected.")):
        box = page.get_by_role("checkbox", name=f"Select {title}", exact=True)
        box.locator("xpath=ancestor::label").click()
        expect(box).to_be_checked()
        dashboard.bar_says(said)
    page.reload()
    dashboard.bar_says("2 lessons selected.")
    dashboard.rests()
    dashboard.press("Change 2 lessons")
    page.get_by_text("Take back to draft").click()
    dashboard.press("Take back 2 lessons")
    dashboard.sees_title("Take lessons back to draft")
    dashboard.sees("2 of 2 taken back to draft")
    dashboard.press("Roll back …")
    dashboard.press("Roll back 2 lessons")
    dashboard.sees("0 of 2 taken back to draft")
    page.goto(f"{signed[1]}/library?search=Lesson&published=no")
    dashboard.sees("No lesson matches these filters.")


def test_a_tick_of_the_table_stands_on_the_card_and_a_title_opens_the_lesson(
    page: Page, signed: tuple[Stack, str]
) -> None:
    dashboard = Dashboard(page, signed[1])
    dashboard.open("/library?search=Lesson&sort=oldest&look=table")
    dashboard.tick(1, then="1 lesson selected.")
    page.get_by_text("Cards", exact=True).click()
    expect(page.get_by_role("checkbox", name="Select Lesson 1", exact=True)).to_be_checked()
    page.get_by_text("Table", exact=True).click()
    grid = page.get_by_test_id("stDataFrame").first
    expect(grid).to_be_visible()
    dashboard.rests()
    grid.click(position={"x": 80, "y": 2.5 * ROW_PX})
    dashboard.sees_title("Lesson 1")
