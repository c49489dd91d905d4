"""What an upload does to the school's rows, whatever shape they have."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from core import applying, uploading
from core.access import SYSTEM
from core.completing import write_back
from core.db.known_columns import known_columns
from core.errors import InvalidInput, NotAllowed, NotFound
from core.host_video import CourseChoices
from core.upload import Opened, UploadState
from core.upload_publishing import WAITS
from tests.integration.uploads.stage import ADMIN, TESS, TIM, Stage

S = UploadState


def played(stage: Stage, lesson_id: str, film: Path) -> Opened:
    opened = stage.open(lesson_id, film)
    assert stage.put(opened.url, film.read_bytes()) == 200
    stage.until(opened, S.READY)
    return opened


def test_before_the_schema_is_applied_facts_wait_and_are_written_when_their_columns_come(
    early: Stage, film: Path
) -> None:
    lesson_id = early.lesson()
    opened = played(early, lesson_id, film)
    upload = early.upload(opened)
    assert (upload.state, upload.reason, upload.fallback_used) == (S.READY, WAITS, False)
    assert "mux_asset_id" not in early.row("lessons", lesson_id)
    assert early.ask("SELECT count(*) FROM mux_admin.pending_facts") == [(2,)]
    applying.apply(by=SYSTEM, services=early.services)
    write_back(services=early.services)
    lesson, video = early.row("lessons", lesson_id), early.row("videos", upload.video_id)
    assert (lesson["video_provider"], lesson["processing_status"]) == ("mux", "ready")
    assert lesson["mux_asset_id"] == video["mux_asset_id"] == upload.asset_id
    assert early.upload(opened).reason is None
    assert early.ask("SELECT count(*) FROM mux_admin.pending_facts") == [(0,)]


def test_while_mux_is_away_before_the_schema_is_applied_the_lesson_plays_from_s3(
    early: Stage, film: Path
) -> None:
    early.mux_is_away()
    lesson_id = early.lesson()
    opened = early.open(lesson_id, film)
    etags = early.put_parts(opened, film.read_bytes())
    uploading.finish(opened.upload.id, etags=etags, by=TESS, services=early.services)
    assert early.upload(opened).fallback_used
    assert str(opened.upload.id) in early.row("lessons", lesson_id)["video_url"]
    early.mux_is_away(False)
    early.sweep_until(lambda: early.upload(opened).state is S.READY)
    applying.apply(by=SYSTEM, services=early.services)
    write_back(services=early.services)
    assert early.row("lessons", lesson_id)["video_provider"] == "mux"


def test_a_school_without_a_table_of_videos_has_the_lesson_alone(stage: Stage, film: Path) -> None:
    stage.ask("DROP TABLE videos CASCADE")
    lesson_id = stage.lesson()
    opened = played(stage, lesson_id, film)
    assert stage.upload(opened).video_id is None
    assert stage.row("lessons", lesson_id)["video_provider"] == "mux"


def test_videos_that_are_numbered_by_hand_keep_no_lesson_from_playing(stage: Stage, film: Path) -> None:
    stage.ask("ALTER TABLE videos DROP COLUMN id; ALTER TABLE videos ADD COLUMN id integer NOT NULL")
    lesson_id = stage.lesson()
    opened = played(stage, lesson_id, film)
    assert stage.upload(opened).video_id is None
    assert stage.row("lessons", lesson_id)["video_provider"] == "mux"


def test_columns_that_must_have_a_value_get_an_empty_one(stage: Stage, film: Path) -> None:
    stage.ask(
        "ALTER TABLE videos ALTER s3_key SET NOT NULL, ALTER s3_bucket SET NOT NULL,"
        " ALTER description SET NOT NULL, ALTER created_at DROP DEFAULT, ALTER is_processed DROP DEFAULT,"
        " ALTER id DROP DEFAULT, DROP COLUMN lesson_id"
    )
    lesson_id = stage.lesson()
    video = stage.row("videos", stage.upload(played(stage, lesson_id, film)).video_id)
    assert (video["s3_key"], video["description"], video["is_processed"]) == ("", "", False)
    assert stage.ask("SELECT lesson_id, video_id FROM mux_admin.lesson_videos") == [(lesson_id, video["id"])]


def test_the_next_upload_finds_the_row_that_was_noted(stage: Stage, film: Path) -> None:
    stage.ask("ALTER TABLE videos DROP COLUMN lesson_id")
    lesson_id = stage.lesson()
    first = stage.upload(played(stage, lesson_id, film))
    second = stage.upload(played(stage, lesson_id, film))
    assert first.video_id == second.video_id
    assert stage.row("lessons", lesson_id)["mux_asset_id"] == second.asset_id


def test_a_table_that_refuses_the_row_fails_the_upload_with_its_reason(stage: Stage, film: Path) -> None:
    lesson_id = stage.lesson()
    stage.ask("ALTER TABLE lessons ADD CONSTRAINT no_mux CHECK (video_provider <> 'mux')")
    opened = stage.open(lesson_id, film)
    stage.put(opened.url, film.read_bytes())
    upload = stage.until(opened, S.ERRORED)
    assert upload.trouble == "row_refused"
    assert upload.reason is not None
    assert "no_mux" in upload.reason
    stage.run_until(lambda: stage.ask("SELECT status FROM mux_admin.assets") == [("deleted",)])


@pytest.mark.parametrize("away", [False, True], ids=["mux", "s3"])
def test_a_lesson_that_is_deleted_meanwhile_ends_the_upload(stage: Stage, film: Path, away: bool) -> None:
    stage.mux_is_away(away)
    lesson_id = stage.lesson()
    opened = stage.open(lesson_id, film)
    etags = stage.put_parts(opened, film.read_bytes()) if away else []
    stage.ask("DELETE FROM lessons")
    if away:
        with pytest.raises(NotFound):
            uploading.finish(opened.upload.id, etags=etags, by=ADMIN, services=stage.services)
        stage.services.store.delete(opened.upload.location)  # type: ignore[arg-type]
        stage.clock.ahead_s += 90_000
        stage.sweep_until(lambda: not stage.upload(opened).is_alive)
    else:
        stage.put(opened.url, film.read_bytes())
        assert stage.until(opened, S.ERRORED).trouble == "lesson_gone"
        stage.run_until(lambda: stage.ask("SELECT count(*) FROM mux_admin.discards") == [(0,)])


def test_a_teacher_finds_their_own_lessons_and_an_admin_all(stage: Stage) -> None:
    stage.ask("INSERT INTO courses (title, teacher_id) VALUES ('Maths', 't1')")
    stage.lesson("Fractions")
    stage.lesson("More fractions")
    stage.lesson("Fractions of others", creator="t2")
    stage.ask("UPDATE lessons SET course_id = (SELECT id FROM courses) WHERE title = 'Fractions'")
    found = uploading.find_lessons("fract", by=TESS, services=stage.services)
    assert [(one.title, one.course) for one in found] == [("Fractions", "Maths"), ("More fractions", None)]
    assert len(uploading.find_lessons("FRACT", by=ADMIN, services=stage.services)) == 3
    assert uploading.find_lessons("100%", by=ADMIN, services=stage.services) == []


def test_a_new_lesson_is_a_draft_of_the_persons_own_and_takes_an_upload(stage: Stage, film: Path) -> None:
    [(course_id,)] = stage.ask("INSERT INTO courses (title, teacher_id) VALUES ('Maths', 't1') RETURNING id")
    lesson_id = uploading.new_lesson(" Sets ", course_id=str(course_id), by=TESS, services=stage.services)
    row = stage.row("lessons", lesson_id)
    assert (row["title"], row["creator_id"], row["status"], row["course_id"]) == (
        "Sets",
        "t1",
        "draft",
        course_id,
    )
    assert stage.open(lesson_id, film).upload.lesson_title == "Sets"
    with pytest.raises(NotAllowed, match="somebody else's"):
        uploading.new_lesson("Sets", course_id=str(course_id), by=TIM, services=stage.services)
    with pytest.raises(InvalidInput, match="no course"):
        uploading.new_lesson("Sets", course_id="999", by=TESS, services=stage.services)
    with pytest.raises(InvalidInput, match="no title"):
        uploading.new_lesson("  ", course_id=None, by=TESS, services=stage.services)


def test_a_new_lesson_is_offered_the_courses_that_the_person_may_use(stage: Stage) -> None:
    stage.ask(
        "INSERT INTO courses (title, teacher_id) VALUES ('sets', 't1'), ('Maths', 't1'), ('Logic', 't2')"
    )
    of_tess = uploading.find_courses("", by=TESS, services=stage.services)
    assert ([one.title for one in of_tess.found], of_tess.needed) == (["Maths", "sets"], False)
    of_all = uploading.find_courses(" S", by=ADMIN, services=stage.services, limit=2)
    assert [one.title for one in of_all.found] == ["Maths", "sets"]
    nobody = replace(TESS, host_user_id=None)
    assert uploading.find_courses("", by=nobody, services=stage.services).found == ()
    with pytest.raises(NotAllowed):
        uploading.find_courses("", by=replace(TESS, roles=frozenset()), services=stage.services)


@pytest.mark.parametrize(
    ("change", "needed"),
    [
        ("ALTER TABLE lessons ALTER course_id SET NOT NULL", True),
        ("ALTER TABLE lessons ALTER course_id SET NOT NULL, ALTER course_id SET DEFAULT 1", False),
        ("ALTER TABLE lessons ALTER course_id SET NOT NULL; DROP TABLE courses CASCADE", True),
        ("DROP TABLE courses CASCADE", False),
        ("ALTER TABLE courses DROP COLUMN teacher_id", False),
        ("ALTER TABLE lessons DROP COLUMN course_id", False),
    ],
)
def test_whether_a_lesson_needs_a_course_is_read_from_the_schools_table(
    early: Stage, engine: Engine, change: str, needed: bool
) -> None:
    early.ask("INSERT INTO courses (title, teacher_id) VALUES ('Maths', 't2')")
    early.ask(change)
    known_columns(engine, "public").forget()
    assert uploading.find_courses("", by=TESS, services=early.services) == CourseChoices(
        found=[], needed=needed
    )
    if needed:
        with pytest.raises(InvalidInput, match="belongs to a course"):
            uploading.new_lesson("Sets", course_id=None, by=TESS, services=early.services)
    else:
        assert uploading.new_lesson("Sets", course_id=None, by=TESS, services=early.services)


def test_a_teacher_sees_their_own_uploads_and_an_admin_all(stage: Stage, film: Path) -> None:
    mine = stage.open(stage.lesson(), film)
    stage.open(stage.lesson(), film, by=ADMIN)
    assert [one.id for one in uploading.uploads(by=TESS, services=stage.services)] == [mine.upload.id]
    assert len(uploading.uploads(by=ADMIN, services=stage.services)) == 2
