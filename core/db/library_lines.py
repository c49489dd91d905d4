"""One page of the library: its lessons with everything that a line shows."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Text,
    any_,
    bindparam,
    cast,
    false,
    func,
    or_,
    select,
)

from core.asset import Policy
from core.db.hostrows import HostRows
from core.db.hosttext import Spelled, as_number, is_id_of
from core.db.library_rows import ASSET, HAS_TEXT_TRACK, NOTE, Shelf
from core.library import LibraryLine, film_of
from core.playback import provider_of

OWN = ("id", "title", "status", "video_url", "hls_url", "video_id", "duration")
OURS = ("mux_playback_id", "processing_status")
OF_ASSET = ("status", "policy", "playback_id", "duration_s", "video_quality", "thumbnail_s")
OF_VIDEO = ("id", "lesson_id", "s3_bucket", "s3_key", "captions_webvtt_url", "duration")

CHANGED = "updated_at"

Videos = Mapping[str, Sequence[RowMapping]]


def lines(connection: Connection, shelf: Shelf, ids: Sequence[str]) -> list[LibraryLine]:
    """The lessons with these ids, in their order."""
    query = _whole(shelf).where(is_one_of(shelf.lessons, "id", ids))
    rows = {str(row["id"]): row for row in connection.execute(query).mappings()}
    videos = _videos(connection, shelf, rows)
    return [_line(rows[one], videos.get(one, ())) for one in ids if one in rows]


def _whole(shelf: Shelf) -> Select[Any]:
    """Everything that a line shows, but its rows of `videos`."""
    course = _named(shelf, "course_id", shelf.courses, ("title",))
    owner = _named(shelf, "creator_id", shelf.users, ("name", "email"))
    columns: list[ColumnElement[Any]] = [
        *(shelf.lessons.text(name).label(name) for name in OWN),
        shelf.lessons.text(CHANGED).label(CHANGED),
        *(shelf.ours(name).label(name) for name in OURS),
        *(ASSET.c[name].label(f"asset_{name}") for name in OF_ASSET),
        shelf.copy_status().label("copy_status"),
        course.label("course"),
        owner.label("owner"),
        or_(HAS_TEXT_TRACK, shelf.has_subtitles()).label("has_words"),
    ]
    return select(*columns).select_from(shelf.rows)


def _named(shelf: Shelf, column: str, named: HostRows, names: tuple[str, ...]) -> ColumnElement[Any]:
    """The name of what the lesson's column holds, the id where it has none."""
    own = shelf.lessons.text(column)
    if not (shelf.lessons.has(column) and named.has("id")):
        return own
    first = func.coalesce(*(func.nullif(named.text(name), "") for name in names))
    found = select(first).where(named.same("id", shelf.lessons, column)).limit(1)
    return func.coalesce(found.scalar_subquery(), own)


def _videos(connection: Connection, shelf: Shelf, rows: Mapping[str, RowMapping]) -> Videos:
    """The rows of `videos` of each lesson, the one that it names first; read by one question for them all."""
    if not shelf.videos.has("id"):
        return {}
    notes = select(NOTE.c.lesson_id, NOTE.c.video_id).where(NOTE.c.lesson_id.in_(list(rows)))
    noted = {row.lesson_id: row.video_id for row in connection.execute(notes)}
    named = {row["video_id"] for row in rows.values() if row["video_id"]} | set(noted.values())
    is_beside = or_(
        is_one_of(shelf.videos, "id", sorted(named)), is_one_of(shelf.videos, "lesson_id", list(rows))
    )
    columns = [shelf.videos.text(name).label(name) for name in OF_VIDEO]
    query = select(*columns).where(is_beside).order_by(shelf.videos.clause.c.id)
    found: defaultdict[tuple[str, str], list[RowMapping]] = defaultdict(list)
    for video in connection.execute(query).mappings():
        found["id", video["id"]].append(video)
        found["lesson_id", video["lesson_id"]].append(video)
    return {
        one: [*found["id", row["video_id"]], *found["lesson_id", one], *found["id", noted.get(one, "")]]
        for one, row in rows.items()
    }


def is_one_of(rows: HostRows, name: str, ids: Collection[str]) -> ColumnElement[bool]:
    """Whether the column holds one of these; those that it cannot hold are none of its values."""
    if not rows.has(name):
        return false()
    column = rows.found[name]
    fitting = [one for one in ids if is_id_of(column, one)]
    bound = bindparam(None, fitting, type_=ARRAY(Text))
    return rows.clause.c[name] == any_(cast(bound, Spelled(f"{column.base_type}[]")))


def _line(row: RowMapping, videos: Sequence[RowMapping]) -> LibraryLine:
    knows_asset = row["mux_playback_id"] is not None and row["asset_playback_id"] == row["mux_playback_id"]
    places = ((one["s3_bucket"], one["s3_key"]) for one in videos)
    files = (f"s3://{bucket}/{key}" for bucket, key in places if bucket and key)
    facts = {
        **{name: row[name] for name in ("mux_playback_id", "hls_url")},
        "video_url": row["video_url"] or next(files, None),
        "asset_status": row["asset_status"] if knows_asset else None,
    }
    provider, _ = provider_of(facts)
    lengths = (row["asset_duration_s"], row["duration"], *(one["duration"] for one in videos))
    return LibraryLine(
        lesson_id=row["id"],
        title=row["title"] or "",
        course=row["course"],
        owner=row["owner"],
        changed_at=_moment(row[CHANGED]),
        is_published=None if row["status"] is None else row["status"] == "published",
        provider=provider,
        film=film_of(provider, asset_status=row["copy_status"], status=row["processing_status"]),
        duration_s=next((found for told in lengths if (found := as_number(told))), None),
        captions=row["has_words"] or any(one["captions_webvtt_url"] for one in videos),
        quality=row["asset_video_quality"],
        playback_id=row["mux_playback_id"],
        policy=Policy(row["asset_policy"]) if knows_asset and row["asset_policy"] else None,
        thumbnail_s=row["asset_thumbnail_s"] if knows_asset else None,
    )


def _moment(told: str | None) -> datetime | None:
    """A time as PostgreSQL writes it, in UTC where it names no zone; None for `infinity` and other words."""
    try:
        at = datetime.fromisoformat(told or "")
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
