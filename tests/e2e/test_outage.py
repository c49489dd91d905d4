"""The database goes away under an open page and comes back."""

from playwright.sync_api import expect

from sandbox.stack import Stack
from tests.e2e.dashboard import Dashboard


def test_while_the_database_is_away_a_page_says_so_and_then_comes_back_by_itself(
    dashboard: Dashboard, stack: Stack
) -> None:
    dashboard.open("/migrate")
    stack.postgres.kill()
    try:
        dashboard.page.reload()
        alert = dashboard.page.get_by_test_id("stAlert").first
        expect(alert).to_contain_text("database", ignore_case=True, timeout=30_000)
        expect(alert).not_to_contain_text("psycopg")
        expect(dashboard.page.get_by_test_id("stException")).to_have_count(0)
    finally:
        stack.postgres.start()
    dashboard.bar_says("selected")  # by itself, without a reload
    expect(alert).to_have_count(0)
