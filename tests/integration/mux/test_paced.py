from dataclasses import dataclass

import pytest

from core.asset import Policy
from core.errors import RateLimited, Refused, Unavailable
from core.figures import Span
from core.mux.paced import PacedMux
from core.ports import Call, Lane
from core.quality import Measure, Reading
from tests.fakes import FakePace, FakeVideoHost


def test_every_call_but_the_posts_waits_for_a_slot_of_its_lane() -> None:
    pace, mux = FakePace(), FakeVideoHost()
    paced = PacedMux(mux, pace, Lane.INTERACTIVE)
    asset = paced.create_asset({})
    upload = paced.create_upload({}, cors_origin="*", timeout_s=60)
    assert pace.taken == []
    paced.get_asset(asset.id)
    paced.get_upload(upload.id)
    paced.newest_assets(limit=5)
    playback_id = paced.create_playback_id(asset.id, Policy.PUBLIC)
    paced.delete_playback_id(asset.id, playback_id)
    paced.open_master(asset.id)
    paced.master(asset.id)
    paced.close_master(asset.id)
    paced.delete_asset(asset.id)
    assert pace.taken == [(Call.OTHER, Lane.INTERACTIVE)] * 8


def test_the_system_api_can_be_asked_while_the_pace_cannot() -> None:
    pace = FakePace()
    paced = PacedMux(FakeVideoHost(), pace, Lane.INTERACTIVE)
    assert paced.whoami().environment == "Test"
    assert paced.has_signing_key("key1")
    assert pace.taken == []


@pytest.mark.parametrize(("method", "call"), [("create_asset", Call.POST), ("get_asset", Call.OTHER)])
def test_a_429_slows_everybody_and_reaches_the_caller(method: str, call: Call) -> None:
    pace = FakePace()
    mux = FakeVideoHost(errors=[RateLimited("Slow down.", retry_after_s=3.0)])
    with pytest.raises(RateLimited):
        getattr(PacedMux(mux, pace, Lane.BATCH), method)({})
    assert pace.slowed == [(call, 3.0)]


def test_a_refusal_is_counted_and_slows_nobody() -> None:
    pace = FakePace()
    mux = FakeVideoHost(errors=[Refused("No.", status=403)])
    with pytest.raises(Refused):
        PacedMux(mux, pace, Lane.BATCH).create_asset({})
    assert pace.refusals(Call.POST) == 1
    assert pace.slowed == []


@dataclass
class Answers:
    """Mux Data that fails in these ways first; counts how often it is asked."""

    errors: list[Exception]
    asked: int = 0

    def measured(self, _measure: Measure, *, span: Span) -> Reading:
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)
        return Reading(value=1.0, views=1)


DAY = Span(start_s=0, end_s=86_400)


@pytest.mark.parametrize("error", [RateLimited("Slow down.", retry_after_s=3.0), Unavailable("503.")])
def test_one_answer_of_mux_data_that_fails_does_not_end_a_run(error: Exception) -> None:
    pace, mux = FakePace(), Answers([error])
    found = PacedMux(mux, pace, Lane.BATCH).measured(Measure.SCORE, span=DAY)  # type: ignore[arg-type]
    assert (found.value, mux.asked) == (1.0, 2)
    assert pace.taken == [(Call.DATA, Lane.BATCH)] * 2  # each try waits for its slot
    assert pace.slowed == ([(Call.DATA, 3.0)] if isinstance(error, RateLimited) else [])


@pytest.mark.parametrize(
    ("error", "asked"), [(RateLimited("Slow down."), 3), (Unavailable("503."), 3), (Refused("No."), 1)]
)
def test_what_fails_longer_or_is_refused_reaches_the_caller(error: Exception, asked: int) -> None:
    mux = Answers([error] * 9)
    with pytest.raises(type(error)):
        PacedMux(mux, FakePace(), Lane.BATCH).measured(Measure.SCORE, span=DAY)  # type: ignore[arg-type]
    assert mux.asked == asked
