"""Killed once at every point around a commit or an outside call, the engine ends in the same state."""

import pytest
from sqlalchemy import Engine as Database

from tests.integration.engine.points import CORE, OUTSIDE_THE_ENGINE, PORTS, failpoints, points_outside
from tests.integration.engine.scenarios import SCENARIOS, Scenario, exactly_once
from tests.integration.engine.schools import NewSchool, schools

POINTS = sorted(failpoints())


@pytest.fixture
def new_school(engine: Database, database_url: str) -> NewSchool:
    return schools(engine, database_url)


PASSED: dict[str, Scenario] = {}
"""The first scenario that passes each point; filled by the test below, which runs first."""

PASSED_INSIDE: set[str] = set()
"""What was passed while a transaction was open; filled likewise."""


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_a_scenario_ends_with_each_source_once_at_mux(scenario: Scenario, new_school: NewSchool) -> None:
    school = new_school("")
    scenario(school)
    exactly_once(school)
    for point in school.trip.passed:
        PASSED.setdefault(point, scenario)
    PASSED_INSIDE.update(school.trip.passed_inside)


def test_nothing_is_committed_or_asked_of_the_outside_beside_the_listed_points() -> None:
    passed = {point for point in PASSED if not point.startswith("test")}
    assert passed - set(POINTS) - points_outside() == set()


def test_nobody_outside_is_asked_while_a_transaction_is_open() -> None:
    assert "submit.intent:before" in PASSED_INSIDE
    assert {point for point in PASSED_INSIDE if point.partition(".")[0] in PORTS} == set()


def test_every_point_is_passed_by_a_scenario() -> None:
    assert set(POINTS) - set(PASSED) == set()


def test_what_is_left_out_of_the_list_is_there_and_touches_the_outside() -> None:
    engine_points = failpoints()
    for module in OUTSIDE_THE_ENGINE:
        assert (CORE / f"{module}.py").exists()
    assert {"mux.create_asset:before", "mux.create_upload:after", "uploader.send:before"} <= engine_points


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_this_point_changes_nothing_in_the_end(point: str, new_school: NewSchool) -> None:
    assert point in PASSED, "no scenario passes this point: add one"
    school = new_school(point)
    PASSED[point](school)
    assert school.trip.killed
    exactly_once(school)
