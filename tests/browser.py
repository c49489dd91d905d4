"""The Chromium that browser tests drive."""

import os

import pytest

from scripts.chromium import find


def chromium() -> str:
    """Its path. Where there is none the test is skipped; in CI it fails, so that green means seen."""
    found = find()
    if found is None and os.environ.get("CI"):
        pytest.fail("no Chromium to drive; `scripts/setup.py --browser` installs it")
    return found or pytest.skip("no Chromium to drive (Debian: apt-get install chromium)")
