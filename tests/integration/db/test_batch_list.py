"""The list of batches, what of it needs a person, and a teacher's own videos."""

import json
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from core.batch import BatchState, ItemState
from core.batch_list import BatchFilter, BatchSort, StillFailed
from core.migration import Options, Trouble
from core.own_videos import OwnTrouble
from core.ports import UnitOfWork
from core.records import Batch
from core.source import Finding
from tests.integration.db.making import an_asset, claimed, scan, scanned, source_id, started

SWITCHED = text("""
INSERT INTO mux_admin.switches (item_id, table_name, row_id, column_name, before, after, switched_at)
SELECT gen_random_uuid(), 'lessons', id::text, 'video_url', '{}', '{"mux_asset_id": "a1"}', now()
FROM public.lessons WHERE title = 'moved'
""")
"""The lesson plays from Mux."""


def named(uow: UnitOfWork, engine: Engine, name: str, *keys: str, options: Options | None = None) -> Batch:
    """A running batch of these keys under a name of its own."""
    batch = started(uow, *keys, options=options)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE mux_admin.batches SET name = :name WHERE id = :id"), {"name": name, "id": batch.id}
        )
    return batch


def failed(uow: UnitOfWork, batch: Batch, trouble: Trouble = Trouble.FILE_DAMAGED) -> list[UUID]:
    """Every item of the batch has failed."""
    ids = claimed(uow, batch)
    with uow("test") as tx:
        for item_id in ids:
            tx.batches.move(item_id, ItemState.FAILED, trouble=trouble)
        tx.commit()
    return ids


def test_batches_are_narrowed_by_name_and_state_and_counted(uow: UnitOfWork, engine: Engine):
    scanned(uow, "a.mp4", "b.mp4", "c.mp4")
    first = named(uow, engine, "Autumn 100%", "a.mp4")
    second = named(uow, engine, "autumn again", "b.mp4")
    named(uow, engine, "Spring", "c.mp4")
    with uow("test") as tx:
        tx.batches.set_state(second.id, BatchState.PAUSED)
        found = {
            (search, state): tx.batches.count(BatchFilter(search=search, state=state))
            for search, state in (("", ""), ("AUTUMN", ""), ("autumn", "paused"), ("0%", ""), ("%", ""))
        }
        [(only, progress)] = tx.batches.page(BatchFilter(search="0%"), BatchSort.NEWEST, number=1, size=10)
    assert list(found.values()) == [3, 2, 1, 1, 1]
    assert (only.id, progress.total) == (first.id, 1)


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        (BatchSort.NEWEST, ["c", "a", "B"]),
        (BatchSort.OLDEST, ["B", "a", "c"]),
        (BatchSort.NAME, ["a", "B", "c"]),
        (BatchSort.FAILED, ["B", "c", "a"]),
    ],
)
def test_batches_stand_in_the_order_asked_for(
    uow: UnitOfWork, engine: Engine, sort: BatchSort, names: list[str]
):
    scanned(uow, "a.mp4", "b.mp4", "c.mp4")
    failed(uow, named(uow, engine, "B", "b.mp4"))
    named(uow, engine, "a", "a.mp4")
    named(uow, engine, "c", "c.mp4")
    with uow("test") as tx:
        pages = [tx.batches.page(BatchFilter(), sort, number=number, size=2) for number in (1, 2)]
    assert [batch.name for page in pages for batch, _ in page] == names


def test_a_failure_counts_where_it_was_last_and_until_the_video_moves(uow: UnitOfWork, engine: Engine):
    scanned(uow, "a.mp4", "b.mp4", "c.mp4")
    first = named(uow, engine, "First", "a.mp4", "b.mp4")
    failed(uow, first)
    failed(uow, named(uow, engine, "Trial", "c.mp4", options=Options(test=True)))
    again = named(uow, engine, "Again", "a.mp4")
    with uow("test") as tx:
        assert tx.batches.still_failed() == [StillFailed(batch_id=first.id, name="First", items=1)]
    failed(uow, again)
    with uow("test") as tx:
        assert [(one.name, one.items) for one in tx.batches.still_failed()] == [("Again", 1), ("First", 1)]


LESSONS = text("""
INSERT INTO mux_admin.batches (kind, name, state, options, created_by, created_at)
    VALUES (:kind, :name, 'done', CAST(:options AS jsonb), 'x', now())
""")
LESSON = text("""
INSERT INTO mux_admin.items (id, batch_id, lesson_id, position, test, state, etag, trouble, since)
    SELECT gen_random_uuid(), max(id), :lesson, 1, false, :state, '', :trouble, now() FROM mux_admin.batches
""")


