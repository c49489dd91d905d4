"""A school in a schema of its own, and a stage to apply on."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from core.db.engine import create_engine
from tests.integration.hosts import School
from tests.integration.schema.stage import Stage


@pytest.fixture
def stage(engine: Engine) -> Stage:
    return Stage(engine)


@pytest.fixture
def school(engine: Engine) -> School:
    return School(engine)


@pytest.fixture
def clerk(school: School, engine: Engine, database_url: str) -> Iterator[Stage]:
    """Lectern under a role that owns nothing of the school's."""
    with engine.begin() as connection:
        if not connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = 'clerk'")):
            connection.execute(text("CREATE ROLE clerk LOGIN"))
        connection.execute(text("GRANT USAGE ON SCHEMA mux_admin, school TO clerk"))
        connection.execute(text("GRANT ALL ON ALL TABLES IN SCHEMA mux_admin TO clerk"))
    as_clerk = create_engine(database_url.replace("postgres@", "clerk@"))
    yield Stage(as_clerk)
    as_clerk.dispose()
