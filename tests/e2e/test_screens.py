"""Every page on a large screen, a laptop's, a tablet's and a phone's: nothing is cut, nothing falls off."""

from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, TimeoutError, expect

from dashboard.navigation import HOME, REGISTRY
from sandbox.stack import Stack
from tests.e2e.conftest import cli
from tests.e2e.dashboard import Dashboard

LAPTOP_PX = 1280
WINDOWS_PX = ((1440, LAPTOP_PX, 900), (390,))
"""A window that is drawn narrower and narrower, and a phone's."""

SETTLES_WITHIN_MS = 2_000
QUERIES = {
    "review.py": "?ticked=all",
    "batch.py": "?id=1",
    "watch.py": "?lesson=1",
    "lesson.py": "?lesson=1",
    "lesson_analytics.py": "?lesson=1",
    "compare.py": "?lessons=1,2",
}

# Words beyond the right edge or cut by what holds them. Cells of a grid are painted and scroll; the name
# that somebody gave to a batch may be shortened.
CUT = """() => {
    const found = [], edge = document.documentElement.clientWidth;
    const hides = e => ['hidden', 'clip'].includes(getComputedStyle(e).overflowX);
    const main = document.querySelector('[data-testid=stMain]');
    const wide = [main, document.documentElement].some(e => e.scrollWidth > e.clientWidth + 1);
    if (wide) found.push('the page scrolls sideways');
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
        const text = words.currentNode.textContent.trim(), holder = words.currentNode.parentElement;
        const given = 'a[href*="batch?"]', drawn = '[data-testid=stIconMaterial], [data-testid=stDataFrame]';
        const left_out = `style, script, ${drawn}, ${given}`;
        const isSeen = holder.checkVisibility({visibilityProperty: true});
        if (!text || holder.closest(left_out) || !isSeen) continue;
        const range = document.createRange();
        range.selectNodeContents(words.currentNode);
        const right = range.getBoundingClientRect().right;
        if (right > edge + 1 && !holder.closest('[data-testid=stSidebar]')) found.push(`off: ${text}`);
        for (let e = holder; e !== document.body; e = e.parentElement) {
            const box = e.getBoundingClientRect();
            if (hides(e) && box.width > 5 && right > box.right + 1) { found.push(`cut: ${text}`); break; }
        }
    }
    return found;
}"""


def address_of(file: str) -> str:
    return f"/{'' if file == HOME else Path(file).stem}{QUERIES.get(file, '')}"


@pytest.mark.parametrize("widths_px", WINDOWS_PX, ids=lambda widths_px: "-".join(map(str, widths_px)))
def test_every_page_loads_without_an_error_and_no_word_of_it_is_cut(
    dashboard: Dashboard, widths_px: tuple[int, ...]
) -> None:
    complaints = complaints_of(dashboard.page)
    found = {}
    for page in REGISTRY:
        dashboard.resize(widths_px[0], 1000)
        dashboard.open(address_of(page.file))
        dashboard.rests()
        for width_px in widths_px:
            dashboard.resize(width_px, 1000)
            found[page.file, width_px] = cut_words(dashboard.page)
    assert {shown: cut for shown, cut in found.items() if cut} == {}
    assert complaints == []


def complaints_of(page: Page) -> list[str]:
    """What its scripts throw from now on, and what the content policy refuses."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if "Refused" in message.text else None)
    return said


def cut_words(page: Page) -> list[str]:
    """What is still cut once the page has settled at its width."""
    with suppress(TimeoutError):
        page.wait_for_function(f"() => !({CUT})().length", timeout=SETTLES_WITHIN_MS)
    return list(page.evaluate(CUT))


def test_the_figures_of_a_review_stand_in_one_row_on_a_laptop(dashboard: Dashboard) -> None:
    dashboard.resize(LAPTOP_PX, 1000)
    dashboard.open(address_of("review.py"))
    figures = dashboard.page.get_by_test_id("stMetric")
    expect(figures).to_have_count(6, timeout=dashboard.patience_ms)
    tops = figures.evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
    assert len(set(tops)) == 1


def test_while_the_database_is_slow_a_skeleton_stands_where_the_list_comes(
    dashboard: Dashboard, stack: Stack
) -> None:
    page = dashboard.page
    skeleton, grid = page.locator("[data-testid*=Skeleton]"), page.get_by_test_id("stDataFrame")
    with psycopg.connect(stack.env["DATABASE_URL"]) as other:
        other.execute("LOCK TABLE mux_admin.sources IN ACCESS EXCLUSIVE MODE")
        page.goto(f"{dashboard.address}/migrate")
        dashboard.sees_title("Migrate")
        expect(skeleton.first).to_be_visible(timeout=dashboard.patience_ms)
    expect(grid).to_be_visible(timeout=dashboard.patience_ms)
    expect(skeleton).to_have_count(0, timeout=dashboard.patience_ms)
    grid.evaluate("grid => { grid.isTheSame = true; }")
    page.keyboard.press("r")  # another run of the whole page
    dashboard.rests()
    assert grid.evaluate("grid => grid.isTheSame")


def test_on_a_phone_a_picked_video_comes_into_sight(dashboard: Dashboard, stack: Stack) -> None:
    batch = cli(stack, "migrate", "start", "--filter", "search=recording", "--test", "--policy", "public")
    dashboard.resize(420, 800)
    dashboard.open(f"/batch?id={batch['batch_id']}")
    dashboard.rests()
    dashboard.pick_item(1)
    expect(dashboard.page.get_by_role("heading", level=3).first).to_be_in_viewport(timeout=30_000)
    cli(stack, "migrate", "cancel", str(batch["batch_id"]))
