"""The school's lessons in a statement, with what we know beside them: what plays, how it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    case,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
)

from core.asset import AssetStatus
from core.db.hostmatching import Condition, among, contains, is_playlist
from core.db.hostrows import HostRows
from core.db.last_copies import last_status
from core.db.tables import assets, lesson_resources, lesson_videos, pending_facts
from core.db.ties import LESSONS, PUBLISHED
from core.db.transcripts import assets_saying
from core.filekind import FileKind
from core.library import Captions, Film, LibraryFilter, Published, Reader
from core.playback import Provider
from core.resource import CHAPTERS

ASSET, WAITS, RESOURCE, NOTE = (
    assets.alias("a"),
    pending_facts.alias("w"),
    lesson_resources.alias("r"),
    lesson_videos.alias("n"),
)
MOST_WORDS = 8
IDS_AT_MUX = ("mux_asset_id", "mux_playback_id", "mux_upload_id")
EMPTY: ColumnElement[str] = literal_column("''", Text)
STATUS = func.coalesce(ASSET.c.status, EMPTY)
HAS_TEXT_TRACK: Condition = func.coalesce(
    ASSET.c.tracks.contains([{"type": "text", "status": "ready"}]), false()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The host's tables as they were found; a column that is not there reads as NULL."""

    lessons: HostRows
    courses: HostRows
    videos: HostRows
    users: HostRows

    @property
    def rows(self) -> FromClause:
        """Lessons beside what waits for them and their asset; a join that nobody asks of costs nothing."""
        of_lesson = and_(WAITS.c.table_name == LESSONS, WAITS.c.row_id == self.lessons.text("id"))
        rows = self.lessons.clause.outerjoin(WAITS, of_lesson)
        return rows.outerjoin(ASSET, ASSET.c.id == self.ours("mux_asset_id"))

    def ours(self, name: str) -> ColumnElement[Any]:
        """A column that we add to `lessons`."""
        return self.lessons.or_waiting(name, WAITS.c.facts)

    def matching(self, filter: LibraryFilter, reader: Reader) -> Condition:
        """The lessons that a filter lets through, of those that the reader may see."""
        return and_(self._of_reader(reader), *self._conditions(filter))

    def _of_reader(self, reader: Reader) -> Condition:
        """Everything; or what somebody made, and what is published in the courses that they teach."""
        if reader.is_all:
            return and_(self.lessons.clause.c.id.is_not(None))
        teaches = self.courses.is_id("teacher_id", "reader", reader.user_id)
        return or_(
            self.lessons.is_id("creator_id", "reader", reader.user_id),
            and_(self._is_published(), among(self.lessons, "course_id", self.courses, "id", teaches)),
        )

    def _conditions(self, filter: LibraryFilter) -> Iterator[Condition]:
        for number, word in enumerate(filter.search.split()[:MOST_WORDS]):
            yield self._says(word, f"word_{number}")
        if filter.course:
            yield self.lessons.is_id("course_id", "course", filter.course)
        if filter.owner:
            yield self.lessons.is_id("creator_id", "owner", filter.owner)
        if filter.published:
            status = self.lessons.text("status")
            is_draft = status.is_distinct_from(PUBLISHED)
            yield status == PUBLISHED if filter.published == Published.YES else is_draft
        if filter.provider:
            yield self.plays_from(Provider(filter.provider))
        if filter.state:
            yield self._stands(Film(filter.state))
        if filter.captions:
            has = self._has_captions()
            yield has if filter.captions == Captions.WITH else not_(has)
        if filter.quality:
            yield ASSET.c.video_quality == filter.quality

    def _is_published(self) -> Condition:
        return func.coalesce(self.lessons.text("status") == PUBLISHED, false())

    def _says(self, word: str, parameter: str) -> Condition:
        """Title, course and key contain the word, or an id is it; keys in addresses are percent-encoded."""
        names = ("title", "video_url", "hls_url")
        own = func.concat_ws(literal_column("' '"), *(self.lessons.text(name) for name in names))
        spelled = quote(word, safe="/-_.~%")
        return or_(
            contains(own, word),
            *([contains(own, spelled)] if spelled != word else []),
            among(self.lessons, "course_id", self.courses, "id", contains(self.courses.text("title"), word)),
            self._has_video(contains(self.videos.text("s3_key"), word)),
            self.lessons.is_id("id", parameter, word),
            *(func.coalesce(self.lessons.text(name) == word, false()) for name in IDS_AT_MUX),
            self.lessons.text("id").in_(waiting(word)),
            self.ours("mux_asset_id").in_(assets_saying(word)),
        )

    def plays_from(self, provider: Provider) -> Condition:
        """As `provider_of` decides for one lesson."""
        own = func.coalesce(self.lessons.text("video_url"), EMPTY)
        key, bucket = (func.coalesce(self.videos.text(name), EMPTY) for name in ("s3_key", "s3_bucket"))
        lies = and_(key != EMPTY, bucket != EMPTY)
        by_video = and_(own == EMPTY, self._has_video(and_(lies, ~is_playlist(key))))
        is_file = or_(and_(own != EMPTY, ~is_playlist(own)), by_video)
        at_mux = self._at_mux()
        return {
            Provider.MUX: at_mux,
            Provider.S3: and_(~at_mux, is_file),
            Provider.HLS: and_(~at_mux, ~is_file, self.in_s3()),
            Provider.NONE: and_(~at_mux, ~self.in_s3()),
        }[provider]

    def in_s3(self) -> Condition:
        """Whether the lesson, or one of its rows of `videos`, names anything in S3."""
        own, hls = (func.coalesce(self.lessons.text(name), EMPTY) for name in ("video_url", "hls_url"))
        key, bucket = (func.coalesce(self.videos.text(name), EMPTY) for name in ("s3_key", "s3_bucket"))
        return or_(own != EMPTY, hls != EMPTY, self._has_video(and_(key != EMPTY, bucket != EMPTY)))

    def _at_mux(self) -> Condition:
        playback_id = self.ours("mux_playback_id")
        is_gone = and_(STATUS.in_([AssetStatus.DELETED.value]), ASSET.c.playback_id == playback_id)
        return and_(func.coalesce(playback_id, EMPTY) != EMPTY, ~func.coalesce(is_gone, false()))

    def _stands(self, film: Film) -> Condition:
        """As `film_of` says of one lesson."""
        silent, told = self.plays_from(Provider.NONE), self._told()
        found = case(
            (self.copy_status() == "deleted", Film.DELETED.value),
            (or_(STATUS == "errored", told == "error"), Film.FAILED.value),
            (or_(STATUS == "preparing", told == "processing"), Film.PREPARING.value),
            else_=Film.MISSING.value,
        )
        return ~silent if film is Film.PLAYS else and_(silent, found == film.value)

    def copy_status(self) -> ColumnElement[Any]:
        """Of the copy that the row names; where it names none and is an error, of the one it played last."""
        names_none = func.coalesce(self.ours("mux_asset_id"), EMPTY) == EMPTY
        last = last_status(self.lessons.text("id"))
        return case((and_(self._told() == "error", names_none), last), else_=ASSET.c.status)

    def _told(self) -> ColumnElement[str]:
        return func.coalesce(self.ours("processing_status"), EMPTY)

    def _has_captions(self) -> Condition:
        beside = self._has_video(func.coalesce(self.videos.text("captions_webvtt_url"), EMPTY) != EMPTY)
        return or_(HAS_TEXT_TRACK, beside, self.has_subtitles())

    def names_captions(self, ours: str) -> Condition:
        """Whether one of its rows of `videos` names captions of another kind than `ours` match."""
        named = func.coalesce(self.videos.text("captions_webvtt_url"), EMPTY)
        return self._has_video(and_(named != EMPTY, not_(named.regexp_match(ours))))

    def has_subtitles(self) -> Condition:
        """Whether captions lie beside the lesson among its resources."""
        are_chapters = RESOURCE.c.name.op("~*", is_comparison=True)(literal_column(f"'{CHAPTERS}'"))
        are_words = and_(RESOURCE.c.kind == FileKind.SUBTITLE.value, not_(are_chapters))
        return self.lessons.text("id").in_(select(RESOURCE.c.lesson_id).where(are_words))

    def _has_video(self, condition: Condition) -> Condition:
        """Whether one of its rows of `videos` is so; read once for all lessons, as no index need be there."""
        noted = select(NOTE.c.lesson_id).where(self.videos.text("id") == NOTE.c.video_id, condition)
        return or_(
            among(self.lessons, "id", self.videos, "lesson_id", condition),
            among(self.lessons, "video_id", self.videos, "id", condition),
            self.lessons.text("id").in_(noted) if self.videos.has("id") else false(),
        )


def waiting(word: str) -> Select[Any]:
    """Lessons one of whose ids at Mux is the word, though it waits for its column."""
    told = (pending_facts.c.facts.op("->>")(literal_column(f"'{name}'", Text)) for name in IDS_AT_MUX)
    is_it = and_(pending_facts.c.table_name == LESSONS, or_(*(one == word for one in told)))
    return select(pending_facts.c.row_id).where(is_it)
