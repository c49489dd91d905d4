"""The one question that playing a lesson takes: who may, what plays, and where this person stopped."""

from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    TableClause,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from core.db.hostrows import HostRows
from core.db.tables import assets, lesson_resources, local_keys, pending_facts
from core.db.ties import LESSON, LESSONS, ONE, PERSON, Names, Question, noted, same_object

OF_VIDEO = ("s3_bucket", "s3_key", "captions_webvtt_url", "duration")
ASSET, WAITS, KEYS = assets.alias("a"), pending_facts.alias("w"), local_keys.alias("k")
RESOURCE = lesson_resources.alias("r")
OF_ASSET = ("status", "policy", "playback_id", "duration_s", "tracks", "thumbnail_s")


def named(rows: HostRows, alias: str) -> HostRows:
    """The rows under a short name: the driver takes a long statement apart each time, a short one once."""
    return HostRows(rows.found, cast(TableClause, rows.clause.alias(alias)))


class PlayQuestion(Question):
    """The question of the ties, with what plays beside them."""

    def whole(self) -> Select[Any]:
        lesson, waits = self.tables["lessons"], WAITS.c
        asset_id = self._ours("mux_asset_id")
        of_lesson = and_(waits.table_name == LESSONS, waits.row_id == lesson.text("id"))
        rows = lesson.clause.outerjoin(WAITS, of_lesson).outerjoin(ASSET, ASSET.c.id == asset_id)
        own = [lesson.text(name).label(name) for name in ("title", "video_url", "hls_url", "duration")]
        return (
            self.statement()
            .add_columns(
                *own,
                ASSET.c.id.label("asset_id"),
                self._ours("mux_playback_id").label("mux_playback_id"),
                *(ASSET.c[name].label(f"asset_{name}") for name in OF_ASSET),
                self._series().label("series"),
                self._video().label("video"),
                self._progress().label("progress"),
                _subtitles().label("beside"),
                select(KEYS.c.secret).limit(ONE).scalar_subquery().label("secret"),
            )
            .select_from(rows)
        )

    def _ours(self, name: str) -> ColumnElement[Any]:
        """A column that we add to `lessons`."""
        return self.tables["lessons"].or_waiting(name, WAITS.c.facts)

    def _series(self) -> ColumnElement[Any]:
        course = self.tables["courses"]
        of_lesson = course.same("id", self.tables["lessons"], "course_id")
        return select(course.text("title")).where(of_lesson).limit(ONE).scalar_subquery()

    def _video(self) -> ColumnElement[Any]:
        """Its row of `videos`, by whichever way leads to one first."""
        video, lesson = self.tables["videos"], self.tables["lessons"]
        if not video.has("id"):
            return func.jsonb_build_object(type_=JSONB)
        ways = (
            video.same("id", lesson, "video_id"),
            video.is_id("lesson_id", LESSON, self.lesson_id),
            noted(video),
            same_object(video),
        )
        video_id, row = video.clause.c.id, named(video, "vv")
        of_lesson = (select(video_id).where(way).correlate(lesson.clause) for way in ways)
        found = (query.order_by(video_id).limit(ONE) for query in of_lesson)
        first = func.coalesce(*(one.scalar_subquery() for one in found))
        return select(_as_json(row, OF_VIDEO)).where(row.clause.c.id == first).scalar_subquery()

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
        return found.order_by(progress.text("updated_at").desc().nulls_last()).limit(ONE).scalar_subquery()


def _subtitles() -> ColumnElement[Any]:
    """The files of its captions and chapters, oldest first: `[bucket, key, name, language, asset id]`."""
    r = RESOURCE.c
    is_one = and_(r.lesson_id == bindparam(LESSON, type_=Text), r.kind == literal_column("'subtitle'"))
    line = func.jsonb_build_array(r.bucket, r.key, r.name, r.language, r.asset_id)
    listed = func.jsonb_agg(aggregate_order_by(line, r.created_at, r.id), type_=JSONB)
    return select(listed).where(is_one).scalar_subquery()


def _as_json(rows: HostRows, names: Names) -> ColumnElement[Any]:
    pairs = [part for name in names for part in (literal_column(f"'{name}'"), rows.text(name))]
    return func.jsonb_build_object(*pairs, type_=JSONB).label("j")
