"""Making a lesson, changing it, and being told that somebody else changed it meanwhile."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from sandbox.stack import Stack, query
from tests.e2e.dashboard import Dashboard

TITLE = 'Sets <b>and</b> "logic" 🎓'


def fill(dashboard: Dashboard, name: str, text: str) -> None:
    """Type and leave the field, as a person does on the way to the next one."""
    box = dashboard.page.get_by_role("textbox", name=name, exact=True)
    box.fill(text)
    box.press("Tab")
    dashboard.sees(re.compile("Not saved yet"))
    dashboard.rests()


def says(dashboard: Dashboard, name: str, text: str) -> None:
    box = dashboard.page.get_by_role("textbox", name=name, exact=True)
    expect(box).to_have_value(text, timeout=dashboard.patience_ms)


def test_a_lesson_is_made_and_changed_and_a_colleagues_change_is_not_overwritten(
    page: Page, context: BrowserContext, address: str, stack: Stack
) -> None:
    mine = Dashboard(page, address)
    mine.open("/library")
    page.get_by_role("link", name="New lesson").click()
    mine.sees_title("New lesson")
    mine.rests()
    page.get_by_role("textbox", name="Title", exact=True).fill(TITLE)
    mine.press(re.compile("Make this lesson"))  # straight from the field, which has not been left yet
    mine.sees_title(TITLE)
    expect(page).to_have_url(re.compile(r"[?&]lesson=\d+"))
    [(lesson_id, status)] = query(stack, "select id, status from lessons where title = %s", TITLE)
    assert status == "draft"

    theirs = Dashboard(context.new_page(), address)
    theirs.open(f"/lesson?lesson={lesson_id}")
    mine.rests()
    fill(mine, "Title", "My title")
    mine.go_to("Library")
    page.go_back()
    says(mine, "Title", "My title")
    theirs.rests()
    fill(theirs, "Title", "Their title")
    theirs.press(re.compile("Save changes"))
    theirs.sees_title("Their title")

    mine.rests()
    mine.press(re.compile("Save changes"))
    mine.sees(re.compile("changed this lesson .* Nothing was overwritten"))
    assert query(stack, "select title from lessons where id = %s", lesson_id) == [("Their title",)]
    mine.rests()
    page.get_by_role("radio", name=re.compile("Yours")).check(force=True)
    mine.rests()
    mine.press("Go on with these values")
    expect(page.get_by_text(re.compile("Nothing was overwritten"))).to_have_count(0)
    mine.rests()
    mine.press(re.compile("Save changes"))
    mine.sees_title("My title")
    assert query(stack, "select title from lessons where id = %s", lesson_id) == [("My title",)]
