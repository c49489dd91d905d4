"""One view, as Mux Data counts it, and what it can be grouped and filtered by."""

from dataclasses import dataclass
from typing import Any

from sandbox.mux.errors import invalid
from sandbox.mux.views.names import EMPTY_DIMENSIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An error as a player reports it; `id` is the double's own number of its kind."""

    id: int
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Somebody pressed play once. Times are epoch seconds, lengths milliseconds."""

    id: str
    asset_id: str | None
    """None where the player played a file from elsewhere."""
    playback_id: str | None
    video_id: str | None
    """What the player called it: the site's own id, else the asset's `meta.external_id`."""
    video_title: str | None
    video_creator_id: str | None
    video_duration_ms: int
    height: int | None
    start_at_s: float
    end_at_s: float
    watch_ms: int
    """Playing, waiting and pausing together."""
    playing_ms: int
    reached_ms: int
    """The furthest point of the film that was played."""
    again_ms: tuple[int, int]
    """From where to where it was played a second time; the same twice where nothing was."""
    startup_ms: int
    rebuffer_count: int
    rebuffer_ms: int
    fault: Fault | None
    """What ended it, before its first picture or later."""
    left_before_start: bool
    bits_per_s: int
    viewer: str
    country: str
    continent: str
    browser: str
    system: str
    device: str

    @property
    def failed(self) -> bool:
        return self.fault is not None

    @property
    def never_started(self) -> bool:
        """It failed before the first picture."""
        return self.failed and not self.reached_ms

    @property
    def score(self) -> float:
        """Mux's viewer experience score, roughly: 1 is flawless."""
        if self.failed:
            return 0.0
        slow = min(1.0, max(0, self.startup_ms - 400) / 8000)
        waiting = min(1.0, 4 * self.rebuffer_ms / max(1, self.watch_ms))
        return round(1 - 0.4 * slow - 0.5 * waiting, 4)


def _truth(value: bool) -> str:
    return "true" if value else "false"


# Dimensions that the made-up views differ in; the many others of Mux are known and empty.
DIMENSIONS: dict[str, Any] = {
    "asset_id": lambda view: view.asset_id,
    "playback_id": lambda view: view.playback_id,
    "video_id": lambda view: view.video_id,
    "video_title": lambda view: view.video_title,
    "video_creator_id": lambda view: view.video_creator_id,
    "viewer_user_id": lambda view: view.viewer,
    "view_session_id": lambda view: view.id,
    "country": lambda view: view.country,
    "continent_code": lambda view: view.continent,
    "browser": lambda view: view.browser,
    "operating_system": lambda view: view.system,
    "viewer_device_category": lambda view: view.device,
    "player_name": lambda _: "mux-player",
    "player_software": lambda _: "hls.js",
    "stream_type": lambda _: "on-demand",
    "source_type": lambda _: "application/vnd.apple.mpegurl",
    "cdn": lambda _: "fastly",
    "playback_failure": lambda view: _truth(view.failed),
    "exit_before_video_start": lambda view: _truth(view.left_before_start),
}


def known_dimension(name: str) -> str:
    """The name itself; a 400 for one that Mux does not know."""
    if name not in DIMENSIONS and name not in EMPTY_DIMENSIONS:
        raise invalid(f"{name!r} is not a known dimension")
    return name


def dimension(view: View, name: str) -> str | None:
    """The view's value of a known dimension."""
    value: str | None = DIMENSIONS[name](view) if name in DIMENSIONS else None
    return value
