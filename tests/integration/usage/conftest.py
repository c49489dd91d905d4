"""One database for all of these tests: what each leaves is emptied, which takes less than a copy."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from core.db.engine import create_engine
from tests.conftest import copied

EMPTY = text("""
TRUNCATE delivery_days, usage_days, usage_reads, storage_spans, rendition_spans, s3_days, s3_absences,
    s3_traffic_days, billed_days, assets, asset_sources, sources, source_links, scans, scan_runs, lesson_days,
    lesson_assets, environment CASCADE
""")


@pytest.fixture(scope="session")
def one_engine(server_url: str, template: str) -> Iterator[Engine]:
    for url in copied(server_url, template):
        engine = create_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def engine(one_engine: Engine) -> Iterator[Engine]:
    yield one_engine
    with one_engine.begin() as connection:
        connection.execute(EMPTY)
