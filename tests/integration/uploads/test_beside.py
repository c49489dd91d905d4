"""Files beside a lesson: whatever becomes of them, the school's rows say nothing else of its video."""

from pathlib import Path

import pytest

from core import uploading
from core.errors import InvalidInput
from tests.integration.uploads.stage import TESS, Stage

PDF = b"%PDF-1.7 " + b"x" * 300


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.pdf"
    path.write_bytes(PDF)
    return path


@pytest.fixture
def lesson_id(stage: Stage) -> str:
    """Its video is being made ready, and nothing plays yet."""
    lesson_id = stage.lesson()
    stage.ask("UPDATE lessons SET processing_status = 'processing', video_status = 'processing'")
    return lesson_id


def said(stage: Stage, lesson_id: str) -> tuple[str, str]:
    row = stage.row("lessons", lesson_id)
    return row["processing_status"], row["video_status"]


def test_one_that_is_refused_is_no_error_of_the_lesson(stage: Stage, notes: Path, lesson_id: str) -> None:
    opened = stage.open(lesson_id, notes, mime="application/pdf")
    etags = stage.put_parts(opened, PDF + b"more")
    with pytest.raises(InvalidInput):
        uploading.finish(opened.upload.id, etags=etags, by=TESS, services=stage.services)
    assert stage.upload(opened).state == "errored"
    assert said(stage, lesson_id) == ("processing", "processing")


def test_one_that_is_cancelled_leaves_the_lesson_as_it_was(stage: Stage, notes: Path, lesson_id: str) -> None:
    opened = stage.open(lesson_id, notes, mime="application/pdf")
    uploading.cancel(opened.upload.id, by=TESS, services=stage.services)
    assert said(stage, lesson_id) == ("processing", "processing")


def test_before_the_columns_are_there_nothing_is_kept_for_them(early: Stage, notes: Path) -> None:
    opened = early.open(early.lesson(), notes, mime="application/pdf")
    uploading.cancel(opened.upload.id, by=TESS, services=early.services)
    assert early.ask("SELECT * FROM mux_admin.pending_facts") == []
