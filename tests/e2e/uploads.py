"""What a person does on the upload page, as verbs, and files to do it with."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import CDPSession, Locator, Page, expect

from sandbox.school.clips import Clip, make_clip
from tests.e2e.dashboard import Dashboard

MB = 1_000_000
PATIENCE_MS = 120_000


@dataclass(slots=True)
class Uploads:
    """The upload page of a dashboard."""

    dashboard: Dashboard
    network: CDPSession | None = None

    @property
    def page(self) -> Page:
        return self.dashboard.page

    def open(self, lesson: int | None = None) -> None:
        self.dashboard.open(f"/upload?lesson={lesson}" if lesson else "/upload")
        expect(self.page.get_by_text("Drop files here")).to_be_visible(timeout=PATIENCE_MS)

    def pick(self, *files: Path) -> None:
        """As from the system's own dialog."""
        expect(self.page.get_by_role("button", name="Choose files")).to_be_enabled(timeout=PATIENCE_MS)
        self.page.locator("input[type=file]").set_input_files([str(file) for file in files])

    def row(self, name: str) -> Locator:
        return self.page.locator(".file", has_text=name)

    def becomes(self, name: str, state: str) -> None:
        expect(self.row(name)).to_have_attribute("data-state", state, timeout=PATIENCE_MS)

    def press(self, what: str, name: str) -> None:
        self.page.get_by_role("button", name=f"{what} {name}").click()

    def has_sent(self, name: str, percent: int) -> None:
        """Wait until this much of it is on its way."""
        self.page.wait_for_function(
            "([row, least]) => Number(row.querySelector('[role=progressbar]').ariaValueNow) >= least",
            arg=[self.row(name).element_handle(), percent],
            timeout=PATIENCE_MS,
        )

    def share_sent(self, name: str) -> int:
        return int(self.row(name).get_by_role("progressbar").get_attribute("aria-valuenow") or 0)

    def listed(self, name: str, word: str) -> None:
        """The list below says so, by what Mux tells."""
        line = self.page.get_by_text(re.compile(rf"{re.escape(word)}\s+{re.escape(name)}"))
        expect(line.first).to_be_visible(timeout=PATIENCE_MS)

    def slow_down(self, bytes_per_s: int = -1, *, offline: bool = False) -> None:
        """From now on it sends no faster; -1 as fast as it can."""
        self.network = self.network or self.page.context.new_cdp_session(self.page)
        limits = {"latency": 5, "downloadThroughput": -1, "uploadThroughput": bytes_per_s}
        self.network.send("Network.enable")
        self.network.send("Network.emulateNetworkConditions", {"offline": offline, **limits})

    def watch(self) -> Locator:
        """Follow the newest link to the player."""
        self.page.get_by_role("link", name="Watch").first.click()
        player = self.page.locator("mux-player, .frame video").first
        expect(player).to_be_visible(timeout=PATIENCE_MS)
        return player


def video(folder: Path, name: str, *, size_bytes: int = 0, duration_s: int = 6) -> Path:
    """A real MP4 of this name, made longer by a box of random bytes that players skip."""
    clip = Clip(title=name, subtitle="", number=7, hue=0.6, duration_s=duration_s)
    made = folder / clip.name
    if not made.exists():
        make_clip(clip, folder)
    content = made.read_bytes()
    more = size_bytes - len(content)
    if more > 8:
        content += more.to_bytes(4, "big") + b"free" + os.urandom(more - 8)
    path = folder / name
    path.write_bytes(content)
    return path
