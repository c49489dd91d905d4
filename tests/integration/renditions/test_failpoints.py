"""Killed once at every point around a commit or an outside call, MP4s and pictures end in the same state."""

import pytest
from sqlalchemy import Engine as Database

from tests.integration.engine.points import PORTS, rendition_points
from tests.integration.engine.schools import schools
from tests.integration.renditions.scenarios import SCENARIOS, Scenario, Way, begun, in_order

POINTS = sorted(rendition_points())


@pytest.fixture
def way(engine: Database, database_url: str) -> Way:
    return begun(schools(engine, database_url)(""))


PASSED: dict[str, Scenario] = {}
"""The first scenario that passes each point; filled by the test below, which runs first."""

PASSED_INSIDE: set[str] = set()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_a_scenario_ends_in_order(scenario: Scenario, way: Way) -> None:
    scenario(way)
    in_order(way)
    for point in way.school.trip.passed:
        PASSED.setdefault(point, scenario)
    PASSED_INSIDE.update(way.school.trip.passed_inside)


def test_nobody_outside_is_asked_while_a_transaction_is_open() -> None:
    assert {point for point in PASSED_INSIDE if point.partition(".")[0] in PORTS} == set()


def test_every_point_is_passed_by_a_scenario() -> None:
    assert set(POINTS) - set(PASSED) == set()


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_this_point_changes_nothing_in_the_end(point: str, way: Way) -> None:
    assert point in PASSED, "no scenario passes this point: add one"
    way.school.trip.point = point
    PASSED[point](way)
    assert way.school.trip.killed
    in_order(way)
