"""A stage per test, as uploads have it, with a double whose made-up views do not depend on luck."""

import pytest

from tests.integration.figures.watched import SEED
from tests.integration.uploads.conftest import clock, early, film, mux_url, s3, stage, webhook

__all__ = ["clock", "early", "film", "mux_url", "s3", "stage", "webhook"]


@pytest.fixture
def mux_seed() -> int:
    return SEED
