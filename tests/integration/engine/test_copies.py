"""A copy that is at Mux is used again: the plan says so, and the engine then makes just what was planned."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine as Database

from core import migrating
from core.access import SYSTEM
from core.asset import Quality
from core.migration import Mode, Options, PlanTotals, PolicyRule
from core.records import Batch
from core.selection import Choice
from core.settings import Secret
from tests.integration.engine.harness import BUCKET, PUBLIC, SWITCHED, Engine

BYTES = b"\0\0\0\x18ftypisom"


def planned(school: Engine, options: Options = PUBLIC) -> PlanTotals:
    return migrating.plan(Choice(), options, services=school.services).totals


def made(school: Engine) -> int:
    return school.mux.calls.count("create_asset") + school.mux.calls.count("create_upload")


def rolled_back(school: Engine, batch: Batch, *, delete_assets: bool = False) -> None:
    migrating.roll_back(batch.id, by=SYSTEM, services=school.services, delete_assets=delete_assets)
    school.play_out()


@pytest.fixture
def kept(engine: Database, database_url: str) -> Engine:
    """Two videos that moved, public, and were rolled back; their copies were kept."""
    school = Engine(engine, database_url, mux_signing_key="key", mux_private_key=Secret("private"))
    school.add_columns()
    school.lessons(2)
    rolled_back(school, school.migrate())
    assert school.ask(SWITCHED) == [(0,)]
    return school


@pytest.mark.parametrize(
    ("options", "again"),
    [
        (PUBLIC, 2),
        (replace(PUBLIC, mode=Mode.PUSH), 2),
        (replace(PUBLIC, policy=PolicyRule.AUTO), 0),  # no row says that they are public
        (replace(PUBLIC, quality=Quality.BASIC), 0),
        (replace(PUBLIC, captions_language="en"), 0),
        (replace(PUBLIC, test=True), 0),
    ],
)
def test_copies_that_a_rollback_kept_are_planned_as_what_the_engine_does(
    kept: Engine, options: Options, again: int
) -> None:
    totals = planned(kept, options)
    assert (totals.create, totals.reuse) == (2, again)
    assert (totals.size_bytes == 0) == (again == 2)
    before = made(kept)
    kept.start(options)
    kept.play_out()
    assert made(kept) - before == 2 - again


def test_what_is_there_costs_no_money_and_no_time(kept: Engine) -> None:
    plan = migrating.plan(Choice(), PUBLIC, services=kept.services)
    assert (plan.estimate.once_usd, plan.time_s, plan.duration_s) == (0, 0, 0)


def test_copies_that_a_rollback_deleted_are_made_anew(school: Engine) -> None:
    school.lessons(2)
    rolled_back(school, school.migrate(), delete_assets=True)
    assert (planned(school).create, planned(school).reuse) == (2, 0)


def test_a_copy_that_somebody_wants_deleted_is_not_counted_on(kept: Engine) -> None:
    with kept.services.uow("test") as tx:
        tx.upkeep.want_gone(next(iter(kept.mux.assets)), asked=True, by=SYSTEM)
        tx.commit()
    assert planned(kept).reuse == 1


def test_a_file_that_was_replaced_since_is_made_anew(kept: Engine) -> None:
    kept.store.put(BUCKET, "lesson-0.mp4", BYTES + b"another take")
    kept.scan()
    assert (planned(kept).create, planned(kept).reuse) == (2, 1)


def test_a_file_of_equal_bytes_takes_the_copy_of_the_other(school: Engine) -> None:
    school.lesson("a.mp4", BYTES)
    school.migrate()
    school.lesson("b.mp4", BYTES)
    school.lesson("c.mp4", BYTES + b"other")
    school.scan()
    assert (planned(school).create, planned(school).reuse) == (2, 1)
    assert planned(school, replace(PUBLIC, policy=PolicyRule.SIGNED)).reuse == 0
    school.start()
    school.play_out()
    assert made(school) == 2
    assert school.ask(SWITCHED) == [(3,)]


def test_of_equal_files_in_one_batch_one_copy_is_planned_and_made(school: Engine) -> None:
    for key in ("a.mp4", "b.mp4", "c.mp4"):
        school.lesson(key, BYTES)
    school.scan()
    one = len(BYTES)
    totals = planned(school)
    assert (totals.create, totals.reuse, totals.size_bytes) == (3, 2, one)
    assert planned(school, replace(PUBLIC, test=True)).reuse == 0
    school.start()
    school.play_out()
    assert made(school) == 1
    assert school.ask(SWITCHED) == [(3,)]
