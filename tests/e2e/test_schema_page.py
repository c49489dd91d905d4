"""Ops bring the school's tables to what Mux needs, in a browser; a teacher does not get there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from sandbox.small_school import fill
from sandbox.stack import Stack, free_port, query, running_stack
from tests.e2e.conftest import start_dashboard
from tests.e2e.dashboard import Dashboard

COLUMNS = "select count(*) from information_schema.columns where column_name = 'mux_asset_id'"


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A school as it is before us, and a worker."""
    folder: Path = tmp_path_factory.mktemp("schema")
    with running_stack(folder) as running:
        fill(running, lessons=3)
        running.worker()
        yield running


@pytest.fixture(scope="module")
def schema_address(before: Stack) -> str:
    return start_dashboard(before, "dashboard", free_port())


def history(dashboard: Dashboard) -> Locator:
    """Its headline, once the page rests: while it is drawn anew the former one stands there too."""
    dashboard.rests()
    headline = dashboard.page.get_by_text("History · 1 run")
    expect(headline).to_have_count(1, timeout=30_000)
    return headline


def test_ops_read_the_plan_apply_it_and_see_it_turn_green(before: Stack, schema_address: str, page: Page):
    dashboard = Dashboard(page, schema_address)
    dashboard.open("/schema")
    dashboard.sees("31 changes pending.")
    page.get_by_text("See the SQL · 9 statements").click()
    dashboard.sees("ALTER TABLE public.videos ADD COLUMN IF NOT EXISTS mux_asset_id")
    assert query(before, COLUMNS) == [(0,)]
    dashboard.press("Apply 31 changes")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("9 statements on the database “lectern”")
    dialog.get_by_role("button", name="Apply 31 changes").click()
    dashboard.sees("Everything that Mux needs is there.")
    assert query(before, COLUMNS) == [(2,)]
    history(dashboard).click()
    expect(page.get_by_role("button", name="Apply")).to_have_count(0)


def test_ops_take_away_what_is_still_empty(before: Stack, schema_address: str, page: Page):
    dashboard = Dashboard(page, schema_address)
    dashboard.open("/schema")
    history(dashboard).click()
    dashboard.press("Undo …")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("videos.mux_asset_id")
    dialog.get_by_role("button", name="Take away what is empty").click()
    dashboard.sees("31 changes pending.")
    assert query(before, COLUMNS) == [(0,)]


def test_a_teacher_who_types_the_address_is_told_who_may(schema_address: str, page: Page):
    page.goto(f"{schema_address}/schema?as=t1")
    expect(page.get_by_text("Your roles do not allow you to see the database schema")).to_be_visible(
        timeout=30_000
    )
    expect(page.get_by_role("heading", level=1)).to_have_text("Schema")
