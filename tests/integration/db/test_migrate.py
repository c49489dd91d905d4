"""`mux_admin` comes into being once, whoever starts first."""

from concurrent.futures import ThreadPoolExecutor
from importlib import metadata as metadata_of_packages
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Table, inspect, text

import core.db
from core.db.engine import HEAD, create_engine, migrate
from core.db.tables import SCHEMA, metadata
from core.errors import ConfigError, Unavailable

SCRIPTS = Path(core.db.__file__).parent / "alembic"


def test_a_fresh_database_gets_our_schema_and_the_job_queue_and_nothing_elsewhere(empty_database_url):
    engine = create_engine(empty_database_url)
    migrate(engine)
    with engine.connect() as connection:
        names = set(
            connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'mux_admin'"))
        )
        elsewhere = connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
    engine.dispose()
    assert {"sources", "batches", "items", "intents", "procrastinate_jobs", "alembic_version"} <= names
    assert elsewhere == 0


def test_many_starters_at_once_all_find_a_finished_schema(empty_database_url):
    engines = [create_engine(empty_database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, engines))
    with engines[0].connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pace")) == 3
    for engine in engines:
        engine.dispose()


def test_migrating_again_changes_nothing(engine: Engine):
    migrate(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == HEAD


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_a_table_in_code_is_the_table_in_the_database(engine: Engine, table: Table):
    found = inspect(engine).get_columns(table.name, schema=SCHEMA)
    dialect = engine.dialect
    assert {c["name"]: (c["type"].compile(dialect), c["nullable"]) for c in found} == {
        c.name: (c.type.compile(dialect), c.nullable) for c in table.columns
    }


def test_the_newest_revision_is_the_one_that_a_start_looks_for():
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_a_newer_queue_brings_its_migrations_and_runs_each_once(engine: Engine):
    last = "03.03.00_01_pre_priority_lock_fetch_job.sql"
    with engine.begin() as connection:
        connection.execute(text("DROP FUNCTION procrastinate_fetch_job_v2"))
        connection.execute(
            text("UPDATE queue_schema SET version = 'older', applied = array_remove(applied, :last)"),
            {"last": last},
        )
    migrate(engine)
    with engine.connect() as connection:
        version, applied = connection.execute(text("SELECT version, applied FROM queue_schema")).one()
        assert connection.scalar(text("SELECT to_regproc('procrastinate_fetch_job_v2')")) is not None
    assert version == metadata_of_packages.version("procrastinate")
    assert applied.count(last) == 1


def test_a_database_made_by_a_newer_version_is_refused_with_a_hint(engine: Engine):
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigError, match="newer Lectern"):
        migrate(engine)


def test_a_database_that_is_not_there_is_said_to_be_unavailable(tmp_path):
    with pytest.raises(Unavailable):
        migrate(create_engine(f"postgresql://nobody@/nothing?host={tmp_path}"))


def test_a_user_without_rights_is_told_which_are_missing(empty_database_url, server_url):
    admin = create_engine(empty_database_url)
    with admin.begin() as connection:
        connection.execute(text("DROP ROLE IF EXISTS guest"))
        connection.execute(text("CREATE ROLE guest LOGIN"))
    admin.dispose()
    guest = create_engine(empty_database_url.replace("//postgres@", "//guest@"))
    with pytest.raises(ConfigError, match="permission denied for database"):
        migrate(guest)
    guest.dispose()
