"""Killed once at every point around a commit or an outside call, the engine ends in the same state."""

import pytest
from sqlalchemy import Engine as Database

from tests.integration.engine.harness import Engine
from tests.integration.engine.kills import Kills
from tests.integration.engine.points import CORE, OUTSIDE_THE_ENGINE, failpoints, points_outside
from tests.integration.engine.scenarios import SCENARIOS, Scenario, exactly_once
from tests.integration.engine.schools import schools

POINTS = sorted(failpoints())
KILLS = Kills[Engine](points=POINTS, school_of=lambda school: school, in_order=exactly_once)


@pytest.fixture
def school(engine: Database, database_url: str) -> Engine:
    return schools(engine, database_url)("")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_a_scenario_ends_with_each_source_once_at_mux(scenario: Scenario, school: Engine) -> None:
    KILLS.play(scenario, school)


def test_nothing_is_committed_or_asked_of_the_outside_beside_the_listed_points() -> None:
    passed = {point for point in KILLS.passed if not point.startswith("test")}
    assert passed - set(POINTS) - points_outside() == set()


def test_nobody_outside_is_asked_while_a_transaction_is_open() -> None:
    assert "submit.intent:before" in KILLS.inside
    assert KILLS.asked_inside() == set()


def test_every_point_is_passed_by_a_scenario() -> None:
    assert KILLS.not_passed() == set()


def test_what_is_left_out_of_the_list_is_there_and_touches_the_outside() -> None:
    engine_points = failpoints()
    for module in OUTSIDE_THE_ENGINE:
        assert (CORE / f"{module}.py").exists()
    assert {"mux.create_asset:before", "mux.create_upload:after", "uploader.send:before"} <= engine_points


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_this_point_changes_nothing_in_the_end(point: str, school: Engine) -> None:
    KILLS.kill(point, school)
