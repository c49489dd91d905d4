"""Rollbacks: what is under way, what was refused, and what the audit keeps of it."""

import pytest

from core import migrating
from core.access import SYSTEM
from core.batch import ItemState
from core.errors import StaleState
from core.jobs.steps import LAST_RESORT
from core.migration import Trouble
from core.naming import NAMED, named
from core.records import Batch, Job
from tests.integration.engine.harness import SWITCHED, Engine


def status(school: Engine, batch: Batch) -> migrating.Status:
    return migrating.status(batch.id, services=school.services)


def roll_back(school: Engine, batch: Batch) -> int:
    return migrating.roll_back(batch.id, by=SYSTEM, services=school.services)


def test_a_rollback_is_under_way_until_the_worker_has_done_it(school: Engine) -> None:
    school.lessons(3)
    batch = school.migrate()
    assert status(school, batch).rolling_back == 0
    assert roll_back(school, batch) == 3
    assert status(school, batch).rolling_back == 3
    school.play_out()
    now = status(school, batch)
    assert (now.rolling_back, now.progress.counts[ItemState.ROLLED_BACK]) == (0, 3)


def test_what_was_not_rolled_back_is_counted_and_listed_by_its_cause(school: Engine) -> None:
    school.lessons(3)
    batch = school.migrate()
    school.ask("UPDATE lessons SET mux_playback_id = 'other' WHERE id = 1 RETURNING id")
    roll_back(school, batch)
    school.play_out()
    now = status(school, batch)
    assert (now.rolling_back, now.not_rolled_back) == (0, {Trouble.ROW_CHANGED: 1})
    assert (now.progress.failed, now.troubles) == (0, {})
    with school.services.uow("test.read") as tx:
        [item] = tx.batches.items(batch.id, trouble=Trouble.ROW_CHANGED)
    assert item.state is ItemState.DONE
    assert "lessons 1" in str(item.reason)


def test_what_is_rolled_back_after_all_is_not_counted_as_refused(school: Engine) -> None:
    school.lesson("a.mp4")
    batch = school.migrate()
    [(there,)] = school.ask("SELECT mux_playback_id FROM lessons")
    school.ask("UPDATE lessons SET mux_playback_id = 'other' RETURNING id")
    roll_back(school, batch)
    school.play_out()
    school.ask("UPDATE lessons SET mux_playback_id = %s RETURNING id", there)
    roll_back(school, batch)
    school.play_out()
    assert status(school, batch).not_rolled_back == {}
    assert school.ask(SWITCHED) == [(0,)]


def test_a_large_rollback_is_one_job_that_gives_each_item_its_own(school: Engine) -> None:
    school.lessons(3)
    batch = school.migrate()
    roll_back(school, batch)
    assert [job for job, *_ in school.waiting()] == ["undo"]
    school.run(most=1)
    assert [job for job, *_ in school.waiting()] == ["roll_back"] * 3


def test_the_audit_names_the_items_and_what_was_asked(school: Engine) -> None:
    school.lessons(2)
    batch = school.migrate()
    roll_back(school, batch)
    with school.services.uow("test.read") as tx:
        row = tx.audits.newest(limit=1)[0]
        ids = tx.batches.item_ids(batch.id, [ItemState.DONE])
    assert (row.action, row.before) == ("roll back", {"state": "done"})
    assert row.after is not None
    assert sorted(row.after["item_ids"]) == sorted(map(str, ids))
    assert (row.after["items"], row.after["delete_assets"]) == (2, False)


def test_the_audit_names_only_the_first_of_many_items() -> None:
    many = named([*range(NAMED + 10)])  # type: ignore[list-item]
    assert (many["items"], len(many["item_ids"])) == (NAMED + 10, NAMED)  # type: ignore[arg-type]


def test_where_nothing_is_switched_a_rollback_says_so(school: Engine) -> None:
    school.lesson("a.mp4")
    school.scan()
    batch = school.start()
    with pytest.raises(StaleState, match="nothing to roll back"):
        roll_back(school, batch)


def test_a_rollback_that_never_came_to_its_items_ends_in_words_at_each(school: Engine) -> None:
    school.lessons(3)
    batch = school.migrate()
    roll_back(school, batch)
    [(undo, *_, args)] = school.waiting()
    LAST_RESORT[Job(undo)](services=school.services, reason="Told.", **args)
    now = status(school, batch)
    assert (now.rolling_back, now.not_rolled_back) == (0, {Trouble.UNEXPECTED: 3})
    with school.services.uow("test.read") as tx:
        reasons = {item.reason for item in tx.batches.items(batch.id)}
    assert reasons == {"Not rolled back, also when tried for minutes: Told."}
