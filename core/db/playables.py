"""Lessons as playing needs them, each by one question, which is kept as it was made."""

from collections.abc import Mapping, Sequence
from operator import is_
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select

from core.asset import AssetStatus, Policy
from core.db.hostrows import host_rows
from core.db.hosttext import as_number
from core.db.known_columns import known_columns
from core.db.play_question import OF_ASSET, PlayQuestion, named
from core.db.straight import numbered, run
from core.db.ties import LESSON, PERSON, TABLES, Names, alike
from core.found import FoundColumn
from core.playable import Playable, Subtitles
from core.resource import is_chapters
from core.source import Location
from core.tie import LessonTies

ASKED = (*TABLES, "lesson_progress")
NUL = "\x00"
NO_ASSET: Mapping[str, Any] = dict.fromkeys(f"asset_{name}" for name in OF_ASSET)
TIES = ("lesson_id", "creator_id", "teacher_id", "is_published", "is_public", "has_bought", "is_enrolled")


class SqlPlayables:
    """`Playables` on one connection."""

    def __init__(self, connection: Connection, *, host_schema: str) -> None:
        self._connection = connection
        self._schema = host_schema
        self._columns = known_columns(connection.engine, host_schema)

    def get(self, lesson_id: str, user_id: str | None) -> Playable | None:
        asked = self.question(lesson_id, user_id)
        if asked is None or NUL in f"{lesson_id}{user_id}":
            return None
        with self._columns.noticing():
            row = run(self._connection, asked.statement, **{LESSON: lesson_id, PERSON: user_id}).fetchone()
        return None if row is None else playable_of(row, asked.left_out)

    def question(self, lesson_id: str, user_id: str | None) -> "Asked | None":
        """The statement for ids of these kinds; None where there are no lessons."""
        columns = [self._columns.of(self._connection, name) for name in ASKED]
        return question_of(self._schema, columns, lesson_id, user_id)


class Asked(NamedTuple):
    """The question for one kind of ids: as a statement, as text with its values' names in the order of `$1`,
    `$2`; what it leaves out, and the columns that it was made for."""

    statement: Select[Any]
    sql: bytes
    names: Names
    left_out: Names
    columns: Sequence[Mapping[str, FoundColumn]]


_ASKED: dict[tuple[str, str, str | None], Asked] = {}
"""By the schema and what kinds of ids the lesson's and the person's are: a few at the most."""


def question_of(
    schema: str, columns: Sequence[Mapping[str, FoundColumn]], lesson_id: str, user_id: str | None
) -> Asked | None:
    """`SqlPlayables.question` for tables with these columns, in the order of `ASKED`.

    Kept as long as the columns are known to be the same: making it takes longer than asking it, and so would
    comparing them all.
    """
    if "id" not in columns[0]:
        return None
    ids = (alike(lesson_id), None if user_id is None else alike(user_id))
    kept = _ASKED.get((schema, *ids))
    if kept is None or not all(map(is_, kept.columns, columns)):
        kept = _ASKED[schema, *ids] = _made(schema, columns, *ids)
    return kept


def _made(
    schema: str, columns: Sequence[Mapping[str, FoundColumn]], lesson_id: str, person_id: str | None
) -> Asked:
    tables = {
        name: named(host_rows(schema, name, found), f"t{number}")
        for number, (name, found) in enumerate(zip(ASKED, columns, strict=True))
    }
    asked = PlayQuestion(tables=tables, lesson_id=lesson_id, person_id=person_id)
    statement = asked.whole()
    return Asked(statement, *numbered(statement), asked.left_out(), columns)


def playable_of(row: Mapping[Any, Any], left_out: Names) -> Playable:
    """The answer to the question, read."""
    video, progress = row["video"] or {}, row["progress"] or {}
    knows_asset = row["mux_playback_id"] is not None and row["asset_playback_id"] == row["mux_playback_id"]
    asset = row if knows_asset else NO_ASSET
    beside = [_subtitles(one) for one in row["beside"] or ()]
    return Playable(
        ties=LessonTies(**{name: row[name] for name in TIES}, left_out=left_out),
        title=row["title"] or "",
        series=row["series"],
        asset_id=row["asset_id"],
        playback_id=row["mux_playback_id"],
        policy=Policy(asset["asset_policy"]) if asset["asset_policy"] else None,
        asset_status=AssetStatus(asset["asset_status"]) if asset["asset_status"] else None,
        duration_s=_duration_s(asset["asset_duration_s"], row["duration"], video),
        tracks=tuple(asset["asset_tracks"] or ()),
        thumbnail_s=asset["asset_thumbnail_s"],
        video_url=row["video_url"] or _address(video),
        hls_url=row["hls_url"],
        captions_url=video.get("captions_webvtt_url"),
        chapters=next((one.location for one in reversed(beside) if is_chapters(one.name)), None),
        subtitles=tuple(one for one in beside if not is_chapters(one.name)),
        position_s=as_number(progress.get("position_s")) or 0.0,
        completed=progress.get("completed") == "true",
        secret=row["secret"] or "",
    )


def _subtitles(line: Sequence[str | None]) -> Subtitles:
    bucket, key, name, language, asset_id = line
    where = Location(bucket or "", key or "")
    return Subtitles(location=where, name=name or "", language=language, asset_id=asset_id)


def _address(video: Mapping[str, str | None]) -> str | None:
    bucket, key = video.get("s3_bucket"), video.get("s3_key")
    return f"s3://{bucket}/{key}" if bucket and key else None


def _duration_s(of_asset: float | None, of_lesson: str | None, video: Mapping[str, Any]) -> float | None:
    """The surest one; a length of nothing is what schools write before they know it."""
    told = (
        of_asset,
        as_number(of_lesson),
        as_number(video.get("duration")),
    )
    return next((value for value in told if value), None)
