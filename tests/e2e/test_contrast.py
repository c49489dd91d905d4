"""Text can be read on its ground, light and dark: measured on what Chromium paints, tints and all."""

from typing import Literal

import pytest
from playwright.sync_api import Locator, expect
from pytest_playwright.pytest_playwright import CreateContextCallback

from tests.e2e.dashboard import Dashboard

Scheme = Literal["light", "dark"]

LEAST = 4.5
"""WCAG 2.2, 1.4.3, for text of normal size."""

# The innermost element with text; its colour over its grounds, each mixed by its alpha, as sRGB 0 to 255.
COLOURS = """element => {
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const rgba = colour => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = (ground, [r, g, b, a]) => ground.map((v, i) => v * (1 - a) + [r, g, b][i] * a);
    const inner = e => [...e.children].find(c => c.textContent.trim());
    while (inner(element)) element = inner(element);
    const grounds = [];
    const above = e => e.parentElement ?? e.getRootNode().host;
    for (let e = element; e; e = above(e)) grounds.unshift(rgba(getComputedStyle(e).backgroundColor));
    const ground = grounds.reduce(over, [255, 255, 255]);
    return [over(ground, rgba(getComputedStyle(element).color)), ground];
}"""


def luminance(colour: list[float]) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [v / 255 / 12.92 if v / 255 <= 0.04045 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(shown: Locator) -> float:
    darker, lighter = sorted(luminance(colour) for colour in shown.evaluate(COLOURS))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_has_the_contrast_that_the_definition_says() -> None:
    assert (luminance([255, 255, 255]) + 0.05) / (luminance([0, 0, 0]) + 0.05) == pytest.approx(21)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_chosen_what_is_not_and_the_main_button_can_be_read(
    new_context: CreateContextCallback, address: str, scheme: Scheme
) -> None:
    dashboard = Dashboard(new_context(color_scheme=scheme).new_page(), address)
    dashboard.open("/migrate")
    group = dashboard.page.get_by_role("radiogroup").first
    chosen, other = group.get_by_role("radio", checked=True), group.get_by_role("radio", checked=False)
    button = dashboard.page.get_by_test_id("stBaseButton-primary").first
    dashboard.click_row(0)
    expect(button).to_be_enabled(timeout=dashboard.patience_ms)
    shown = {
        "chosen": chosen,
        "other": other.first,
        "button": button,
        "page in the menu": dashboard.page.get_by_test_id("stSidebarNav").get_by_text("Batches", exact=True),
        "caption": dashboard.page.get_by_text("Videos in S3 that are not on Mux yet.").first,
        "banner": dashboard.page.get_by_text("Sign-in is off").first,
    }
    measured = {name: round(contrast(one), 2) for name, one in shown.items()}
    assert {name: ratio for name, ratio in measured.items() if ratio < LEAST} == {}, measured


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_sql_can_be_read(new_context: CreateContextCallback, address: str, scheme: Scheme) -> None:
    dashboard = Dashboard(new_context(color_scheme=scheme).new_page(), address)
    dashboard.open("/schema")
    dashboard.page.get_by_text("See the SQL").first.click()
    code = dashboard.page.get_by_test_id("stCode").first.locator("code")
    expect(code).to_contain_text("CREATE POLICY", timeout=dashboard.patience_ms)
    words = code.or_(code.locator("span")).all()
    measured = {round(contrast(one), 2) for one in words}
    assert min(measured) >= LEAST, measured


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_chosen_on_the_upload_page_can_be_read(
    new_context: CreateContextCallback, address: str, scheme: Scheme
) -> None:
    dashboard = Dashboard(new_context(color_scheme=scheme).new_page(), address)
    dashboard.open("/upload")
    chosen = dashboard.page.get_by_role("radio", checked=True)
    expect(chosen).to_have_count(2, timeout=dashboard.patience_ms)
    measured = [round(contrast(chosen.nth(number)), 2) for number in range(2)]
    assert min(measured) >= LEAST, measured
