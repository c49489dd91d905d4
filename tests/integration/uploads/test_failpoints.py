"""Killed once at every point around a commit or an outside call, uploads end in the same state."""

import pytest
from sqlalchemy import Engine as Database

from tests.integration.engine.harness import Engine
from tests.integration.engine.kills import Kills
from tests.integration.engine.points import upload_points
from tests.integration.engine.schools import schools
from tests.integration.uploads.scenarios import SCENARIOS, Scenario, furnish, in_order

POINTS = sorted(upload_points())
KILLS = Kills[Engine](points=POINTS, school_of=lambda school: school, in_order=in_order)


@pytest.fixture
def school(engine: Database, database_url: str) -> Engine:
    return furnish(schools(engine, database_url)(""))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_a_scenario_ends_in_order(scenario: Scenario, school: Engine) -> None:
    KILLS.play(scenario, school)


def test_nobody_outside_is_asked_while_a_transaction_is_open() -> None:
    assert KILLS.asked_inside() == set()


def test_every_point_is_passed_by_a_scenario() -> None:
    assert KILLS.not_passed() == set()


def test_the_list_has_the_commits_and_calls_of_an_upload() -> None:
    wanted = {
        "upload.keep:after",
        "upload.switch:before",
        "mux_now.create_upload:after",
        "store.complete_parts:after",
    }
    assert wanted <= set(POINTS)


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_this_point_changes_nothing_in_the_end(point: str, school: Engine) -> None:
    KILLS.kill(point, school)
