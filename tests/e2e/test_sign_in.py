"""Signing in with a provider: from the door to the pages and out again."""

import re
from collections.abc import Iterator

import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Page, expect

from sandbox.stack import Stack, free_port, query
from tests.e2e.conftest import start_dashboard
from tests.e2e.dashboard import Dashboard

PEOPLE = (
    User(sub="olga", claims={"email": "olga@school.test", "email_verified": True, "groups": ["ops"]}),
    User(sub="fran", claims={"email": "fran@school.test", "email_verified": True, "groups": ["finance"]}),
    User(sub="nobody", claims={"email": "nobody@school.test", "groups": ["gardeners"]}),
)

MADE = """
INSERT INTO mux_admin.assets (id, status, created_at, ready_at, duration_s, resolution_tier, video_quality,
    test, error_messages, tracks, static_renditions, seen_at)
SELECT 'dear-' || n, 'ready', now(), now(), 36000, '2160p', 'premium', false, '[]', '[]', '[]', now()
FROM generate_series(1, 10) AS n RETURNING id
"""
BUDGET = """
INSERT INTO mux_admin.budgets (course_id, course, usd, set_by, set_at)
VALUES ('', '', 80, 'ada', now()) RETURNING id, usd
"""
ENDED = "DELETE FROM mux_admin.budgets WHERE ended_at IS NULL RETURNING id, usd"
FORGOTTEN = "DELETE FROM mux_admin.assets WHERE id LIKE 'dear-%' RETURNING id"


@pytest.fixture
def dear_videos(stack: Stack) -> Iterator[None]:
    """A hundred hours that Mux has just encoded at its highest price: no credit pays for that."""
    assert len(query(stack, MADE)) == 10
    yield
    query(stack, FORGOTTEN)


@pytest.fixture(scope="module")
def guarded_address(stack: Stack) -> Iterator[str]:
    """A dashboard that wants a sign-in, and its provider."""
    with run_server_in_thread(user_claims=PEOPLE) as provider:
        port = free_port()
        issuer = f"http://localhost:{provider.server_port}"
        yield start_dashboard(
            stack,
            "guarded",
            port,
            AUTH="oidc",
            OIDC_SERVER_METADATA_URL=f"{issuer}/.well-known/openid-configuration",
            OIDC_CLIENT_ID="lectern",
            OIDC_CLIENT_SECRET="lectern-secret",
            OIDC_REDIRECT_URI=f"http://127.0.0.1:{port}/oauth2callback",
            OIDC_COOKIE_SECRET="a-cookie-secret-for-tests-alone",
        )


def sign_in(page: Page, address: str, subject: str) -> Dashboard:
    dashboard = Dashboard(page, address)
    dashboard.open("/batches")
    dashboard.sees_title("Lectern")
    dashboard.press("Sign in")
    page.get_by_role("button", name=subject).click()
    return dashboard


def test_groups_decide_what_is_seen_until_the_person_leaves(page: Page, guarded_address: str) -> None:
    dashboard = sign_in(page, guarded_address, "olga")
    dashboard.sees_title("Batches")  # where the door was
    dashboard.sees("olga (ops)")
    dashboard.go_to("Today")
    dashboard.press("Sign out")
    page.get_by_role("button", name="End session").click()  # the provider asks, too
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=30_000)


def test_somebody_without_a_known_group_is_told_whom_to_ask(page: Page, guarded_address: str) -> None:
    dashboard = sign_in(page, guarded_address, "nobody")
    dashboard.sees("You have no role here, so there is nothing to see.")


@pytest.mark.usefixtures("dear_videos")
def test_finance_reads_one_total_on_the_page_of_costs_and_in_the_table(
    page: Page, guarded_address: str
) -> None:
    dashboard = sign_in(page, guarded_address, "fran")
    dashboard.go_to("Costs")
    dashboard.sees_title("Costs")
    said = page.get_by_role("heading", name=re.compile(r"^\$[1-9][\d,.]* so far")).first
    expect(said).to_be_visible(timeout=dashboard.patience_ms)
    total = said.inner_text().split()[0]
    dashboard.go_to("Cost table")
    dashboard.sees(re.compile(rf"^{re.escape(total)} so far in "))


def test_finance_moves_a_slider_and_figures_and_chart_follow(page: Page, guarded_address: str) -> None:
    dashboard = sign_in(page, guarded_address, "fran")
    dashboard.go_to("Forecast")
    dashboard.sees_title("Forecast")
    lines, figures = page.locator(".legendtext"), page.get_by_test_id("stMetric")
    expect(lines).to_have_count(1, timeout=dashboard.patience_ms)
    page.get_by_role("slider", name="Hours moved from S3 to Mux").press("End")
    expect(figures.nth(1)).to_contain_text("With the changes", timeout=dashboard.patience_ms)
    expect(lines).to_have_count(2)
    expect(page).to_have_url(re.compile(r"hours=\d+"))


def test_of_two_who_set_a_budget_at_once_the_second_is_told_in_the_dialog_and_the_page_stays(
    page: Page, guarded_address: str, stack: Stack
) -> None:
    dashboard = sign_in(page, guarded_address, "fran")
    dashboard.go_to("Budgets")
    dashboard.sees_title("Budgets")
    dashboard.press(re.compile("Set a budget"))
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="US dollars a month").fill("50")
    page.keyboard.press("Tab")
    expect(dialog).to_contain_text("no budget → $50.00 a month", timeout=dashboard.patience_ms)
    [before] = query(stack, BUDGET)
    dialog.get_by_role("button", name="Set $50.00 a month").click()
    expect(dialog).to_contain_text("Somebody changed this budget", timeout=dashboard.patience_ms)
    expect(page.locator("h1")).to_have_text("Budgets")  # what a callback draws would stand in its place
    assert query(stack, ENDED) == [before]


def test_without_sign_in_one_can_be_a_teacher_of_the_school_and_a_reload_keeps_them(
    dashboard: Dashboard,
) -> None:
    dashboard.open()
    dashboard.sees("You look around as operator (admin, ops).")
    dashboard.page.get_by_role("combobox", name="Look around as").click()
    dashboard.page.get_by_role("option", name="tess (teacher)").click()
    dashboard.sees("You look around as tess (teacher).")
    expect(dashboard.page).to_have_url(re.compile(r"[?&]as=t1\b"))
    dashboard.page.reload()
    dashboard.sees("You look around as tess (teacher).")
    dashboard.open("/batches?as=a1")
    dashboard.sees("You look around as ada (admin).")
    dashboard.go_to("Today")
    expect(dashboard.page).to_have_url(re.compile(r"[?&]as=a1\b"))
