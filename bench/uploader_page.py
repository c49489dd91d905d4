"""The upload page in a real browser, for benches: pick a file, and see when which bytes were where."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, WebSocket, expect, sync_playwright

from scripts.chromium import find

PATIENCE_MS = 120_000
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")

TO_THE_END = """row => new Promise((resolve, reject) => {
    const seen = {};
    const look = () => {
        seen[row.dataset.state] ??= performance.now();
        if (row.dataset.state === "complete") resolve(seen);
        if (row.dataset.state === "error") reject(new Error(row.textContent));
    };
    new MutationObserver(look).observe(row, { attributes: true, attributeFilter: ["data-state"] });
    look();
})"""
"""When the row of a file came to each state, in the browser's own milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How long a file took: `transfer_s` from the first byte to the last, `whole_s` from the click on."""

    transfer_s: float
    whole_s: float


@dataclass(slots=True)
class UploaderPage:
    """The page of one dashboard, open for as long as the bench runs."""

    page: Page
    address: str
    through_dashboard_bytes: int = field(default=0, init=False)
    """What the browser sent to the dashboard since the page was opened."""

    def send(self, file: Path, *, lesson: int) -> Sent:
        """Pick the file for the lesson and wait until Mux has it."""
        self.page.goto(f"{self.address}/upload?lesson={lesson}")
        choose = self.page.get_by_role("button", name="Choose files")
        expect(choose).to_be_enabled(timeout=PATIENCE_MS)
        self.through_dashboard_bytes = 0
        self.page.locator("input[type=file]").set_input_files(str(file))
        self.page.set_default_timeout(0)  # the bytes decide how long it takes
        seen = self.page.locator(".file", has_text=file.name).evaluate(TO_THE_END)
        began = min(seen.values())
        return Sent(
            transfer_s=(seen["processing"] - seen["uploading"]) / 1000,
            whole_s=(seen["complete"] - began) / 1000,
        )

    def count(self, socket: WebSocket) -> None:
        """Count what goes through this connection to the dashboard."""
        socket.on("framesent", lambda payload: self._sent(payload))

    def _sent(self, payload: str | bytes) -> None:
        self.through_dashboard_bytes += len(payload)


@contextmanager
def uploader_page(address: str) -> Iterator[UploaderPage]:
    """A Chromium of its own with the upload page of the dashboard at `address`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        opened = UploaderPage(browser.new_page(), address)
        opened.page.on("websocket", lambda socket: opened.count(socket))
        yield opened
        browser.close()


def chromium() -> str:
    """Its path; `RuntimeError` says how to get one."""
    if found := find():
        return found
    raise RuntimeError("no Chromium to drive: scripts/setup.py --browser installs it")
