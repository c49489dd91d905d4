"""One question for all that playing a lesson needs: who may, what plays, and where this person stopped."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB

from core.asset import AssetStatus, Policy
from core.db.hostrows import HostRows, host_rows
from core.db.known_columns import known_columns
from core.db.tables import assets, local_keys, pending_facts
from core.db.ties import LESSON, PERSON, TABLES, Names, Question, Shape, alike, noted, same_object
from core.playable import Playable
from core.tie import LessonTies

ASKED = (*TABLES, "lesson_progress")
NUL = "\x00"
TIES = ("lesson_id", "creator_id", "teacher_id", "is_published", "is_public", "has_bought", "is_enrolled")
OF_VIDEO = ("s3_bucket", "s3_key", "captions_webvtt_url", "duration", "mux_duration_seconds")
OF_ASSET = ("status", "policy", "playback_id", "duration_s", "tracks")


class SqlPlayables:
    """`Playables` on one connection."""

    def __init__(self, connection: Connection, *, host_schema: str) -> None:
        self._connection = connection
        self._schema = host_schema
        self._columns = known_columns(connection.engine, host_schema)

    def get(self, lesson_id: str, user_id: str | None) -> Playable | None:
        columns = {name: self._columns.of(self._connection, name) for name in ASKED}
        if NUL in f"{lesson_id}{user_id}" or "id" not in columns["lessons"]:
            return None
        shape = tuple((name, tuple(found.values())) for name, found in columns.items())
        like = None if user_id is None else alike(user_id)
        statement, left_out = question(self._schema, shape, alike(lesson_id), like)
        values = {LESSON: lesson_id, PERSON: user_id}
        row = self._connection.execute(statement, values).mappings().first()
        return None if row is None else playable_of(row, left_out)


@lru_cache(maxsize=64)
def question(schema: str, shape: Shape, lesson_id: str, person_id: str | None) -> tuple[Select[Any], Names]:
    """The statement for ids that fit the same columns as these, and what of the tables it leaves out."""
    tables = {name: host_rows(schema, name, {one.name: one for one in columns}) for name, columns in shape}
    asked = PlayQuestion(tables=tables, lesson_id=lesson_id, person_id=person_id)
    return asked.whole(), asked.left_out()


class PlayQuestion(Question):
    """The question of the ties, with what plays beside them."""

    def whole(self) -> Select[Any]:
        lesson, waits = self.tables["lessons"], pending_facts.c
        asset_id = self._ours("mux_asset_id")
        of_lesson = and_(waits.table_name == "lessons", waits.row_id == lesson.text("id"))
        rows = lesson.clause.outerjoin(pending_facts, of_lesson).outerjoin(assets, assets.c.id == asset_id)
        own = [lesson.text(name).label(name) for name in ("title", "video_url", "hls_url", "duration")]
        return (
            self.statement()
            .add_columns(
                *own,
                asset_id.label("mux_asset_id"),
                self._ours("mux_playback_id").label("mux_playback_id"),
                *(assets.c[name].label(f"asset_{name}") for name in OF_ASSET),
                self._series().label("series"),
                self._video().label("video"),
                self._progress().label("progress"),
                select(local_keys.c.secret).limit(1).scalar_subquery().label("secret"),
            )
            .select_from(rows)
        )

    def _ours(self, name: str) -> ColumnElement[Any]:
        """A column that we add to `lessons`; what waits for it counts as written."""
        facts = pending_facts.c.facts
        return case((facts.has_key(name), facts[name].astext), else_=self.tables["lessons"].text(name))

    def _series(self) -> ColumnElement[Any]:
        course = self.tables["courses"]
        of_lesson = course.same("id", self.tables["lessons"], "course_id")
        return select(course.text("title")).where(of_lesson).limit(1).scalar_subquery()

    def _video(self) -> ColumnElement[Any]:
        """Its row of `videos`, by whichever way leads to one; the ways that an index serves come first."""
        video, lesson = self.tables["videos"], self.tables["lessons"]
        if not video.has("id"):
            return func.jsonb_build_object(type_=JSONB)
        return func.coalesce(
            self._one_video(video.same("id", lesson, "video_id")),
            self._one_video(video.is_id("lesson_id", LESSON, self.lesson_id)),
            self._one_video(video.text("id").in_(noted())),
            self._one_video(video.text("id").in_(same_object())),
            type_=JSONB,
        )

    def _one_video(self, is_video: ColumnElement[bool]) -> ColumnElement[Any]:
        video = self.tables["videos"]
        found = select(_as_json(video, OF_VIDEO)).where(is_video)
        return found.order_by(video.text("id")).limit(1).scalar_subquery()

    def _progress(self) -> ColumnElement[Any]:
        """Where the person stopped; of several rows the one that was written last."""
        progress = self.tables["lesson_progress"]
        if not progress.has("user_id", "lesson_id"):
            return func.jsonb_build_object(type_=JSONB)
        is_theirs = and_(
            progress.is_id("user_id", PERSON, self.person_id),
            progress.is_id("lesson_id", LESSON, self.lesson_id),
        )
        found = select(_as_json(progress, ("position_s", "completed"))).where(is_theirs)
        return found.order_by(progress.text("updated_at").desc().nulls_last()).limit(1).scalar_subquery()


def _as_json(rows: HostRows, names: Names) -> ColumnElement[Any]:
    pairs = [part for name in names for part in (literal_column(f"'{name}'"), rows.text(name))]
    return func.jsonb_build_object(*pairs, type_=JSONB)


def playable_of(row: Mapping[Any, Any], left_out: Names) -> Playable:
    """The answer to the question, read."""
    video, progress = row["video"] or {}, row["progress"] or {}
    knows_asset = row["mux_playback_id"] is not None and row["asset_playback_id"] == row["mux_playback_id"]
    asset = {name: row[f"asset_{name}"] for name in OF_ASSET} if knows_asset else {}
    return Playable(
        ties=LessonTies(**{name: row[name] for name in TIES}, left_out=left_out),
        title=row["title"] or "",
        series=row["series"],
        asset_id=row["mux_asset_id"],
        playback_id=row["mux_playback_id"],
        policy=Policy(asset["policy"]) if asset.get("policy") else None,
        asset_status=AssetStatus(asset["status"]) if asset else None,
        duration_s=_duration_s(asset.get("duration_s"), row["duration"], video),
        tracks=tuple(asset.get("tracks") or ()),
        video_url=row["video_url"] or _address(video),
        hls_url=row["hls_url"],
        captions_url=video.get("captions_webvtt_url"),
        position_s=_number(progress.get("position_s")) or 0.0,
        completed=progress.get("completed") == "true",
        secret=row["secret"] or "",
    )


def _address(video: Mapping[str, str | None]) -> str | None:
    bucket, key = video.get("s3_bucket"), video.get("s3_key")
    return f"s3://{bucket}/{key}" if bucket and key else None


def _duration_s(of_asset: float | None, of_lesson: str | None, video: Mapping[str, Any]) -> float | None:
    """The surest one; a length of nothing is what schools write before they know it."""
    told = (
        of_asset,
        _number(of_lesson),
        _number(video.get("mux_duration_seconds")),
        _number(video.get("duration")),
    )
    return next((value for value in told if value), None)


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text is not None else None
    except ValueError:  # the school's column may hold anything, such as "12:30"
        return None
