"""A run keeps a lock and settings in its session: a proxy that shares sessions is recognised and refused."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from core import applying, inspecting
from core.db.engine import create_engine
from core.errors import Refused
from tests.integration.hosts import School
from tests.integration.pooling_proxy import pooling_proxy
from tests.integration.schema.stage import OPS, Stage


@pytest.fixture
def through(request: pytest.FixtureRequest, database_url: str) -> Iterator[Stage]:
    """A stage behind a proxy; the parameter says whether it shares connections between transactions."""
    with pooling_proxy(database_url, by_transaction=request.param) as url:
        engine = create_engine(url.render_as_string(hide_password=False))
        yield Stage(engine)
        engine.dispose()


@pytest.mark.parametrize("through", [True], indirect=True)
def test_a_proxy_that_shares_connections_is_refused_and_no_lock_is_left(
    school: School, stage: Stage, through: Stage
):
    with through.engine.connect() as connection:
        pids = set()
        for _ in range(4):
            pids.add(connection.scalar(text("SELECT pg_backend_pid()")))
            connection.rollback()
        assert len(pids) == 2
    with pytest.raises(Refused, match="shares connections between transactions"):
        applying.apply(by=OPS, services=through)
    assert inspecting.history(services=stage) == []
    assert applying.apply(by=OPS, services=stage).success


@pytest.mark.parametrize("through", [False], indirect=True)
def test_a_proxy_that_keeps_connections_for_a_session_is_fine(school: School, through: Stage):
    assert applying.apply(by=OPS, services=through).success
    assert inspecting.status(services=through).current
