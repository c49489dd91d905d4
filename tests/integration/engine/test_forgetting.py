"""What is kept, for how long, and what is never forgotten."""

from datetime import timedelta

import pytest

from core import forgetting
from tests.integration.engine.harness import Engine

EVENTS = "SELECT id FROM mux_admin.webhook_events ORDER BY id"
LATER = timedelta(days=500)


def later(school: Engine) -> int:
    """Forget when everything is old; the database's own clock runs ahead of the tests'."""
    [(now,)] = school.ask("SELECT now()")
    school.clock.now = now + LATER
    return forgetting.forget(services=school.services)


def test_events_and_history_of_what_is_over_go_and_the_rest_stays(school: Engine) -> None:
    school.lessons(2)
    school.migrate()
    kept = "SELECT (SELECT count(*) FROM mux_admin.audit), (SELECT count(*) FROM mux_admin.intents)"
    before = school.ask(kept)
    assert forgetting.forget(services=school.services) == 0
    assert later(school) > 2
    assert school.ask(EVENTS) == []
    assert school.ask("SELECT count(*) FROM mux_admin.item_changes") == [(0,)]
    assert school.ask(kept) == before


def test_events_of_an_open_intent_and_those_that_wait_stay(school: Engine) -> None:
    school.lessons(2)
    school.scan()
    school.start()
    school.run(within_s=60)
    for asset in list(school.mux.assets.values()):
        school.deliver("video.asset.created", asset)
    school.ask("UPDATE mux_admin.intents SET closed_at = now() WHERE asset_id = 'asset-1' RETURNING id")
    school.deliver("video.asset.ready", school.mux.make_ready("asset-1"))
    later(school)
    assert school.ask(EVENTS) == [
        ("event-video.asset.created-asset-2",),
        ("event-video.asset.ready-asset-1",),
    ]


def test_the_history_of_a_batch_that_is_not_over_stays(school: Engine) -> None:
    school.lesson("a.mp4")
    school.scan()
    school.start()
    lines = school.ask("SELECT count(*) FROM mux_admin.item_changes")
    later(school)
    assert school.ask("SELECT count(*) FROM mux_admin.item_changes") == lines


def test_much_is_deleted_in_several_transactions(school: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    school.lessons(5)
    school.migrate()
    school.trip.passed.clear()
    later(school)
    assert school.ask(EVENTS) == []
    assert school.trip.passed.count("forget:after") > 3
