"""A school over a real database, for the faces."""

import pytest
from sqlalchemy import Engine as Database

from tests.integration.engine.harness import Engine


@pytest.fixture
def school(engine: Database, database_url: str) -> Engine:
    """An empty school whose host tables have the Mux columns."""
    school = Engine(engine, database_url, mux_playback_policy="public")
    school.add_columns()
    return school
