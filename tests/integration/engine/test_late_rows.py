"""Rows that come to point at an object after it has moved: they switch too, and nothing is made anew."""

from core import migrating, undoing
from core.access import SYSTEM
from core.batch import ItemState
from core.records import Batch
from core.selection import Choice, Filter, Standing
from tests.integration.engine.harness import PUBLIC, SWITCHED, Engine

VIDEO = b"\0\0\0\x18ftypisom"


def offered(school: Engine) -> int:
    with school.services.uow("test.read") as tx:
        return tx.sources.count(Filter(standing=Standing.READY))


def one_state(school: Engine, batch: Batch) -> ItemState:
    counts = migrating.status(batch.id, services=school.services).progress.counts
    [state] = [state for state, count in counts.items() if count]
    return state


def with_late_row(school: Engine) -> tuple[Batch, Batch]:
    """A migrated object, a lesson that came to play it afterwards, and the batch that switches that one."""
    school.lesson("a.mp4", VIDEO)
    first = school.migrate()
    school.lesson("a.mp4", VIDEO, title="Came later")
    return first, school.migrate()


def test_a_lesson_that_came_later_switches_to_the_asset_that_is_there(school: Engine) -> None:
    _, late = with_late_row(school)
    assert one_state(school, late) is ItemState.DONE
    assert school.ask(SWITCHED) == [(2,)]
    assert school.mux.calls.count("create_asset") == 1
    assert offered(school) == 0


def test_such_a_source_is_offered_again_and_costs_nothing(school: Engine) -> None:
    school.lesson("a.mp4", VIDEO)
    school.migrate()
    assert offered(school) == 0
    school.lesson("a.mp4", VIDEO, title="Came later")
    school.scan()
    assert offered(school) == 1
    plan = migrating.plan(Choice(), PUBLIC, services=school.services)
    assert (plan.totals.create, plan.totals.reuse, plan.estimate.once_usd, plan.time_s) == (1, 1, 0, 0)


def test_the_rows_that_had_switched_before_are_left_alone(school: Engine) -> None:
    _, late = with_late_row(school)
    with school.services.uow("test.read") as tx:
        [item_id] = tx.batches.item_ids(late.id, [ItemState.DONE])
        assert len(tx.host.switched(item_id)) == 1


def test_one_of_two_batches_rolled_back_leaves_the_others_rows_and_the_asset(school: Engine) -> None:
    first, late = with_late_row(school)
    undoing.roll_back(first.id, by=SYSTEM, services=school.services, delete_assets=True)
    school.play_out()
    assert school.ask(SWITCHED) == [(1,)]
    assert len(school.mux.assets) == 1
    assert offered(school) == 1
    undoing.roll_back(late.id, by=SYSTEM, services=school.services, delete_assets=True)
    school.play_out()
    assert school.ask(SWITCHED) == [(0,)]
    assert school.mux.assets == {}
