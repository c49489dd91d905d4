"""Selections too long for an address, text that is none, and what a choice opens to everybody."""

import pytest
from sqlalchemy import Engine, text

from core.errors import InvalidInput
from core.migration import Options
from core.ports import UnitOfWork
from core.selection import Choice, Filter, Sort
from tests.integration.db.making import an_object, scan, scanned, source_id


def test_kept_ticks_are_their_owners_alone_and_can_be_replaced_by_them_alone(uow: UnitOfWork):
    with uow("test") as tx:
        tx.sources.keep_ticks("id", person="ada", ticks="1-3")
        tx.sources.keep_ticks("id", person="otto", ticks="9")
        assert tx.sources.kept_ticks("id", person="otto") is None
        assert tx.sources.kept_ticks("id", person="ada") == "1-3"
        tx.sources.keep_ticks("id", person="ada", ticks="all.4")
        assert tx.sources.kept_ticks("id", person="ada") == "all.4"


def test_kept_ticks_are_gone_after_a_week(uow: UnitOfWork, engine: Engine):
    with uow("test") as tx:
        tx.sources.keep_ticks("old", person="ada", ticks="1")
        tx.commit()
    with engine.begin() as connection:
        connection.execute(text("UPDATE kept_ticks SET kept_at = kept_at - interval '8 days'"))
    with uow("test") as tx:
        assert tx.sources.kept_ticks("old", person="ada") is None
        tx.sources.keep_ticks("new", person="ada", ticks="2")
        tx.commit()
    with engine.begin() as connection:
        assert list(connection.scalars(text("SELECT id FROM kept_ticks"))) == ["new"]


def test_ticks_can_be_counted_within_a_filter(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b.mp4", "notes.pdf")
    with uow("test") as tx:
        ids = [source_id(tx, key) for key in ("a.mp4", "notes.pdf")]
        assert tx.sources.count(Filter(), among=ids) == 2
        assert tx.sources.count(Filter(kind="video"), among=ids) == 1
        assert tx.sources.count(Filter(kind="video"), among=[]) == 0


def test_a_choice_tells_how_many_of_its_videos_are_private(uow: UnitOfWork, engine: Engine):
    with engine.begin() as connection:
        for key, is_public in (("a.mp4", True), ("b.mp4", False)):
            row = {"key": key, "is_public": is_public}
            connection.execute(
                text(
                    "INSERT INTO public.videos (title, filename, file_path, file_size, s3_bucket, s3_key, "
                    "is_public) VALUES ('v', 'f', 'p', 1, 'school', :key, :is_public)"
                ),
                row,
            )
    with uow("test") as tx:
        scan(tx, [an_object("a.mp4"), an_object("b.mp4"), an_object("unnamed.mp4")])
        assert tx.sources.totals(Choice(), Options()).private == 2


@pytest.mark.parametrize("typed", ["a\x00b", "\ud800"])
def test_text_that_no_database_can_hold_is_refused_in_a_sentence(uow: UnitOfWork, typed: str):
    with pytest.raises(InvalidInput, match="no database can hold"), uow("test") as tx:
        tx.sources.page(Filter(search=typed), Sort.NEWEST, number=1, size=1)
    with pytest.raises(InvalidInput, match="no database can hold"), uow("test") as tx:
        tx.sources.kept_ticks(typed, person="ada")
