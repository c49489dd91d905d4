"""What is true at Mux: nothing counts as gone that is not, and nothing is deleted that is in use."""

from dataclasses import replace

import pytest

from core import discarding, migrating, reconciling, sweeping
from core.access import SYSTEM, Person, Role
from core.asset import AssetStatus, deleted
from core.batch import ItemState
from core.errors import ConfigError, Refused, StaleState, Unavailable
from core.migration import Trouble
from core.ports import AssetPage
from tests.fakes import FakeVideoHost
from tests.integration.engine.harness import PUBLIC, SWITCHED, Engine

ADA = Person(subject="u-1", email="ada@example.com", roles=frozenset({Role.ADMIN}))
ALIVE = "SELECT count(*) FROM mux_admin.assets WHERE status <> 'deleted'"
LAST = "SELECT error, hint, gone FROM mux_admin.reconciles ORDER BY id DESC LIMIT 1"


def reconcile(school: Engine, **options: bool) -> reconciling.Reconciled:
    """An hour later: what was made a moment ago may be missing from a listing."""
    school.clock.tick(3600)
    return reconciling.reconcile(by=SYSTEM, services=school.services, **options)


def age_items(school: Engine) -> None:
    school.ask("UPDATE mux_admin.items SET since = since - interval '1 year' RETURNING id")


def until_verifying(school: Engine) -> None:
    """Take jobs one by one until an item's copy is ready and not yet verified."""
    for _ in range(100):
        if school.ask("SELECT count(*) FROM mux_admin.items WHERE state = 'verifying'") != [(0,)]:
            return
        if not school.run(most=1, within_s=60):
            school.losing.add("video.asset.ready")  # an event goes on to verify at once; a sight by GET waits
            school.mux_works()
            age_items(school)
            sweeping.sweep(services=school.services)
    raise AssertionError(f"nothing came to be verified: {school.waiting()}")


def state_of(school: Engine, asset_id: str) -> str:
    return str(school.ask("SELECT status FROM mux_admin.assets WHERE id = %s", asset_id)[0][0])


def audited(school: Engine, subject: str) -> list[tuple[str, str]]:
    return school.ask("SELECT action, actor FROM mux_admin.audit WHERE subject = %s ORDER BY id", subject)


def test_a_token_of_another_environment_marks_nothing_deleted(school: Engine) -> None:
    school.lessons(3)
    school.migrate()
    sweeping.sweep(services=school.services)
    school.mux.environment_id = "another"
    school.mux.assets.clear()
    with pytest.raises(ConfigError, match="Nothing was changed"):
        reconcile(school)
    assert school.ask(ALIVE) == [(3,)]
    assert school.ask(SWITCHED) == [(3,)]
    assert school.ask("SELECT error IS NOT NULL FROM mux_admin.reconciles") == [(True,)]


def test_in_another_environment_the_sweep_does_not_fail_what_is_on_its_way(school: Engine) -> None:
    school.lesson("a.mp4")
    school.losing.add("video.asset.ready")
    batch = school.migrate()
    sweeping.sweep(services=school.services)
    school.mux.environment_id = "another"
    school.mux.assets.clear()
    age_items(school)
    sweeping.sweep(services=school.services)
    counts = migrating.status(batch.id, services=school.services).progress.counts
    assert counts[ItemState.INGESTING] == 1


