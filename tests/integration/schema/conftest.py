"""A school in a schema of its own, and a stage to apply on."""

import pytest
from sqlalchemy import Engine

from tests.integration.hosts import School
from tests.integration.schema.stage import Stage


@pytest.fixture
def stage(engine: Engine) -> Stage:
    return Stage(engine)


@pytest.fixture
def school(engine: Engine) -> School:
    return School(engine)
