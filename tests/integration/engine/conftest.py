"""An engine per test, over a database of its own."""

import pytest
from sqlalchemy import Engine as Database

from tests.integration.engine.harness import Engine


@pytest.fixture
def school(engine: Database, database_url: str) -> Engine:
    """The engine with an empty school whose host tables have the Mux columns."""
    school = Engine(engine, database_url)
    school.add_columns()
    return school
