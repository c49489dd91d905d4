"""Even sound over the real thing: PostgreSQL, the S3 server, and the Mux double with its webhook."""

from pathlib import Path
from typing import Any

import pytest

from core import bulk_starting, captioning, lesson_recalling, lesson_telling, migrating
from core.batch import BatchKind, BatchState
from core.bulk import Picked
from core.library import LibraryFilter
from core.master import MasterState
from core.sweeping import sweep
from core.text_track import TrackState
from core.upload import UploadState
from tests.integration.uploads.stage import ADMIN, TESS, Stage

SRT = b"1\r\n00:00:00,000 --> 00:00:01,500\r\nMengen\r\n"


@pytest.fixture
def lesson_id(stage: Stage, film: Path) -> str:
    """A lesson that plays what was uploaded to Mux alone, with captions."""
    lesson_id = stage.lesson()
    opened = stage.open(lesson_id, film)
    stage.put(opened.url, film.read_bytes())
    stage.until(opened, UploadState.READY)
    captioning.upload(lesson_id, SRT, language="de", name="Deutsch", by=TESS, services=stage.services)
    stage.run_until(lambda: states(stage) == [TrackState.READY])
    return lesson_id


def states(stage: Stage) -> list[str]:
    return [one for (one,) in stage.ask("SELECT state FROM mux_admin.text_tracks ORDER BY created_at")]


def rows(stage: Stage, lesson_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    [(video_id,)] = stage.ask("SELECT id FROM videos WHERE lesson_id::text = %s", lesson_id)
    return dict(stage.row("lessons", lesson_id)), dict(stage.row("videos", video_id))


def test_a_teachers_lesson_without_a_file_in_s3_is_evened_out_from_mux_and_keeps_its_captions(
    stage: Stage, lesson_id: str
) -> None:
    services = stage.services
    old, _ = rows(stage, lesson_id)
    chosen = {"filter": LibraryFilter(), "picked": Picked("some", frozenset({lesson_id}))}
    batch = bulk_starting.start(BatchKind.NORMALISE, **chosen, by=TESS, services=services)  # type: ignore[arg-type]
    stage.run_until(
        lambda: migrating.status(batch.id, services=services).batch.state is not BatchState.RUNNING
    )
    assert migrating.status(batch.id, services=services).progress.done == 1
    lesson, video = rows(stage, lesson_id)
    asset_id = lesson["mux_asset_id"]
    assert asset_id not in (None, old["mux_asset_id"])
    assert (video["mux_asset_id"], video["audio_enhanced"]) == (asset_id, True)
    assert video["audio_enhancement_job_id"] == asset_id
    assert video["transcript_text"] == "Mengen"
    tracks = services.mux.get_asset(asset_id).tracks
    assert [(one["name"], one["status"]) for one in tracks if one["type"] == "text"] == [("Deutsch", "ready")]
    _tells_what_became_of_it(stage, lesson_id, old["mux_asset_id"])
    _leaves_no_master(stage, old["mux_asset_id"])


def _tells_what_became_of_it(stage: Stage, lesson_id: str, old_id: str) -> None:
    film = lesson_telling.film(lesson_id, by=TESS, services=stage.services)
    assert "evened" in [step.what for step in film.steps]
    found = lesson_recalling.versions(lesson_id, by=ADMIN, services=stage.services).found
    assert [(one.what, one.why, one.missing) for one in found] == [(old_id, "normalised", "")]


def _leaves_no_master(stage: Stage, old_id: str) -> None:
    """It is closed, and no table ever held its address."""
    sweep(services=stage.services)
    assert stage.services.mux.master(old_id).state is MasterState.NONE
    for (table,) in stage.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'mux_admin'"):
        held = stage.ask(f"SELECT t::text FROM mux_admin.{table} AS t")  # noqa: S608
        assert not [row for (row,) in held if "/master/" in row or "signature=" in row]
