"""Intents: what was asked of Mux, and whether an answer came."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from core.errors import NotFound
from core.ports import UnitOfWork
from tests.integration.db.making import NOW, claimed, scanned, started


@pytest.fixture
def item_id(uow: UnitOfWork) -> UUID:
    scanned(uow, "a.mp4")
    [item_id] = claimed(uow, started(uow))
    return item_id


def test_an_item_has_one_open_intent_however_often_it_is_opened(uow: UnitOfWork, item_id: UUID):
    with uow("test") as tx:
        first = tx.intents.open(item_id, now=NOW)
        tx.commit()
    with uow("test") as tx:
        again = tx.intents.open(item_id, now=NOW + timedelta(hours=1))
    assert again == first
    assert (first.created_at, first.posted_at, first.is_open) == (NOW, None, True)


def test_after_a_closed_intent_comes_a_new_one(uow: UnitOfWork, item_id: UUID):
    with uow("test") as tx:
        first = tx.intents.open(item_id, now=NOW)
        tx.intents.close(first.id)
        second = tx.intents.open(item_id, now=NOW)
        assert not tx.intents.get(first.id).is_open
    assert first.id != second.id


def test_an_item_that_is_not_there_gets_no_intent(uow: UnitOfWork):
    with uow("test") as tx, pytest.raises(NotFound):
        tx.intents.open(uuid4(), now=NOW)


def test_a_refused_post_may_be_sent_again(uow: UnitOfWork, item_id: UUID):
    with uow("test") as tx:
        intent = tx.intents.open(item_id, now=NOW)
        tx.intents.posted(intent.id, now=NOW)
        assert tx.intents.get(intent.id).posted_at == NOW
        tx.intents.withdrawn(intent.id)
        assert tx.intents.get(intent.id).posted_at is None


def test_a_lost_post_is_looked_for_until_it_counts_as_never_made(uow: UnitOfWork, item_id: UUID):
    with uow("test") as tx:
        intent = tx.intents.open(item_id, now=NOW)
        tx.intents.posted(intent.id, now=NOW)
        tx.intents.lost(intent.id, now=NOW)
        tx.intents.lost(intent.id, now=NOW + timedelta(hours=1))
        [lost] = tx.intents.all_lost()
        assert (lost.lost_at, lost.looks) == (NOW, 0)
        assert [tx.intents.looked(intent.id).looks for _ in range(2)] == [1, 2]
        tx.intents.absent(intent.id)
        again = tx.intents.get(intent.id)
        assert tx.intents.all_lost() == []
    assert (again.posted_at, again.lost_at, again.looks, again.is_open) == (None, None, 0, True)


def test_the_first_asset_is_the_intents_own_and_any_other_a_twin(uow: UnitOfWork, item_id: UUID):
    with uow("test") as tx:
        intent = tx.intents.open(item_id, now=NOW)
        tx.intents.lost(intent.id, now=NOW)
        assert tx.intents.answer(intent.id, "a1")
        assert tx.intents.answer(intent.id, "a1")
        assert not tx.intents.answer(intent.id, "a2")
        found = tx.intents.get(intent.id)
    assert (found.asset_id, found.lost_at) == ("a1", None)


def test_a_closed_intent_takes_no_asset_but_knows_its_own(uow: UnitOfWork, item_id: UUID):
    with uow("test") as tx:
        empty = tx.intents.open(item_id, now=NOW)
        tx.intents.close(empty.id)
        assert not tx.intents.answer(empty.id, "a1")
        full = tx.intents.open(item_id, now=NOW)
        tx.intents.answer(full.id, "a2")
        tx.intents.close(full.id)
        assert tx.intents.answer(full.id, "a2")


@pytest.mark.parametrize("passthrough", [None, "", "lesson 7", "{}", str(UUID(int=7))])
def test_a_passthrough_that_is_not_ours_leads_nowhere(uow: UnitOfWork, passthrough: str | None):
    with uow("test") as tx:
        assert tx.intents.by_passthrough(passthrough) is None


def test_the_passthrough_of_an_asset_leads_to_its_intent(uow: UnitOfWork, item_id: UUID):
    with uow("test") as tx:
        intent = tx.intents.open(item_id, now=NOW)
        assert tx.intents.by_passthrough(str(intent.id)) == intent
