"""Killed once at every point around a commit or an outside call, uploads end in the same state."""

import pytest
from sqlalchemy import Engine as Database

from tests.integration.engine.points import upload_points
from tests.integration.engine.schools import NewSchool, schools
from tests.integration.uploads.scenarios import SCENARIOS, Scenario, furnish, in_order

POINTS = sorted(upload_points())


@pytest.fixture
def new_school(engine: Database, database_url: str) -> NewSchool:
    bare = schools(engine, database_url)
    return lambda point: furnish(bare(point))


PASSED: dict[str, Scenario] = {}
"""The first scenario that passes each point; filled by the test below, which runs first."""


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_a_scenario_ends_in_order(scenario: Scenario, new_school: NewSchool) -> None:
    school = new_school("")
    scenario(school)
    in_order(school)
    for point in school.trip.passed:
        PASSED.setdefault(point, scenario)


def test_every_point_is_passed_by_a_scenario() -> None:
    assert set(POINTS) - set(PASSED) == set()


def test_the_list_has_the_commits_and_calls_of_an_upload() -> None:
    wanted = {
        "upload.keep:after",
        "upload.switch:before",
        "mux_now.create_upload:after",
        "store.complete_parts:after",
    }
    assert wanted <= set(POINTS)


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_this_point_changes_nothing_in_the_end(point: str, new_school: NewSchool) -> None:
    assert point in PASSED, "no scenario passes this point: add one"
    school = new_school(point)
    PASSED[point](school)
    assert school.trip.killed
    in_order(school)
