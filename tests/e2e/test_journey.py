"""The main job as a person does it: pick, review, start, watch, play."""

import re

from playwright.sync_api import expect

from dashboard import formats
from sandbox.stack import Stack, query
from tests.e2e.dashboard import Dashboard

ON_A_PAGE = 50


def migrate_three(dashboard: Dashboard, search: str, name: str) -> None:
    """From the first page to a finished batch."""
    dashboard.open()
    dashboard.go_to("Migrate")
    dashboard.tick(0, then="1 of ")
    dashboard.turn_to(2, then=re.compile(r"^51 to \d+ of \d+$"))
    dashboard.tick(1, then="2 of ")
    dashboard.search(search)
    dashboard.sees("1 to 1 of 1")
    dashboard.tick(0, then="3 selected, 2 hidden by the filter")
    dashboard.press("Review 3 videos")
    dashboard.sees_title("Review")
    dashboard.sees("Mux makes a copy of 3 videos.")
    dashboard.let_anyone_play()
    dashboard.page.get_by_role("textbox", name="Name of the batch").fill(name)
    dashboard.page.keyboard.press("Enter")
    dashboard.press("Migrate 3 videos")
    dashboard.sees_title(name)
    dashboard.patience_ms = max(dashboard.patience_ms, 90_000)
    dashboard.sees("3 of 3 on Mux")


def switched_lessons(stack: Stack) -> int:
    [(count,)] = query(stack, "select count(*) from lessons where video_provider = 'mux'")
    return int(str(count))


def test_three_videos_ticked_on_two_pages_move_to_mux_and_play(dashboard: Dashboard, stack: Stack) -> None:
    before = switched_lessons(stack)
    migrate_three(dashboard, "Lesson 31", "Three of them")
    dashboard.pick_item(0)
    dashboard.sees("Checked; its lessons play from Mux.")
    dashboard.play()
    assert switched_lessons(stack) == before + 3


def test_the_same_works_over_a_slow_network(dashboard: Dashboard) -> None:
    dashboard.throttle()
    migrate_three(dashboard, "Lesson 32", "Over the phone")
    dashboard.pick_item(0)
    dashboard.play()


def test_ticks_survive_paging_and_a_reload_of_the_browser(dashboard: Dashboard) -> None:
    dashboard.open("/migrate?sort=key")
    dashboard.tick(0, then="1 of ")
    dashboard.tick(2, then="2 of ")
    dashboard.page.reload()
    dashboard.bar_says("2 of ")
    dashboard.press(re.compile("^Select all"))
    dashboard.bar_says(re.compile(r"(\d+) of \1 selected"))
    [count] = re.findall(r"of (\d+) selected", dashboard.bar.inner_text())
    assert int(count) > ON_A_PAGE
    dashboard.tick(0, then=f"{int(count) - 1} of {count} selected")
    expect(dashboard.page).to_have_url(re.compile(r"ticked=all\.\d+"))


def test_a_name_is_shown_as_it_was_typed_and_never_as_a_link(dashboard: Dashboard) -> None:
    name = "[x](https://evil.example) $a$ :red[b] <b>c</b> www.evil.example :smile:"
    dashboard.open("/migrate")
    dashboard.search("Lesson 44")
    dashboard.sees("1 to 1 of 1")
    dashboard.tick(0, then="1 of 1 selected")
    dashboard.press("Review 1 video")
    dashboard.page.get_by_role("textbox", name="Name of the batch").fill(name)
    dashboard.page.keyboard.press("Enter")
    dashboard.let_anyone_play()
    dashboard.press("Migrate 1 video")
    heading = dashboard.page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("evil", timeout=30_000)
    assert heading.inner_text().replace(formats.JOINER, "") == name
    for path in ("/batches", "/"):
        expect(dashboard.page.locator("a[href*='evil']")).to_have_count(0)
        dashboard.open(path)
    expect(dashboard.page.locator("a[href*='evil']")).to_have_count(0)
