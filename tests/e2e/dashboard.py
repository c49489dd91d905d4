"""What a person does with the dashboard, as verbs over a browser page."""

import re
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Locator, Page, expect

from tests.e2e.playing import plays

ROW_PX = 35
"""Height of a row of Streamlit's grid, and of its head."""

MOST_TABS = 120
PHONE = {"offline": False, "latency": 150, "downloadThroughput": 500_000, "uploadThroughput": 94_000}
"""Milliseconds and bytes per second: a phone that has a bar or two."""

# Once nothing has moved for some frames. What a run drew last is laid out after its end, and what unfolds
# takes its time: a click meanwhile may begin on one thing and end on another, which is a click on neither.
STILL = """() => new Promise(isStill => {
    let before = '', frames = 0;
    const look = () => {
        const all = document.querySelectorAll('[data-testid=stMain] [data-testid=stElementContainer]');
        const now = [...all].map(one => one.getBoundingClientRect().top).join();
        frames = now === before ? frames + 1 : 0;
        before = now;
        frames < 6 ? requestAnimationFrame(look) : isStill();
    };
    look();
})"""


@dataclass(slots=True)
class Dashboard:
    page: Page
    address: str
    patience_ms: int = 30_000

    def open(self, path: str = "/") -> None:
        self.page.goto(f"{self.address}{path}")
        expect(self.page.get_by_role("heading", level=1)).to_be_visible(timeout=self.patience_ms)

    def throttle(self) -> None:
        """From now on the network is as slow as a phone's."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", PHONE)
        self.patience_ms = 90_000

    def resize(self, width_px: int, height_px: int) -> None:
        """Another size of the window; parts that are measured follow within the next frames."""
        self.page.set_viewport_size({"width": width_px, "height": height_px})
        self.page.evaluate("() => new Promise(drawn => requestAnimationFrame(() => setTimeout(drawn)))")

    def go_to(self, title: str) -> None:
        self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
        self.sees_title(title)

    def sees_title(self, title: str) -> None:
        heading = self.page.get_by_role("heading", level=1)
        expect(heading).to_have_text(title, timeout=self.patience_ms)

    def sees(self, text: str | re.Pattern[str]) -> None:
        shown = self.page.get_by_text(text).filter(visible=True)  # a folded part may hold the same words
        expect(shown.first).to_be_visible(timeout=self.patience_ms)

    def press(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=name, exact=isinstance(name, str)).click()

    def tab_to(self, role: Literal["button", "textbox"], name: str) -> None:
        """From wherever the focus is, as often as it takes."""
        wanted = self.page.get_by_role(role, name=re.compile(name)).first
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if wanted.evaluate("one => one === document.activeElement"):
                return
        raise AssertionError(f"no way by Tab to “{name}”")

    def search(self, text: str) -> None:
        box = self.page.get_by_role("textbox", name="Search")
        box.fill(text)
        box.press("Enter")

    def let_anyone_play(self) -> None:
        """Without a signing key this is asked, never guessed."""
        self.rests()  # a list that opens while the page is drawn anew closes again
        self.page.get_by_role("combobox", name="Playback").click()
        self.page.get_by_role("option", name=re.compile("^Public")).click()
        self.rests()

    def turn_to(self, number: int, *, then: str | re.Pattern[str]) -> None:
        """Turn to a page of the list and wait until its rows are there, as the caption under them says."""
        self.press(f"Page {number}")
        self.sees(then)

    def tick(self, row: int, *, then: str) -> None:
        """Tick a row of the list (from 0) and wait until the bar says so."""
        self.click_row(row)
        self.bar_says(then)

    def pick_item(self, row: int) -> None:
        """Pick a video in the batch's list and wait for its panel."""
        self.click_row(row)
        expect(self.page).to_have_url(re.compile(r"[?&]item="), timeout=self.patience_ms)

    def click_row(self, row: int) -> None:
        """Click a row's checkbox once the page rests: a grid that is being replaced takes no click."""
        grid = self.page.get_by_test_id("stDataFrame").first
        expect(grid.locator("canvas").first).to_be_visible(timeout=self.patience_ms)
        self.rests()
        box = grid.bounding_box()
        assert box
        self.page.mouse.click(box["x"] + 17, box["y"] + ROW_PX * (row + 1) + 17)

    def rests(self) -> None:
        """Wait until the grid's own scripts and fonts are there, no run is under way and nothing moves."""
        self.page.wait_for_load_state("networkidle")
        app = self.page.get_by_test_id("stApp")
        expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=self.patience_ms)
        self.page.evaluate(STILL)

    @property
    def bar(self) -> Locator:
        """What is chosen, and what can be done with it."""
        return self.page.get_by_test_id("stBottom")

    def bar_says(self, text: str | re.Pattern[str]) -> None:
        expect(self.bar).to_contain_text(text, timeout=self.patience_ms)

    def play(self) -> None:
        """Start the player and see the time go on."""
        player = self.page.locator("mux-player")
        expect(player).to_be_visible(timeout=self.patience_ms)
        plays(player)
