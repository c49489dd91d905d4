"""Whom a change would meet, read from a real server."""

import threading

import pytest
from sqlalchemy import Engine, text

from core import inspecting
from core.errors import NotAllowed
from core.schema_live import Waiter
from sandbox.stack import wait_until
from tests.integration.schema.stage import OPS, TEACHER, Stage


def look(stage):
    return inspecting.live(by=OPS, services=stage)


def test_it_names_the_database_its_version_and_the_size_of_each_table(school, stage, engine: Engine):
    found = look(stage)
    assert found.place.database == engine.url.database
    assert found.sees_all
    assert int(found.place.version.split(".")[0]) >= 14
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("VACUUM ANALYZE school.videos"))
    sizes = {size.table: size for size in look(stage).sizes}
    assert set(sizes) == {"lessons", "videos"}
    assert (sizes["videos"].rows, sizes["videos"].size_bytes) == (1, 8192)
    assert sizes["videos"].index_bytes > 0


def test_a_transaction_that_holds_a_table_is_named_with_the_table(school, stage, engine: Engine):
    with engine.connect() as reader:
        pid = reader.scalar(text("SELECT pg_backend_pid() FROM school.videos"))
        wait_until(lambda: pid in [one.pid for one in look(stage).transactions], "the reader was not seen")
        (seen,) = [one for one in look(stage).transactions if one.pid == pid]
    assert (seen.tables, seen.idle, seen.who) == (("videos",), True, "lectern")
    assert seen.seconds >= 1


def waiter(engine: Engine, *, seen_by: Stage) -> tuple[Waiter, int]:
    """Who waits for a table that somebody has locked, as it is seen, and the process id of that somebody."""
    with engine.connect() as holder:
        pid = int(holder.scalar(text("SELECT pg_backend_pid()")))
        holder.execute(text("LOCK TABLE school.videos IN ACCESS EXCLUSIVE MODE"))
        waiting = threading.Thread(target=_read, args=(engine,))
        waiting.start()
        wait_until(lambda: bool(look(seen_by).waiters), "nobody was seen to wait")
        (found,) = look(seen_by).waiters
        holder.rollback()
        waiting.join(5)
    return found, pid


def test_who_waits_and_for_whom_is_seen(school, stage, engine: Engine):
    found, pid = waiter(engine, seen_by=stage)
    assert (found.who, found.blocked_by) == ("lectern", (pid,))
    assert found.seconds is not None


def _read(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("SELECT count(*) FROM school.videos"))


def test_a_role_that_may_not_look_into_other_sessions_says_so_and_sees_who_waits(clerk, engine: Engine):
    engine.dispose()
    wait_until(lambda: look(clerk).sees_all, "our own sessions alone are not seen")
    with engine.connect():
        assert not look(clerk).sees_all
    found, pid = waiter(engine, seen_by=clerk)
    assert (found.seconds, found.who, found.blocked_by) == (None, "lectern", (pid,))


def test_an_index_that_somebody_else_builds_where_we_may_not_look_is_left_out(school, clerk, engine: Engine):
    with engine.connect() as slow, engine.connect() as pooled:
        slow.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        slow.execute(text("SELECT count(*) FROM mux_admin.pace")).one()  # a snapshot that the build waits for
        builder = pooled.execution_options(isolation_level="AUTOCOMMIT")
        build = text("CREATE INDEX CONCURRENTLY slow_one ON school.videos (id)")
        building = threading.Thread(target=builder.execute, args=(build,))
        building.start()
        stage = Stage(engine)
        wait_until(lambda: bool(look(stage).builds), "no build was seen")
        (seen,), hidden = look(stage).builds, look(clerk).builds
        slow.rollback()
        building.join(10)
    assert (seen.table, hidden) == ("school.videos", ())


def test_only_long_transactions_on_the_tables_are_in_the_way(school, stage, engine: Engine):
    with engine.connect() as reader:
        reader.execute(text("SELECT 1 FROM school.videos"))
        assert look(stage).in_the_way == ()


def test_it_is_for_ops(school, stage):
    with pytest.raises(NotAllowed):
        inspecting.live(by=TEACHER, services=stage)
