"""A double per test, with someone to pull from and someone to tell."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.mux.testing import running_mux
from tests.sandbox.mux.sender import KIB
from tests.sandbox.mux.stage import Caller, Receiver, films, hosting, receiving

SECRET = "a webhook secret"


@pytest.fixture(scope="session")
def host() -> Iterator[str]:
    """Base URL of the small films."""
    with hosting(films()) as base:
        yield base


@pytest.fixture(scope="session")
def film() -> bytes:
    """A film of several chunks; what follows the last box does not hurt an MP4."""
    content = (films() / "film.mp4").read_bytes()
    free_box = (600 * KIB).to_bytes(4, "big") + b"free"
    return content + free_box + bytes(600 * KIB - 8)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def settings() -> dict[str, Any]:
    """What a test module or class overrides to get another double."""
    return {}


@pytest.fixture
def mux(receiver: Receiver, settings: dict[str, Any]) -> Iterator[Caller]:
    """A double without limits that tells `receiver`, unless `settings` say otherwise."""
    usual = {"limits": False, "webhook_url": receiver.url, "webhook_secret": SECRET, "seed": 1}
    with running_mux(**(usual | settings)) as base:
        yield Caller(base)
