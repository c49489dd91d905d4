"""A school in a database, and the people who edit its lessons."""

import pytest
from sqlalchemy import Engine

from tests.integration.playing.stage import Stage


@pytest.fixture
def stage(engine: Engine, database_url: str) -> Stage:
    return Stage(engine, database_url)
