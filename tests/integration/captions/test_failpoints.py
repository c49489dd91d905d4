"""Killed once at every point around a commit or an outside call, captions end in the same state."""

import pytest
from sqlalchemy import Engine as Database

from tests.integration.captions.scenarios import SCENARIOS, Scenario, Way, begun, in_order
from tests.integration.engine.kills import Kills
from tests.integration.engine.points import caption_points
from tests.integration.engine.schools import schools

POINTS = sorted(caption_points())
KILLS = Kills[Way](points=POINTS, school_of=lambda way: way.school, in_order=in_order)


@pytest.fixture
def way(engine: Database, database_url: str) -> Way:
    return begun(schools(engine, database_url)(""))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_a_scenario_ends_in_order(scenario: Scenario, way: Way) -> None:
    KILLS.play(scenario, way)


def test_nobody_outside_is_asked_while_a_transaction_is_open() -> None:
    assert KILLS.asked_inside() == set()


def test_every_point_is_passed_by_a_scenario() -> None:
    assert KILLS.not_passed() == set()


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_this_point_changes_nothing_in_the_end(point: str, way: Way) -> None:
    KILLS.kill(point, way)


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_while_captions_are_replaced_leaves_some_that_play(point: str, way: Way) -> None:
    changed = next(one for one in SCENARIOS if one.__name__ == "changed")
    way.school.trip.point = point
    changed(way)
    in_order(way)
    assert [one["name"] for one in way.at_mux()] == ["Deutsch"]
    assert way.row()["transcript_text"] == "Guten Tag"