def lessons(engine: Engine, name: str, by: str, kind: str = "publish", **states: str) -> None:
    """A bulk job whose lessons ended so; `gone` is how one ends that is not there any more."""
    with engine.begin() as connection:
        order = {"subject": by, "wanted": "", "email": ""}
        options = json.dumps({**Options().as_json(), "order": order})
        connection.execute(LESSONS, {"kind": kind, "name": name, "options": options})
        for lesson, state in states.items():
            trouble = "lesson_gone" if state == "gone" else "row_refused" if state == "failed" else None
            state = "failed" if state == "gone" else state
            connection.execute(LESSON, {"lesson": lesson, "state": state, "trouble": trouble})


def still_failed(uow: UnitOfWork, starter: str | None = None) -> list[tuple[str, int]]:
    with uow("test") as tx:
        return [(one.name, one.items) for one in tx.batches.still_failed(starter=starter)]


def test_a_lesson_that_failed_counts_until_a_later_batch_of_the_kind_has_dealt_with_it(
    uow: UnitOfWork, engine: Engine
):
    lessons(engine, "First", "tess", a="failed", b="failed", c="gone", d="done")
    assert still_failed(uow) == [("First", 2)]
    lessons(engine, "Drafts", "ben", kind="unpublish", a="done", b="failed")
    assert still_failed(uow) == [("Drafts", 1), ("First", 2)]
    lessons(engine, "Again", "tess", a="done", b="failed")
    assert still_failed(uow) == [("Again", 1), ("Drafts", 1)]
    assert still_failed(uow, "tess") == [("Again", 1)]
    assert still_failed(uow, "nobody") == []


def test_batches_of_one_person_are_those_that_they_started(uow: UnitOfWork, engine: Engine):
    scanned(uow, "a.mp4")
    named(uow, engine, "Moved", "a.mp4")
    lessons(engine, "Hers", "tess", a="done")
    with uow("test") as tx:
        counts = [tx.batches.count(BatchFilter(starter=one)) for one in (None, "tess", "ben", "")]
        [(hers, _)] = tx.batches.page(BatchFilter(starter="tess"), BatchSort.NEWEST, number=1, size=9)
    assert (counts, hers.name) == ([2, 1, 0, 0], "Hers")


def test_history_names_the_videos(uow: UnitOfWork):
    scanned(uow, "a.mp4")
    batch = started(uow)
    claimed(uow, batch)
    with uow("test") as tx:
        newest = tx.batches.history(batch.id)[0]
    assert (newest.what, newest.title, newest.key) == ("submitting", None, "a.mp4")


def test_a_teacher_is_told_of_their_own_videos_alone(uow: UnitOfWork, engine: Engine):
    lessons = ("gone", "damaged", "fine", "moved", "foreign")
    with engine.begin() as connection:
        add = text("INSERT INTO public.lessons (title, video_url, creator_id) VALUES (:title, :url, :owner)")
        for name in lessons:
            owner = "8" if name == "foreign" else "7"
            connection.execute(add, {"title": name, "url": f"s3://school/{name}.mp4", "owner": owner})
    with uow("test") as tx:
        scan(tx, [])
        tx.commit()
    scanned(uow, *(f"{name}.mp4" for name in lessons if name != "gone"))
    failed(uow, started(uow, "damaged.mp4"))
    with engine.begin() as connection:
        connection.execute(SWITCHED)
    with uow("test") as tx:
        tx.assets.fold(an_asset(), at=an_asset().created_at)
        moved = source_id(tx, "moved.mp4")
        tx.assets.adopt("a1", moved, "etag-moved.mp4")
        tx.sources.refresh_findings([moved])
        tx.commit()
    with uow("test") as tx:
        own, nobodys = tx.sources.own_videos("7"), tx.sources.own_videos("9")
        first = tx.sources.own_videos("7", limit=1)
    assert (own.videos, own.on_mux, own.in_trouble) == (4, 1, 2)
    assert own.troubled == [
        OwnTrouble(title="gone", key="gone.mp4", finding=Finding.MISSING, trouble=None),
        OwnTrouble(title="damaged", key="damaged.mp4", finding=None, trouble=Trouble.FILE_DAMAGED),
    ]
    assert (first.in_trouble, len(first.troubled)) == (2, 1)
    assert (nobodys.videos, nobodys.troubled) == (0, [])
