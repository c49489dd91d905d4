"""Ops try row-level security out and switch it on and off, in a browser."""

import psycopg
import pytest
from playwright.sync_api import Page, expect

from sandbox.stack import Stack, query
from tests.conftest import url_of
from tests.e2e.dashboard import Dashboard

IS_ON = "select relrowsecurity from pg_class where oid = 'public.lessons'::regclass"
ROLES = (
    "CREATE ROLE report LOGIN",
    "CREATE ROLE web LOGIN",
    "GRANT SELECT ON lessons, purchases TO report, web",
)


@pytest.fixture(scope="module")
def readers(stack: Stack) -> None:
    """Two roles that read, one of which Lectern may act as."""
    (owner,) = query(stack, "select current_user")[0]
    run(stack, *ROLES, f"GRANT report TO {owner}")


def run(stack: Stack, *statements: str) -> None:
    """As the server's superuser."""
    with psycopg.connect(url_of(stack.postgres.url, "lectern")) as connection:
        for statement in statements:
            connection.execute(statement)


def ask(dashboard: Dashboard, key: str) -> None:
    """Open the dialog of a button once the page rests: one that is being drawn anew takes no click."""
    dashboard.rests()
    dashboard.page.locator(f".st-key-{key} button").first.click()
    expect(dashboard.page.get_by_role("dialog")).to_be_visible(timeout=dashboard.patience_ms)


def test_ops_see_whom_it_concerns_switch_it_on_and_off_again(
    stack: Stack, readers: None, dashboard: Dashboard
) -> None:
    page = dashboard.page
    dashboard.open("/schema")
    ask(dashboard, "row-security-on")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 statements on lessons in the database", timeout=30_000)
    expect(dialog).to_contain_text("with nobody signed in. Tried: Asked as the role, and taken back at once.")
    expect(dialog).to_contain_text("Computed: From its grants and the rule")
    dialog.get_by_role("button", name="Switch row-level security on").click()
    expect(page.locator(".st-key-row-security-off button").first).to_be_enabled(timeout=60_000)
    assert query(stack, IS_ON) == [(True,)]
    ask(dashboard, "row-security-off")
    dialog.get_by_role("button", name="Switch row-level security off").click()
    expect(page.locator(".st-key-row-security-on button").first).to_be_enabled(timeout=60_000)
    assert query(stack, IS_ON) == [(False,)]


def test_a_role_that_would_lose_writes_is_named_and_nothing_can_be_pressed(
    stack: Stack, readers: None, dashboard: Dashboard, page: Page
) -> None:
    run(stack, "GRANT UPDATE ON lessons TO web")
    dashboard.open("/schema")
    ask(dashboard, "row-security-on")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("web would lose writes", timeout=30_000)
    expect(dialog.get_by_role("button", name="Switch row-level security on")).to_have_count(0)
    assert query(stack, IS_ON) == [(False,)]
