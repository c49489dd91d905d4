"""A school whose lessons can be played."""

import pytest
from sqlalchemy import Engine as Database

from tests.integration.playing.stage import Stage


@pytest.fixture
def stage(engine: Database, database_url: str) -> Stage:
    return Stage(engine, database_url)
