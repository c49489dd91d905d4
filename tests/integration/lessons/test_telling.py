"""What the lesson page says of a video, read from a real database."""

import json
from typing import Any

import pytest

from core import browsing, bulk_starting, lesson_telling
from core.access import Person, Role
from core.batch import BatchKind
from core.bulk import Picked
from core.errors import NotAllowed, NotFound
from core.lesson_story import LessonFilm, Others, What
from core.library import Film, LibraryFilter, LibraryLine, LibrarySort
from core.playback import Provider
from core.source import Location
from tests.integration.playing.stage import Stage, person

ADMIN, OPS = person("ada", Role.ADMIN), person("otto", Role.OPS)
BEN, OLU = person("ben", Role.TEACHER), person("olu", Role.TEACHER)
EVENT = """INSERT INTO mux_admin.webhook_events (id, type, object_id, created_at, received_at, wakes, data)
    VALUES (%s, %s, %s, now() + %s * interval '1 second', now(), false, %s) RETURNING id"""
AUDIT = """INSERT INTO mux_admin.audit (at, actor, actor_subject, action, subject, before, after)
    VALUES (now(), %s, 's', %s, %s, %s, %s) RETURNING id"""

KEPT = """INSERT INTO mux_admin.former_versions (lesson_id, what, asset_id, rows, at, person, why)
    VALUES (%s, 'asset-1', 'asset-1', '[]', now(), 'ada', 'uploaded') RETURNING what"""


def film(stage: Stage, lesson_id: str, by: Person = ADMIN) -> LessonFilm:
    return lesson_telling.film(lesson_id, by=by, services=stage.services)


def listed(stage: Stage, **narrow: str) -> list[LibraryLine]:
    """What the library says."""
    by, order = {"by": ADMIN, "services": stage.services}, LibrarySort.NEWEST
    return [*browsing.lessons(LibraryFilter(**narrow), order, number=1, size=9, **by)]


def event(stage: Stage, number: int, type_: str, object_id: str, **data: Any) -> None:
    stage.ask(EVENT, f"e{number}", type_, object_id, number, json.dumps(data))


def test_a_lesson_on_mux_says_what_plays_it_and_all_that_is_known(stage: Stage) -> None:
    lesson_id = stage.on_mux(video_url="s3://school-videos/a b.mp4", mux_upload_id="up-1")
    event(stage, 1, "video.upload.asset_created", "up-1")
    event(stage, 2, "video.asset.ready", "asset-1")
    found = film(stage, lesson_id)
    assert (found.provider, found.film, found.asset_id) == (Provider.MUX, Film.PLAYS, "asset-1")
    assert (found.playback_id, found.upload_id, found.duration_s) == ("play-1", "up-1", 600.0)
    assert found.original == Location("school-videos", "a b.mp4")
    assert [step.what for step in found.steps] == [What.UPLOADED]
    assert found.asset is not None


def test_an_empty_lesson_has_nothing_and_says_so(stage: Stage) -> None:
    found = film(stage, stage.lesson())
    assert (found.provider, found.film, found.asset, found.original) == (
        Provider.NONE,
        Film.MISSING,
        None,
        None,
    )
    assert found.steps == ()


def test_facts_that_wait_for_their_columns_count_as_written(stage: Stage) -> None:
    lesson_id = stage.lesson()
    stage.on_mux(title="Another")
    stage.ask(
        "INSERT INTO mux_admin.pending_facts VALUES ('lessons', %s, %s, now()) RETURNING row_id",
        lesson_id,
        json.dumps({"mux_asset_id": "asset-1", "mux_playback_id": "play-1"}),
    )
    assert film(stage, lesson_id).asset_id == "asset-1"


def test_a_copy_deleted_elsewhere_is_told_as_such(stage: Stage) -> None:
    lesson_id = stage.on_mux(video_url="s3://school-videos/a.mp4")
    stage.ask("UPDATE mux_admin.assets SET status = 'deleted', deleted_at = now() RETURNING id")
    found = film(stage, lesson_id)
    assert (found.provider, found.film) == (Provider.S3, Film.PLAYS)
    assert found.asset is not None
    assert found.asset.deleted_at is not None
    assert What.DELETED in [step.what for step in found.steps]


