"""The Chromium that browser tests and screenshots drive.

Standard library only: setup uses it before `.venv` is there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

LEAN = "chromium-headless-shell"
"""Debian's build without windows: the same engine for a sixth less of the processor."""

NAMES = (LEAN, "chromium", "chromium-browser", "google-chrome")
INSTALL = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", LEAN, "fonts-dejavu-core"]


def find() -> str | None:
    """Path of the first that is installed."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def is_worth_installing() -> bool:
    """Whether the lean one is missing and may be brought; any other does where it may not."""
    return not shutil.which(LEAN) and not os.geteuid() and shutil.which("apt-get") is not None


def install(run: Callable[[list[str]], int]) -> None:
    """Bring the lean one, if the system's packages have it."""
    run(["apt-get", "update", "-qq"])
    run(INSTALL)
