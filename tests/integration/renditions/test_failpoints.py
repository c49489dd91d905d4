"""Killed once at every point around a commit or an outside call, MP4s and pictures end in the same state."""

import pytest
from sqlalchemy import Engine as Database

from tests.integration.engine.kills import Kills
from tests.integration.engine.points import rendition_points
from tests.integration.engine.schools import schools
from tests.integration.renditions.scenarios import SCENARIOS, Scenario, Way, begun, in_order

POINTS = sorted(rendition_points())
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
