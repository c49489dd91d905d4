"""Applying while the site goes on: nobody fails, nobody waits long, no fact is lost."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, text

from core import applying, completing, inspecting
from core.db.manners import Manners
from core.errors import Unavailable
from core.schema_run import RunState
from tests.integration.host.stage import Stage as PublishingStage
from tests.integration.hosts import School
from tests.integration.schema.stage import OPS, Stage

ROWS = 20_000
READER_S = 2.0
LONGEST_S = 1.0
"""Far below what the reader holds the table; the bench has the tight figure on a quiet machine."""


@pytest.fixture
def school(engine: Engine) -> School:
    school = School(engine)
    school.run(f"INSERT INTO videos (id) SELECT generate_series(100, {ROWS + 99})")
    return school


class Site:
    """The school's own traffic, from one thread: how long each transaction took, and what failed."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.seconds: list[float] = []
        self.failures: list[Exception] = []

    def visit(self, number: int) -> None:
        with self.engine.begin() as connection:
            key = {"id": 1_000_000 + number, "other": 100 + number % ROWS}
            connection.execute(text("INSERT INTO school.videos (id) VALUES (:id)"), {"id": key["id"]})
            connection.execute(
                text("UPDATE school.videos SET s3_key = 'u' WHERE id = :id"), {"id": key["other"]}
            )
            connection.execute(
                text("SELECT s3_key FROM school.videos WHERE id = :id"), {"id": key["other"]}
            ).one()

    def keep_busy(self, stop: threading.Event) -> None:
        number = 0
        while not stop.is_set():
            began_s = time.monotonic()
            try:
                self.visit(number)
            except Exception as error:  # noted, and asserted on by the test
                self.failures.append(error)
            self.seconds.append(time.monotonic() - began_s)
            number += 1


@contextmanager
def meanwhile(work: Callable[[threading.Event], None]) -> Iterator[None]:
    """Do it in another thread until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


class Reader:
    """Somebody who reads and forgets to end the transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.reading = threading.Event()

    def hold(self, _stop: threading.Event) -> None:
        with self.engine.connect() as connection:
            connection.execute(text("SELECT count(*) FROM school.videos")).one()
            self.reading.set()
            connection.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": READER_S})


def test_an_open_transaction_delays_the_apply_and_not_the_site(school, stage, engine):
    site = Site(engine)
    reader = Reader(engine)
    with meanwhile(reader.hold), meanwhile(site.keep_busy):
        assert reader.reading.wait(5)
        run = applying.apply(by=OPS, services=stage).run
    assert site.failures == []
    assert max(site.seconds) < LONGEST_S
    assert max(step.tries for step in run.steps) > 1
    assert inspecting.status(services=stage).current


def test_a_table_that_stays_in_use_ends_the_run_with_the_name_of_who_uses_it(school, engine):
    stage = Stage(engine, manners=Manners(pause_s=(0.02, 0.05), patience_s=0.3))
    with engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM school.videos")).one()
        with pytest.raises(Unavailable, match=r"school\.videos was in use all the time by lectern \(process"):
            applying.apply(by=OPS, services=stage)
    assert inspecting.history(services=stage)[0].state is RunState.FAILED
    assert applying.apply(by=OPS, services=stage).success


def test_facts_that_arrive_before_during_and_after_an_apply_are_all_there_in_the_end(school, stage, engine):
    publishing_stage = PublishingStage(engine)
    written: list[int] = []

    def write(number: int) -> None:
        with publishing_stage.uow("event") as tx:
            facts = {"mux_asset_id": f"a{number}", "mux_status": "ready"}
            assert tx.host.write("videos", str(number), facts).found
            tx.commit()
        written.append(number)

    def keep_writing(stop: threading.Event) -> None:
        number = 200
        while not stop.is_set():
            write(number)
            number += 1

    for number in range(100, 150):
        write(number)
    with meanwhile(keep_writing):
        applying.apply(by=OPS, services=stage)
    for number in range(150, 200):
        write(number)
    completing.write_back(services=publishing_stage)
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT id FROM school.videos WHERE mux_asset_id = 'a' || id AND mux_status = 'ready'")
        )
        assert sorted(found.scalars()) == sorted(written)
    assert len(written) > 100
    assert school.pending() == {}
