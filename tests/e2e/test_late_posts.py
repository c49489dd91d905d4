"""A page that posts while it is left does not empty the next one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sandbox.stack import Part, free_port

ROUNDS = 5


@pytest.fixture
def restless(tmp_path: Path) -> Iterator[str]:
    port = free_port()
    part = Part("restless", ["-m", "tests.e2e.restless", str(port)], {}, tmp_path / "restless.log", port)
    part.start()
    yield f"http://127.0.0.1:{port}"
    part.stop()


def test_a_page_that_posts_while_it_is_left_is_heard_and_leaves_the_next_one_whole(
    page: Page, restless: str
) -> None:
    page.goto(restless)
    for _ in range(ROUNDS):
        page.get_by_role("link", name="Restless").click()
        expect(page.get_by_text("Heard of")).to_be_visible()
        page.get_by_role("link", name="Calm").click()
        expect(page.get_by_text("All of it")).to_be_visible()
        expect(page.get_by_role("heading", name="Calm")).to_be_visible()