def test_an_empty_listing_alone_marks_nothing_deleted(
    school: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.lessons(4)
    school.migrate()
    nothing = AssetPage(assets=[], next_cursor=None)
    monkeypatch.setattr(type(school.mux), "newest_assets", lambda *_, **__: nothing)
    assert reconcile(school).gone == 0
    assert school.ask(ALIVE) == [(4,)]


def test_too_many_missing_at_once_are_not_believed_until_a_person_says_so(school: Engine) -> None:
    school.lessons(24)
    school.migrate()
    for asset_id in list(school.mux.assets)[:20]:
        del school.mux.assets[asset_id]
    with pytest.raises(StaleState, match="4 of the 24"):
        reconcile(school)
    assert school.ask(ALIVE) == [(24,)]
    [(error, hint, _)] = school.ask(LAST)
    assert "24" in error
    assert "--believe-missing" in hint
    assert reconcile(school, believe_missing=True).gone == 20
    assert school.ask(SWITCHED) == [(4,)]
    assert school.ask(LAST) == [(None, "", 20)]


def test_each_deletion_that_is_found_has_its_own_transaction_and_audit_row(school: Engine) -> None:
    school.lessons(3)
    school.migrate()
    gone = list(school.mux.assets)[:2]
    for asset_id in gone:
        del school.mux.assets[asset_id]
    school.trip.passed.clear()
    assert reconcile(school).gone == 2
    assert school.trip.passed.count("ask.absorb:after") == 2
    assert [audited(school, f"asset {asset_id}") for asset_id in gone] == [
        [("find asset deleted", "lectern")]
    ] * 2


def test_a_page_that_is_not_answered_is_asked_for_again(
    school: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.lesson("a.mp4")
    school.migrate()
    answers = [Unavailable("no answer"), Unavailable("no answer")]
    listed = type(school.mux).newest_assets

    def page(mux: FakeVideoHost, **options: object) -> AssetPage:
        if answers:
            raise answers.pop()
        return listed(mux, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(type(school.mux), "newest_assets", page)
    assert reconcile(school).assets == 1
    assert answers == []


def test_one_asset_that_cannot_be_asked_about_does_not_keep_the_batch_from_being_fed(school: Engine) -> None:
    school.lessons(2)
    school.losing.add("video.asset.ready")
    school.migrate()
    age_items(school)
    school.mux.errors.append(Refused("no", status=400))
    sweeping.sweep(services=school.services)
    school.play_out()
    states = school.ask("SELECT state FROM mux_admin.items ORDER BY state")
    assert states == [("done",), ("ingesting",)]


def test_what_was_asked_about_waits_for_its_next_turn(
    school: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "ASKED_AT_ONCE", 2)
    school.lessons(5)
    school.losing.add("video.asset.ready")
    school.scan()
    school.start()
    school.run(within_s=60)
    age_items(school)
    asked = []
    for _ in range(3):
        school.mux.calls.clear()
        sweeping.sweep(services=school.services)
        asked.append(school.mux.calls.count("get_asset"))
    learning = 1
    assert asked == [2 + learning, 2, 1]


def test_an_asset_in_use_by_an_item_that_is_verified_at_present_is_not_deleted(school: Engine) -> None:
    body = b"\0\0\0\x18ftypisom the very same"
    school.lesson("a.mp4", body)
    first = school.migrate()
    school.lesson("b.mp4", body)
    school.scan()
    school.start()
    until_verifying(school)
    [asset_id] = school.mux.assets
    migrating.roll_back(first.id, by=ADA, services=school.services, delete_assets=True)
    school.ask("UPDATE public.jobs SET at = %s WHERE job = 'verify' RETURNING id", school.clock.tick(60))
    school.run(within_s=30)
    assert asset_id in school.mux.assets
    school.play_out()
    school.clock.tick(600)
    sweeping.sweep(services=school.services)
    school.play_out()
    assert asset_id in school.mux.assets
    assert school.ask("SELECT mux_asset_id FROM lessons ORDER BY id") == [(None,), (asset_id,)]
    assert school.ask("SELECT count(*) FROM mux_admin.discards") == [(0,)]


def test_a_wish_to_delete_survives_wrong_credentials_and_names_the_person(school: Engine) -> None:
    school.lesson("a.mp4")
    batch = school.migrate()
    [asset_id] = school.mux.assets
    migrating.roll_back(batch.id, by=ADA, services=school.services, delete_assets=True)
    school.mux.errors.append(Refused("token", account_wide=True))
    with pytest.raises(Refused):
        school.run()
    school.ask("DELETE FROM public.jobs RETURNING id")
    assert asset_id in school.mux.assets
    school.clock.tick(600)
    sweeping.sweep(services=school.services)
    school.run()
    assert school.mux.assets == {}
    assert audited(school, f"asset {asset_id}") == [("delete asset", "ada")]
    assert ("put back", "ada") in audited(school, "lessons 1")
    assert school.ask("SELECT count(*) FROM mux_admin.discards") == [(0,)]


def test_a_deleted_asset_is_never_switched_to(school: Engine) -> None:
    school.lesson("a.mp4")
    school.scan()
    batch = school.start()
    until_verifying(school)
    [asset] = school.mux.assets.values()
    with school.services.uow("test") as tx:  # as it looks when the item came to it a moment later
        tx.assets.fold(deleted(asset, at=school.clock()), at=school.clock())
        tx.commit()
    school.run()
    assert school.ask(SWITCHED) == [(0,)]
    assert dict(migrating.status(batch.id, services=school.services).troubles) == {Trouble.ASSET_DELETED: 1}


def test_a_twin_that_is_discarded_goes_the_way_of_every_deletion(school: Engine) -> None:
    school.lesson("a.mp4")
    school.migrate()
    twin = school.mux.make(school.mux.bodies[0])
    assert reconcile(school).twins == 1
    assert state_of(school, twin.id) == AssetStatus.DELETED
    assert audited(school, f"asset {twin.id}") == [("delete asset", "lectern")]
    assert discarding.discard(twin.id, services=school.services) is False


def test_a_reconcile_goes_on_past_a_twin_that_cannot_be_deleted(
    school: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.lesson("a.mp4")
    school.migrate()
    school.mux.make(school.mux.bodies[0])

    def refuse(*_: object) -> bool:
        raise Refused("no", status=403)

    monkeypatch.setattr(type(school.mux), "delete_asset", refuse)
    assert reconcile(school).twins == 0
    assert school.ask("SELECT asked FROM mux_admin.discards") == [(False,)]
    assert school.ask("SELECT error FROM mux_admin.reconciles") == [(None,)]
    monkeypatch.undo()
    school.clock.tick(600)
    sweeping.sweep(services=school.services)
    school.run()
    assert len(school.mux.assets) == 1


def test_test_copies_that_went_by_themselves_do_not_count_as_suspicious(school: Engine) -> None:
    school.lessons(15)
    school.migrate(replace(PUBLIC, test=True))
    school.mux.assets.clear()
    assert reconcile(school).gone == 15
