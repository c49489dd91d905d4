"""What is ticked stays what was meant, wherever the browser goes in between."""

import re

from playwright.sync_api import expect

from tests.e2e.dashboard import Dashboard

GIVEN_UP = "Nothing is selected any more"


def select_all_that_match(dashboard: Dashboard, search: str) -> None:
    dashboard.search(search)
    dashboard.sees(re.compile(r"^1 to (\d+) of \1$"))
    dashboard.rests()
    dashboard.press(re.compile("^Select all"))
    dashboard.bar_says("selected")
    expect(dashboard.page).to_have_url(re.compile("ticked=all"))


def test_all_of_a_narrow_list_is_not_all_of_the_wide_one_after_the_menu(dashboard: Dashboard) -> None:
    dashboard.open("/migrate")
    select_all_that_match(dashboard, "Lesson 5")
    dashboard.go_to("Batches")
    dashboard.go_to("Migrate")
    dashboard.bar_says(GIVEN_UP)
    expect(dashboard.page.get_by_role("button", name="Review 0 videos")).to_be_disabled()


def test_nor_after_going_back(dashboard: Dashboard) -> None:
    dashboard.open("/migrate")
    dashboard.rests()
    select_all_that_match(dashboard, "Lesson 5")
    dashboard.page.go_back()
    expect(dashboard.page).to_have_url(re.compile("search=.*ticked=all"))  # the same place, the same ticks
    dashboard.rests()
    dashboard.page.go_back()
    expect(dashboard.page).not_to_have_url(re.compile("search="))
    dashboard.bar_says(GIVEN_UP)


def test_single_ticks_survive_the_menu_and_then_a_reload(dashboard: Dashboard) -> None:
    dashboard.open("/migrate?sort=key")
    dashboard.tick(0, then="1 of ")
    dashboard.tick(2, then="2 of ")
    dashboard.go_to("Batches")
    dashboard.go_to("Migrate")
    dashboard.bar_says("2 of ")
    expect(dashboard.page).to_have_url(re.compile("ticked="))
    dashboard.page.reload()
    dashboard.bar_says("2 of ")


def test_two_clicks_on_start_make_one_batch_and_land_on_it(dashboard: Dashboard) -> None:
    dashboard.open("/migrate?sort=key")
    dashboard.tick(1, then="1 of ")
    dashboard.press("Review 1 video")
    dashboard.sees_title("Review")
    dashboard.let_anyone_play()
    dashboard.page.get_by_role("textbox", name="Name of the batch").fill("Clicked twice")
    dashboard.page.keyboard.press("Enter")
    dashboard.rests()
    dashboard.page.get_by_role("button", name="Migrate 1 video").dblclick()
    dashboard.sees_title("Clicked twice")
    dashboard.patience_ms = max(dashboard.patience_ms, 90_000)
    dashboard.sees("1 of 1 on Mux")  # no list of a later test changes under it
    dashboard.go_to("Migrate")
    dashboard.bar_says("0 of ")
    dashboard.go_to("Batches")
    expect(dashboard.page.get_by_text("Clicked twice")).to_have_count(1)


def test_what_is_ticked_goes_on_to_the_forecast_whose_slider_moves_figures_and_chart(
    dashboard: Dashboard,
) -> None:
    dashboard.open("/migrate?sort=key")
    dashboard.tick(0, then="1 of ")
    dashboard.press("See a year's costs")
    dashboard.sees_title("Forecast")
    dashboard.sees("Move 1 ticked video to Mux")
    dashboard.press("Move none of them")
    lines, figures = dashboard.page.locator(".legendtext"), dashboard.page.get_by_test_id("stMetric")
    expect(lines).to_have_count(1, timeout=dashboard.patience_ms)
    dashboard.page.get_by_role("slider", name="Hours moved from S3 to Mux").press("End")
    expect(figures.nth(1)).to_contain_text("With the changes", timeout=dashboard.patience_ms)
    expect(figures.nth(1)).to_contain_text("a year")  # so much more
    expect(figures.nth(2)).to_contain_text("Not yet")
    expect(lines).to_have_count(2)
    expect(dashboard.page).to_have_url(re.compile(r"hours=\d+"))
