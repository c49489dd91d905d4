"""`cli.py uploads …`, over PostgreSQL, S3 and the Mux double."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from cli import main
from commands.session import Session
from tests.integration.uploads.stage import Stage


def ask(stage: Stage, *words: str, code: int = 0) -> Any:
    answer = CliRunner().invoke(main, [*words, "--json"], obj=Session(lambda: stage.services))
    assert answer.exit_code == code, answer.output
    return json.loads(answer.stdout or answer.stderr)


def test_a_file_of_this_machine_is_sent_to_a_lesson_and_listed(stage: Stage, film: Path) -> None:
    lesson_id = stage.lesson()
    sent = ask(stage, "uploads", "send", lesson_id, str(film), "--policy", "public")
    assert (sent["via"], sent["size_bytes"], sent["kind"]) == ("mux", film.stat().st_size, "video")
    stage.run_until(lambda: stage.row("lessons", lesson_id)["video_provider"] == "mux")
    [listed] = ask(stage, "uploads", "list", "--lesson", lesson_id)["uploads"]
    assert (listed["id"], listed["state"]) == (sent["id"], "ready")
    text = CliRunner().invoke(main, ["uploads", "list"], obj=Session(lambda: stage.services)).stdout
    assert "lesson.mp4" in text


def test_while_mux_is_away_it_is_sent_to_s3(stage: Stage, film: Path) -> None:
    stage.mux_is_away()
    sent = ask(stage, "uploads", "send", stage.lesson(), str(film), "--policy", "public")
    assert (sent["via"], sent["state"], sent["fallback_used"]) == ("s3", "stored", True)


def test_an_upload_is_cancelled_by_its_id(stage: Stage, film: Path) -> None:
    opened = stage.open(stage.lesson(), film)
    assert ask(stage, "uploads", "cancel", str(opened.upload.id))["state"] == "cancelled"
    assert ask(stage, "uploads", "cancel", str(opened.upload.id))["state"] == "cancelled"


def test_what_is_not_taken_is_told_in_one_sentence(stage: Stage, tmp_path: Path) -> None:
    script = tmp_path / "lesson.mp4"
    script.write_bytes(b"#!/bin/sh\n")
    told = ask(stage, "uploads", "send", stage.lesson(), str(script), code=1)
    assert "may do harm" in told["error"]
