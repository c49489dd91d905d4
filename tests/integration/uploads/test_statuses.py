"""Statuses, moment by moment: what the school's rows say of a video that is uploaded, or moved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from core import migrating, scanning, uploading
from core.access import SYSTEM
from core.migration import Mode, Options, PolicyRule
from core.selection import Choice
from core.upload import Opened, UploadState
from tests.integration.uploads.stage import BUCKET, TESS, Stage, Webhook

S = UploadState
NOT_A_VIDEO = b"\0\0\0\x18ftypisom" + b"\7" * 5000
KEY = "old/lesson.mp4"


@dataclass(slots=True)
class Case:
    """One lesson with its row of `videos`, and what is uploaded to it."""

    stage: Stage
    webhook: Webhook
    film: Path
    lesson_id: str
    video_id: str

    def said(self) -> tuple[str, str, str | None]:
        """`lessons.processing_status`, `lessons.video_status`, `videos.mux_status`"""
        lesson, video = self.stage.row("lessons", self.lesson_id), self.stage.row("videos", self.video_id)
        return lesson["processing_status"], lesson["video_status"], video["mux_status"]

    def opened(self) -> Opened:
        return self.stage.open(self.lesson_id, self.film)

    def sent(self) -> Opened:
        """The browser has sent everything, and no event has come."""
        self.webhook.holding = True
        opened = self.opened()
        assert self.stage.put(opened.url, self.film.read_bytes()) == 200
        uploading.finish(opened.upload.id, by=TESS, services=self.stage.services)
        return opened

    def played(self) -> Opened:
        opened = self.sent()
        self.webhook.release()
        self.stage.until(opened, S.READY)
        return opened


def waiting(case: Case) -> None:
    case.opened()


def abandoned(case: Case) -> None:
    opened = case.opened()
    uploading.cancel(opened.upload.id, by=TESS, services=case.stage.services)


def preparing(case: Case) -> None:
    case.sent()


def cancelled(case: Case) -> None:
    opened = case.sent()
    uploading.cancel(opened.upload.id, by=TESS, services=case.stage.services)


def ready(case: Case) -> None:
    case.played()


def errored(case: Case) -> None:
    opened = case.opened()
    assert case.stage.put(opened.url, NOT_A_VIDEO) == 200
    case.stage.until(opened, S.ERRORED)
    case.stage.run_until(lambda: case.stage.ask("SELECT status FROM mux_admin.assets") == [("deleted",)])


def deleted(case: Case) -> None:
    """At Mux, by somebody else."""
    opened = case.played()
    case.stage.services.mux.delete_asset(str(case.stage.upload(opened).asset_id))
    case.stage.until(opened, S.ERRORED)


def deleted_early(case: Case) -> None:
    """While it was being prepared: that it was made, and then that it is gone, is all that we hear."""
    opened = case.sent()
    case.stage.run_until(lambda: any(b"asset.ready" in one.body for one in case.webhook.held))
    case.webhook.held = [one for one in case.webhook.held if b"asset_created" in one.body]
    case.webhook.release()
    case.stage.until(opened, S.PREPARING)
    case.stage.services.mux.delete_asset(str(case.stage.upload(opened).asset_id))
    case.stage.until(opened, S.ERRORED)


Moment = Callable[[Case], None]
BOTH: Mapping[Moment, tuple[tuple[str, str | None], tuple[str, str | None]]] = {
    waiting: (("pending", "pending"), ("ready", None)),
    abandoned: (("pending", "pending"), ("ready", None)),
    preparing: (("processing", "preparing"), ("ready", "preparing")),
    cancelled: (("pending", "pending"), ("ready", None)),
    ready: (("ready", "ready"), ("ready", "ready")),
    errored: (("error", "errored"), ("ready", "errored")),
    deleted: (("error", None), ("ready", None)),
    deleted_early: (("error", None), ("ready", None)),
}
"""By moment: what lesson and video say where nothing else plays, and where the lesson plays from S3."""


@pytest.fixture(params=["nothing", "lesson", "video"])
def case(request: pytest.FixtureRequest, stage: Stage, webhook: Webhook, film: Path) -> Case:
    """A lesson with nothing to play, one that names its file in S3, one whose row of `videos` does."""
    names_file = request.param == "lesson"
    lesson_id = stage.lesson(video_url=f"s3://{BUCKET}/{KEY}" if names_file else None)
    object_ = (BUCKET, KEY) if request.param == "video" else (None, None)
    sql = (
        "INSERT INTO videos (lesson_id, s3_bucket, s3_key, mux_status) VALUES (%s, %s, %s, NULL) RETURNING id"
    )
    [(video_id,)] = stage.ask(sql, int(lesson_id), *object_)
    status = "pending" if request.param == "nothing" else "ready"
    stage.ask("UPDATE lessons SET processing_status = %s, video_status = %s", status, status)
    return Case(stage, webhook, film, lesson_id, str(video_id))


@pytest.mark.parametrize("moment", BOTH, ids=lambda moment: moment.__name__)
def test_an_upload_is_told_by_both_rows_and_what_plays_from_s3_stays_ready(
    case: Case, moment: Moment, request: pytest.FixtureRequest
) -> None:
    moment(case)
    plays = request.node.callspec.params["case"] != "nothing"
    lesson, video = BOTH[moment][plays]
    assert case.said() == (lesson, lesson, video)


@dataclass(slots=True)
class Move:
    """A lesson and its row of `videos`, both naming one file in S3, which is moved."""

    stage: Stage
    webhook: Webhook
    key: str

    def start(self) -> None:
        scanning.scan(services=self.stage.services)
        self.stage.run()
        options = Options(policy=PolicyRule.PUBLIC, mode=Mode.PUSH)
        choice = Choice(keys=(self.key,))
        migrating.start(choice, options, name="Move", by=SYSTEM, services=self.stage.services)

    def until(self, state: str) -> None:
        self.stage.sweep_until(lambda: self.stage.ask("SELECT state FROM mux_admin.items") == [(state,)])


def moving(move: Move) -> None:
    move.webhook.holding = True
    move.start()
    move.stage.run_until(lambda: move.stage.ask("SELECT state FROM mux_admin.items") == [("ingesting",)])


def moved(move: Move) -> None:
    move.start()
    move.until("done")


def failed(move: Move) -> None:
    move.stage.fault(errored_rate=1.0)
    move.start()
    move.until("failed")


def gone(move: Move) -> None:
    moved(move)
    [(asset_id,)] = move.stage.ask("SELECT asset_id FROM mux_admin.items")
    move.stage.services.mux.delete_asset(asset_id)
    move.until("rolled_back")


def gone_for_good(move: Move) -> None:
    """The original is not there any more either."""
    moved(move)
    move.stage.ask("UPDATE lessons SET video_url = NULL; UPDATE videos SET s3_key = NULL")
    [(asset_id,)] = move.stage.ask("SELECT asset_id FROM mux_admin.items")
    move.stage.services.mux.delete_asset(asset_id)
    move.until("rolled_back")


@pytest.mark.parametrize(
    ("moment", "lesson", "video"),
    [
        (moving, "ready", None),
        (moved, "ready", "ready"),
        (failed, "ready", None),
        (gone, "ready", None),
        (gone_for_good, "error", None),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_a_move_is_told_once_its_copy_was_seen_to_play_and_until_then_the_rows_say_what_plays(
    stage: Stage,
    webhook: Webhook,
    film: Path,
    moment: Callable[[Move], None],
    lesson: str,
    video: str | None,
) -> None:
    key = f"{uuid4()}.mp4"
    stage.s3.client().put_object(Bucket=BUCKET, Key=key, Body=film.read_bytes())
    lesson_id = stage.lesson(video_url=f"s3://{BUCKET}/{key}")
    stage.ask("UPDATE lessons SET processing_status = 'ready', video_status = 'ready'")
    sql = (
        "INSERT INTO videos (lesson_id, s3_bucket, s3_key, mux_status) VALUES (%s, %s, %s, NULL) RETURNING id"
    )
    [(video_id,)] = stage.ask(sql, int(lesson_id), BUCKET, key)
    case = Case(stage, webhook, film, lesson_id, str(video_id))
    moment(Move(stage, webhook, key))
    assert case.said() == (lesson, lesson, video)
