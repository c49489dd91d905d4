"""Events that cannot be taken in: tried some times, then shown, left alone, and replayed once mended."""

from dataclasses import replace

import pytest

from core import ingesting, sweeping
from core.access import SYSTEM
from core.asset import AssetStatus
from core.errors import Unavailable
from tests.integration.engine.harness import SWITCHED, Engine

FAILED = "SELECT tries, error FROM mux_admin.webhook_events WHERE type = 'video.asset.ready'"


def poisoned(school: Engine) -> str:
    """A ready event whose data nobody can read; returns its id."""
    school.lesson("a.mp4")
    school.scan()
    school.start()
    school.run(within_s=60)
    [asset_id] = school.mux.assets
    school.deliver("video.asset.ready", school.mux.make_ready(asset_id), event_id="poison")
    spoil = 'UPDATE mux_admin.webhook_events SET data = data || \'{"duration": "long"}\' RETURNING id'
    return str(school.ask(spoil)[0][0])


def ingest(school: Engine, event_id: str, times: int) -> None:
    for _ in range(times):
        with pytest.raises(ValueError, match="long"):
            ingesting.ingest(event_id, services=school.services)


def nudged(school: Engine) -> list[str]:
    school.ask("DELETE FROM public.jobs RETURNING id")
    school.clock.tick(3600)
    sweeping.sweep(services=school.services)
    return [args["event_id"] for job, _, args in school.waiting() if job == "ingest"]


def test_an_event_that_fails_is_tried_again_and_then_shown_and_left_alone(school: Engine) -> None:
    event_id = poisoned(school)
    ingest(school, event_id, ingesting.MOST_TRIES - 1)
    assert school.ask(FAILED) == [(4, None)]
    assert nudged(school) == [event_id]
    ingest(school, event_id, 1)
    [(tries, error)] = school.ask(FAILED)
    assert tries == ingesting.MOST_TRIES
    assert "ValueError" in error
    assert "long" not in error
    assert nudged(school) == []


def test_an_event_that_was_given_up_can_be_replayed(school: Engine) -> None:
    event_id = poisoned(school)
    ingest(school, event_id, ingesting.MOST_TRIES)
    school.ask("UPDATE mux_admin.webhook_events SET data = data || '{\"duration\": 10}' RETURNING id")
    ingesting.replay(event_id, by=SYSTEM, services=school.services)
    assert school.ask(FAILED) == [(0, None)]
    school.run()
    assert school.ask(SWITCHED) == [(1,)]


def test_what_passes_by_itself_does_not_count_against_an_event(
    school: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_id = poisoned(school)

    def away(*_: object, **__: object) -> None:
        raise Unavailable("The database was busy.")

    monkeypatch.setattr(ingesting, "absorb", away)
    monkeypatch.setattr(ingesting, "asset_of", lambda event: event)
    for _ in range(ingesting.MOST_TRIES):
        with pytest.raises(Unavailable):
            ingesting.ingest(event_id, services=school.services)
    assert school.ask(FAILED) == [(0, None)]


def test_an_errored_assets_url_is_kept_without_its_signature(school: Engine) -> None:
    school.lesson("a.mp4")
    school.scan()
    school.start()
    school.run(within_s=60)
    [asset_id] = school.mux.assets
    words = "could not fetch https://b.s3.test/a.mp4?X-Amz-Signature=hunter2"
    asset = school.mux.make_errored(asset_id, "invalid_input", words)
    assert asset.status is AssetStatus.ERRORED
    school.deliver("video.asset.errored", asset)
    school.run()
    told = school.ask("SELECT reason FROM mux_admin.items") + school.ask(
        "SELECT error_messages::text || data::text FROM mux_admin.assets, mux_admin.webhook_events"
    )
    assert all("https://b.s3.test/a.mp4?…" in text for (text,) in told)
    assert "hunter" not in str(told)


def test_what_no_database_can_hold_does_not_keep_an_event_out(school: Engine) -> None:
    school.lesson("a.mp4")
    school.scan()
    school.start()
    school.run(within_s=60)
    [asset_id] = school.mux.assets
    school.deliver(
        "video.asset.ready", replace(school.mux.make_ready(asset_id), error_messages=("a\x00b\ud800",))
    )
    school.run()
    assert school.ask(SWITCHED) == [(1,)]
    assert school.ask("SELECT error_messages FROM mux_admin.assets") == [(["ab?"],)]
