"""The school's tables do not take what is to be written: the item says what is missing, and nothing hangs."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine as Database
from sqlalchemy.engine import make_url

from core import migrating
from core.access import SYSTEM
from core.batch import BatchState, ItemState
from core.db.engine import create_engine
from core.migration import Trouble
from core.records import Batch, ItemRow
from tests.integration.engine.harness import SWITCHED, Engine

ROLE = "lectern_without_update"


@pytest.fixture
def narrow(school: Engine, database_url: str) -> Iterator[Database]:
    """Connections of a role that owns `mux_admin` but may only read the school's tables."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD 'secret'")
        connection.execute(f"GRANT USAGE ON SCHEMA public, mux_admin TO {ROLE}")
        for kind in ("TABLES", "SEQUENCES", "FUNCTIONS"):
            connection.execute(f"GRANT ALL ON ALL {kind} IN SCHEMA mux_admin TO {ROLE}")
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {ROLE}")
        connection.execute(f"GRANT ALL ON jobs, jobs_id_seq TO {ROLE}")
    url = make_url(database_url).set(username=ROLE, password="secret")
    engine = create_engine(url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {ROLE}")
        connection.execute(f"DROP ROLE {ROLE}")


@pytest.fixture
def watched(narrow: Database, database_url: str) -> Engine:
    """A school whose database does not let Lectern change its rows."""
    return Engine(narrow, database_url)


def only_item(school: Engine, batch: Batch) -> ItemRow:
    with school.services.uow("test.read") as tx:
        [item] = tx.batches.items(batch.id)
    return item


def test_a_missing_right_ends_the_item_with_the_grant_that_it_needs(watched: Engine) -> None:
    watched.lesson("a.mp4")
    batch = watched.migrate()
    item = only_item(watched, batch)
    assert (item.state, item.trouble) == (ItemState.FAILED, Trouble.ROW_REFUSED)
    assert f"GRANT SELECT, UPDATE ON public.lessons TO {ROLE}" in str(item.reason)
    assert migrating.status(batch.id, services=watched.services).batch.state is BatchState.DONE


def test_with_the_right_a_retry_switches_to_the_copy_that_is_there(watched: Engine) -> None:
    watched.lesson("a.mp4")
    batch = watched.migrate()
    with psycopg.connect(watched.url, autocommit=True) as connection:
        connection.execute(f"GRANT UPDATE ON lessons TO {ROLE}")
    migrating.retry(batch.id, by=SYSTEM, services=watched.services)
    watched.play_out()
    assert only_item(watched, batch).state is ItemState.DONE
    assert watched.ask(SWITCHED) == [(1,)]
    assert watched.mux.calls.count("create_asset") == 1


@pytest.mark.parametrize(
    "rule",
    [
        "ALTER TABLE lessons ADD CONSTRAINT only_s3 CHECK (video_provider IS NULL)",
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'lessons are locked for the exams'; END $$;
        CREATE TRIGGER locked BEFORE UPDATE ON lessons FOR EACH ROW EXECUTE FUNCTION refuse()
        """,
    ],
    ids=["a constraint", "a trigger"],
)
def test_what_a_rule_of_the_table_refuses_ends_the_item_in_its_words(school: Engine, rule: str) -> None:
    with psycopg.connect(school.url, autocommit=True) as connection:
        connection.execute(rule)  # type: ignore[arg-type]
    school.lesson("a.mp4")
    batch = school.migrate()
    item = only_item(school, batch)
    assert (item.state, item.trouble) == (ItemState.FAILED, Trouble.ROW_REFUSED)
    assert "only_s3" in str(item.reason) or "locked for the exams" in str(item.reason)
    assert len(school.mux.assets) == 1


def test_a_way_back_that_the_table_refuses_says_so_at_the_item(school: Engine) -> None:
    school.lesson("a.mp4")
    batch = school.migrate()
    with psycopg.connect(school.url, autocommit=True) as connection:
        connection.execute("ALTER TABLE lessons ADD CHECK (video_provider IS NOT NULL)")
    migrating.roll_back(batch.id, by=SYSTEM, services=school.services)
    school.play_out()
    status = migrating.status(batch.id, services=school.services)
    assert (status.rolling_back, status.not_rolled_back) == (0, {Trouble.ROW_REFUSED: 1})
    assert school.ask(SWITCHED) == [(1,)]
