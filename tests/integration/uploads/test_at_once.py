"""Two things in the same moment: two people, a cancel and a finish, the same word twice."""

import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core import uploading
from core.errors import AppError, InvalidInput, StaleState
from core.sweeping import sweep
from core.upload import Opened, UploadState, Via
from tests.integration.uploads.stage import ADMIN, BUCKET, TESS, Stage
from tests.integration.uploads.test_s3_way import multiparts

S = UploadState


def objects(stage: Stage, lesson_id: str) -> list[str]:
    listed = stage.s3.client().list_objects_v2(Bucket=BUCKET, Prefix=f"uploads/{lesson_id}/")
    ids = {str(row[0]) for row in stage.ask("SELECT id FROM mux_admin.uploads")}
    return [one["Key"] for one in listed.get("Contents", []) if one["Key"].split("/")[2] in ids]


def test_of_two_people_in_the_same_moment_one_uploads_and_the_other_is_told(stage: Stage, film: Path) -> None:
    lesson_id = stage.lesson()
    both, ends = threading.Barrier(2), []

    def ask(person: Any) -> None:
        both.wait()
        try:
            ends.append(stage.open(lesson_id, film, by=person))
        except StaleState as error:
            ends.append(error)

    threads = [threading.Thread(target=ask, args=(person,)) for person in (TESS, ADMIN)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ends) == 2
    assert {type(end) for end in ends} == {Opened, StaleState}
    assert stage.ask("SELECT state FROM mux_admin.uploads") == [("waiting",)]


@pytest.mark.parametrize(
    "point", ["store.complete_parts:before", "store.complete_parts:after", "media.probe:after"]
)
def test_cancelled_while_it_finishes_in_s3_nothing_is_left_and_the_lesson_untouched(
    stage: Stage, film: Path, point: str
) -> None:
    stage.mux_is_away()
    lesson_id = stage.lesson()
    before = stage.row("lessons", lesson_id)
    opened = stage.open(lesson_id, film)
    etags = stage.put_parts(opened, film.read_bytes())
    stage.trip.once(point, lambda: uploading.cancel(opened.upload.id, by=TESS, services=stage.services))
    with suppress(AppError):  # whoever finishes is told, where there is somebody
        uploading.finish(opened.upload.id, etags=etags, by=TESS, services=stage.services)
    sweep(services=stage.services)
    assert stage.upload(opened).state is S.CANCELLED
    assert (objects(stage, lesson_id), multiparts(stage)) == ([], 0)
    changed = {name for name, value in stage.row("lessons", lesson_id).items() if value != before[name]}
    assert changed <= {"processing_status", "video_status", "updated_at"}


def test_once_it_is_stored_there_is_nothing_left_to_cancel(stage: Stage, film: Path) -> None:
    stage.mux_is_away()
    lesson_id = stage.lesson()
    opened = stage.open(lesson_id, film)
    etags = stage.put_parts(opened, film.read_bytes())
    uploading.finish(opened.upload.id, etags=etags, by=TESS, services=stage.services)
    with pytest.raises(StaleState, match="stored"):
        uploading.cancel(opened.upload.id, by=TESS, services=stage.services)
    assert len(objects(stage, lesson_id)) == 1


def test_falling_back_twice_leaves_the_parts_of_one(stage: Stage, film: Path) -> None:
    """A word that was answered and whose answer was lost is said again."""
    lesson_id = stage.lesson()
    opened = stage.open(lesson_id, film)
    first = uploading.fall_back(opened.upload.id, by=TESS, services=stage.services)
    stage.put_parts(first, film.read_bytes())
    second = uploading.fall_back(opened.upload.id, by=TESS, services=stage.services)
    etags = stage.put_parts(second, film.read_bytes())
    done = uploading.finish(opened.upload.id, etags=etags, by=TESS, services=stage.services)
    assert done.state is S.STORED
    assert (len(objects(stage, lesson_id)), multiparts(stage)) == (1, 0)


def test_parts_that_are_put_after_the_end_are_cleared_by_the_sweep(stage: Stage, film: Path) -> None:
    """A browser that has not heard of the cancel goes on for a moment."""
    stage.mux_is_away()
    lesson_id = stage.lesson()
    opened = stage.open(lesson_id, film)
    uploading.cancel(opened.upload.id, by=TESS, services=stage.services)
    assert stage.put(opened.parts[1], film.read_bytes()) == 404
    with pytest.raises(StaleState):
        uploading.finish(opened.upload.id, etags=["x"], by=TESS, services=stage.services)
    assert (objects(stage, lesson_id), multiparts(stage)) == ([], 0)


def test_more_bytes_than_may_be_uploaded_are_refused_whatever_was_announced(stage: Stage, film: Path) -> None:
    stage.mux_is_away()
    lesson_id, most = stage.lesson(), film.stat().st_size
    stage.services = replace(stage.services, settings=replace(stage.services.settings, upload_max_bytes=most))
    opened = stage.open(lesson_id, film)
    etags = stage.put_parts(opened, film.read_bytes() + b"more")
    with pytest.raises(InvalidInput, match="larger than allowed"):
        uploading.finish(opened.upload.id, etags=etags, by=TESS, services=stage.services)
    assert stage.upload(opened).trouble == "too_large"
    assert (objects(stage, lesson_id), multiparts(stage)) == ([], 0)


def test_muxs_word_that_its_place_is_closed_does_not_end_what_goes_on_to_s3(stage: Stage, film: Path) -> None:
    """The event may be faster than we are."""
    opened = stage.open(stage.lesson(), film)
    told = "SELECT count(*) FROM mux_admin.webhook_events WHERE type = 'video.upload.cancelled'"
    stage.trip.once(
        "mux_now.cancel_upload:after",
        lambda: (stage.run_until(lambda: stage.ask(told) == [(1,)]), stage.run()),
    )
    fallen = uploading.fall_back(opened.upload.id, by=TESS, services=stage.services)
    etags = stage.put_parts(fallen, film.read_bytes())
    done = uploading.finish(opened.upload.id, etags=etags, by=TESS, services=stage.services)
    assert (fallen.via, done.state) == (Via.S3, S.STORED)