def test_why_mux_made_another_file_of_it_is_what_it_said_last(stage: Stage) -> None:
    lesson_id = stage.on_mux()
    event(stage, 1, "video.asset.created", "asset-1", non_standard_input_reasons={"video_codec": "vp8"})
    told = {"video_codec": "vp9", "audio_codec": "opus"}
    event(stage, 2, "video.asset.ready", "asset-1", non_standard_input_reasons=told)
    event(stage, 3, "video.asset.updated", "asset-1")
    assert film(stage, lesson_id).input_reasons == told


def test_events_come_page_by_page_and_are_those_of_the_video_alone(stage: Stage) -> None:
    lesson_id = stage.on_mux(mux_upload_id="up-1")
    for number in range(5):
        event(stage, number, "video.asset.updated", "asset-1")
    event(stage, 5, "video.upload.created", "up-1")
    event(stage, 6, "video.asset.updated", "asset-2")
    read = {"size": 4, "by": ADMIN, "services": stage.services}
    first, count = lesson_telling.events(lesson_id, number=1, **read)
    second, _ = lesson_telling.events(lesson_id, number=2, **read)
    assert count == 6
    assert [one.id for one in (*first, *second)] == ["e5", "e4", "e3", "e2", "e1", "e0"]


def test_the_audit_is_that_of_the_lesson_its_row_its_video_and_its_copy(stage: Stage) -> None:
    lesson_id = stage.on_mux(is_public=True)
    [(video_id,)] = stage.ask("SELECT id::text FROM videos")
    about = [f"lesson {lesson_id}", f"lessons {lesson_id}", f"videos {video_id}", "asset asset-1"]
    for subject in (*about, f"lesson {lesson_id}0", "lesson", f"batch {lesson_id}"):
        stage.ask(AUDIT, "dana", "did", subject, None, json.dumps({"x": 1}))
    found, count = lesson_telling.audits(lesson_id, number=1, size=10, by=ADMIN, services=stage.services)
    assert sorted(one.subject for one in found) == sorted(about)
    assert count == 4


def test_history_is_for_its_maker_and_whoever_looks_after_events(stage: Stage) -> None:
    lesson_id = stage.lesson()
    for by in (ADMIN, OPS, BEN):
        lesson_telling.audits(lesson_id, number=1, size=10, by=by, services=stage.services)
    with pytest.raises(NotAllowed):
        lesson_telling.audits(lesson_id, number=1, size=10, by=OLU, services=stage.services)
    with pytest.raises(NotAllowed):
        lesson_telling.events(lesson_id, number=1, size=10, by=OLU, services=stage.services)


def test_a_draft_of_somebody_elses_tells_nothing(stage: Stage) -> None:
    lesson_id = stage.lesson(status="draft")
    with pytest.raises(NotFound):
        film(stage, lesson_id, OLU)
    with pytest.raises(NotAllowed):
        film(stage, lesson_id, person("bo"))


def test_no_address_that_opens_anything_is_told(stage: Stage) -> None:
    lesson_id = stage.lesson(video_url="https://school-videos.s3.amazonaws.com/a.mp4?X-Amz-Signature=secret")
    found = film(stage, lesson_id)
    assert "secret" not in repr(found)
    assert "?" not in found.where.replace("?prefix=", "")


def test_other_lessons_that_play_the_same_copy_are_named_also_where_that_waits_for_its_column(
    stage: Stage,
) -> None:
    lesson_id = stage.on_mux(title="First")
    twin = stage.lesson(title="Twin", mux_asset_id="asset-1")
    late = stage.lesson(title="Late")
    stage.lesson(title="Another", mux_asset_id="asset-9")
    stage.ask(
        "INSERT INTO mux_admin.pending_facts VALUES ('lessons', %s, %s, now()) RETURNING row_id",
        late,
        json.dumps({"mux_asset_id": "asset-1"}),
    )
    for keeper in (lesson_id, "8", "9"):
        stage.ask(KEPT, keeper)
    found = lesson_telling.others_on(lesson_id, by=ADMIN, services=stage.services)
    assert (list(found.playing), found.keeping) == ([(twin, "Twin"), (late, "Late")], 2)
    assert lesson_telling.others_on(stage.lesson(), by=ADMIN, services=stage.services) == Others()


