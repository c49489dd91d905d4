"""Seeing that a player plays."""

import time

from playwright.sync_api import Locator

PATIENCE_S = 120

GOES_ON = """(player, least) => new Promise((tell) => {
  const told = () => tell({
    at_s: player.currentTime, ready: player.readyState, network: player.networkState, paused: player.paused,
    error: player.error?.message, beside: player.isConnected && player.getRootNode().textContent.trim(),
  });
  player.muted = true;
  player.play().catch(() => {});
  player.addEventListener("timeupdate", () => player.currentTime > least && told());
  setTimeout(told, 2000);
})"""
"""Starts it, and tells how it stands once it is beyond that moment, and every two seconds until then."""


def plays(player: Locator, *, beyond_s: float = 1.0) -> None:
    """Start it, and see the time go on. A player that the page replaced meanwhile is started anew."""
    end = time.monotonic() + PATIENCE_S
    told: dict[str, object] = {"at_s": 0.0}
    while not float(str(told["at_s"])) > beyond_s:
        assert time.monotonic() < end, f"it does not play: {told}"
        told = player.evaluate(GOES_ON, beyond_s)
