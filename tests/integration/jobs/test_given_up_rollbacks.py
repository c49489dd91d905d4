"""A rollback that a real worker gives up: the item says why, and waits for nobody."""

from pathlib import Path

import psycopg
import pytest

from bench.driving import ready, start, wait_for_end
from core import applying, migrating
from core.access import SYSTEM
from core.batch import ItemState
from core.migration import Trouble
from core.ports import Services
from core.records import Item
from sandbox.small_school import fill
from sandbox.stack import running_stack, wait_until

NO_LIMITS = {"MUX_POST_PER_S": "0", "MUX_OTHER_PER_S": "0", "MUX_DATA_PER_S": "0"}


@pytest.mark.slow
def test_a_row_that_stays_locked_ends_its_rollback_in_a_sentence_and_can_be_asked_again(
    tmp_path: Path,
) -> None:
    with running_stack(tmp_path, mux_flags=["--no-limits", "--instant"], **NO_LIMITS) as stack:
        fill(stack, lessons=2)
        services = ready(stack)
        applying.apply(by=SYSTEM, services=services)
        stack.webhook()
        stack.part("worker", "-m", "tests.integration.jobs.a_hurried_worker")
        batch_id = start(services).id
        wait_for_end(batch_id, services, timeout_s=60)
        with psycopg.connect(stack.env["DATABASE_URL"]) as holder:
            holder.execute("select from lessons where title = 'Lesson 0' for update")
            migrating.roll_back(batch_id, by=SYSTEM, services=services)
            wait_until(lambda: rolling_back(batch_id, services) == 0, "it is being rolled back", timeout_s=60)
        refused, *others = sorted(items(batch_id, services), key=lambda item: item.state)
        assert (refused.state, refused.trouble) == (ItemState.DONE, Trouble.ROW_REFUSED)
        assert str(refused.reason).endswith("then roll it back again.")
        assert [item.state for item in others] == [ItemState.ROLLED_BACK]
        assert migrating.roll_back(batch_id, by=SYSTEM, services=services) == 1
        wait_until(
            lambda: {item.state for item in items(batch_id, services)} == {ItemState.ROLLED_BACK},
            "it is not rolled back",
        )


def rolling_back(batch_id: int, services: Services) -> int:
    return migrating.status(batch_id, services=services).rolling_back


def items(batch_id: int, services: Services) -> list[Item]:
    with services.uow("test.read") as tx:
        return list(tx.batches.items(batch_id))