def test_a_deleted_copy_gives_way_to_the_file_and_is_told_with_who_did_it(stage: Stage) -> None:
    school = stage.school
    lesson_id = str(school.lesson("a.mp4", b"\0\0\0\x18ftypisom"))
    school.migrate()
    assert film(stage, lesson_id).provider is Provider.MUX
    chosen = Picked("some", frozenset({lesson_id}))
    bulk_starting.start(
        BatchKind.DELETE, filter=LibraryFilter(), picked=chosen, by=ADMIN, services=stage.services
    )
    school.run()
    found = film(stage, lesson_id)
    assert (found.provider, found.film) == (Provider.S3, Film.PLAYS)
    assert [(step.what, step.by) for step in found.steps][-2:] == [
        (What.DELETED, ADMIN.name),
        (What.BACK, ADMIN.name),
    ]
    assert found.asset is None
    assert found.gone is not None
    assert school.mux.deleted == [found.gone.id]
    read = {"number": 1, "size": 50, "by": ADMIN, "services": stage.services}
    actions = [one.action for one in lesson_telling.audits(lesson_id, **read)[0]]
    assert actions.count("delete asset") == 1


def test_a_copy_deleted_elsewhere_is_told_after_the_row_has_fallen_back(stage: Stage) -> None:
    school = stage.school
    lesson_id = str(school.lesson("a.mp4", b"\0\0\0\x18ftypisom"))
    school.migrate()
    asset = film(stage, lesson_id).asset
    assert asset is not None
    school.deliver("video.asset.deleted", asset)
    school.run()
    found = film(stage, lesson_id)
    assert (found.provider, found.asset_id) == (Provider.S3, None)
    assert found.gone is not None
    assert [(step.what, step.why) for step in found.steps][-2:] == [
        (What.DELETED, "elsewhere"),
        (What.BACK, ""),
    ]


def test_a_copy_deleted_elsewhere_with_no_file_left_is_told_as_deleted_not_as_failed(
    stage: Stage,
) -> None:
    school = stage.school
    lesson_id = str(school.lesson("a.mp4", b"\0\0\0\x18ftypisom"))
    school.migrate()
    asset = film(stage, lesson_id).asset
    assert asset is not None
    school.ask("UPDATE lessons SET video_url = NULL RETURNING id")
    school.deliver("video.asset.deleted", asset)
    school.run()
    found = film(stage, lesson_id)
    assert (found.status, found.asset_id, found.film) == ("error", None, Film.DELETED)
    assert [step.what for step in found.steps][-2:] == [What.DELETED, What.EMPTY]
    assert [line.film for line in listed(stage)] == [Film.DELETED]
    assert [line.film for line in listed(stage, state=Film.DELETED)] == [Film.DELETED]
    assert listed(stage, state=Film.FAILED) == []


SWITCH, AGAIN, AWAY = "switch to Mux", "play earlier version", "take video away"


@pytest.mark.parametrize(
    ("steps", "film_"),
    [
        ([(SWITCH, "asset-1")], Film.DELETED),
        ([(SWITCH, "asset-1"), ("put back", None)], Film.DELETED),
        ([(SWITCH, "asset-1"), (SWITCH, None), ("write late facts", "asset-2")], Film.DELETED),
        ([(SWITCH, "asset-2"), (AGAIN, "asset-1")], Film.DELETED),
        ([(SWITCH, "asset-1"), (SWITCH, "asset-2")], Film.FAILED),
        ([(SWITCH, "asset-1"), (AWAY, None)], Film.FAILED),
        ([], Film.FAILED),
    ],
)
def test_page_and_library_agree_on_whether_what_it_played_last_was_deleted_at_mux(
    stage: Stage, steps: list[tuple[str, str | None]], film_: Film
) -> None:
    stage.on_mux()
    stage.ask("UPDATE mux_admin.assets SET status = 'deleted', deleted_at = now() RETURNING id")
    stage.on_mux()
    lesson_id = stage.lesson(processing_status="error")
    for action, asset_id in steps:
        after = json.dumps({"mux_asset_id": asset_id})
        stage.ask(AUDIT, "lectern", action, f"lessons {lesson_id}", None, after)
    told = next(line for line in listed(stage) if line.lesson_id == lesson_id)
    assert (film(stage, lesson_id).film, told.film) == (film_, film_)
    assert lesson_id in {line.lesson_id for line in listed(stage, state=film_)}
