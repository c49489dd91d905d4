"""Captions that are gone: what is forgotten after KEEP_HISTORY_D, and what an address still needs."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from core import forgetting
from tests.integration.uploads.stage import Stage

TRACK = """INSERT INTO mux_admin.text_tracks
        (id, lesson_id, asset_id, origin, state, language, name, person,
        created_at, moved_at, first_at, replaces)
    VALUES (%s, '7', 'asset', 'uploaded', %s, 'de', 'Deutsch', 'tess', %s, %s, %s, %s) RETURNING id"""


def track(stage: Stage, state: str, *, age_d: float = 401, replaces: UUID | None = None) -> UUID:
    """One that moved last so long ago."""
    at = stage.clock() - timedelta(days=age_d)
    [(made,)] = stage.ask(TRACK, uuid4(), state, at, at, at, replaces)
    return UUID(str(made))


def left(stage: Stage) -> set[UUID]:
    forgetting.forget(services=stage.services)
    return {row[0] for row in stage.ask("SELECT id FROM mux_admin.text_tracks")}


def test_what_is_gone_for_long_is_forgotten(stage: Stage) -> None:
    track(stage, "gone")
    recent = track(stage, "gone", age_d=399)
    assert left(stage) == {recent}


@pytest.mark.parametrize("state", ["waiting", "preparing", "ready", "lost", "failed", "deleting"])
def test_what_is_not_gone_stays_however_old(stage: Stage, state: str) -> None:
    old = track(stage, state)
    assert left(stage) == {old}


def test_an_old_address_goes_on_leading_to_what_took_its_place(stage: Stage) -> None:
    first = track(stage, "gone", age_d=900)
    second = track(stage, "gone", age_d=800, replaces=first)
    third = track(stage, "ready", age_d=700, replaces=second)
    assert left(stage) == {first, second, third}


def test_a_line_that_ended_is_forgotten_from_its_end_day_by_day(stage: Stage) -> None:
    first = track(stage, "gone", age_d=900)
    track(stage, "gone", age_d=800, replaces=first)
    failed = track(stage, "failed", age_d=700, replaces=first)
    assert left(stage) == {first, failed}
    assert left(stage) == {failed}
