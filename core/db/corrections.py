"""Lessons that read "ready" without having a video, found and set to "pending" page by page."""

from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Text,
    and_,
    cast,
    exists,
    func,
    literal,
    not_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from core.correction import STATUS_COLUMNS, Correction
from core.db.hostrows import HostRows, host_rows
from core.db.hosttext import cast_to
from core.db.known_columns import known_columns
from core.db.tables import lesson_corrections, lesson_videos, pending_facts
from core.lesson import LessonStatus

c = lesson_corrections.c
ROUNDS = 5
"""After so many, rows that somebody holds all the time are left as they are."""

STATUSES = sorted(STATUS_COLUMNS)
TELL_A_VIDEO = ("video_url", "hls_url", "video_id", "mux_asset_id", "mux_playback_id", "mux_upload_id")


class Page(NamedTuple):
    """What one page came to; `last` is None on an empty one."""

    looked: int
    last: str | None
    wanted: int
    corrected: int


class SqlCorrections:
    """`Corrections` on one connection."""

    def __init__(self, connection: Connection, *, host_schema: str) -> None:
        self._connection = connection
        self._schema = host_schema

    def begin(self) -> None:
        anew = {"after_id": None, "round": 1, "looked": 0, "corrected": 0, "left_rows": 0}
        open_ = update(lesson_corrections).where(c.finished_at.is_(None)).values(anew)
        if self._connection.execute(open_).rowcount == 0:
            new = insert(lesson_corrections).values(started_at=func.clock_timestamp())
            self._connection.execute(new.on_conflict_do_nothing())

    def is_due(self) -> bool:
        return bool(self._connection.scalar(select(exists().where(c.finished_at.is_(None)))))

    def newest(self) -> Correction | None:
        found = select(lesson_corrections).order_by(c.id.desc()).limit(1)
        row = self._connection.execute(found).first()
        return _correction(row) if row else None

    def next_page(self, *, limit: int) -> Correction | None:
        open_ = select(lesson_corrections).where(c.finished_at.is_(None)).with_for_update()
        walk = self._connection.execute(open_).first()
        lessons = self._rows("lessons")
        if walk is None or not lessons.has("id", *STATUSES):
            return None
        page = self._correct(lessons, walk.after_id, limit)
        return self._move(walk, page, at_end=page.looked < limit)

    def _correct(self, lessons: HostRows, after: str | None, limit: int) -> Page:
        """One statement: the page is read, its rows that are to change are locked and changed."""
        own, id_column = lessons.clause.c, lessons.found["id"]
        behind = true() if after is None else own.id > cast_to(id_column, "after")
        is_wanted = and_(_reads_ready(lessons), self._has_no_video(lessons))
        first = select(own.id, is_wanted.label("wanted")).where(behind).order_by(own.id).limit(limit)
        page = first.cte("page").prefix_with("MATERIALIZED")
        # Said again of the locked row: what somebody set in between is seen by then.
        still = and_(_reads_ready(lessons), _names_none(lessons))
        free = select(own.id).join(page, page.c.id == own.id).where(page.c.wanted, still)
        held = free.with_for_update(of=lessons.clause, skip_locked=True).cte("held")
        pending = {name: cast_to(lessons.found[name], "pending") for name in STATUSES}
        done = update(lessons.clause).where(own.id == held.c.id).values(pending).returning(own.id).cte("done")
        last = select(cast(page.c.id, Text)).order_by(page.c.id.desc()).limit(1).scalar_subquery()
        figures = select(
            select(func.count()).select_from(page).scalar_subquery(),
            last,
            select(func.count()).select_from(page).where(page.c.wanted).scalar_subquery(),
            select(func.count()).select_from(done).scalar_subquery(),
        )
        values = {"pending": LessonStatus.PENDING.value} | ({} if after is None else {"after": after})
        return Page(*self._connection.execute(figures, values).one())

    def _has_no_video(self, lessons: HostRows) -> ColumnElement[bool]:
        videos, lesson_id = self._rows("videos"), lessons.text("id")
        named = exists().select_from(videos.clause).where(videos.same("lesson_id", lessons, "id"))
        beside = [named] if videos.has("lesson_id") else []
        ours = exists().where(lesson_videos.c.lesson_id == lesson_id)
        p = pending_facts.c
        late = exists().where(p.table_name == literal("lessons"), p.row_id == lesson_id)
        return and_(_names_none(lessons), *(not_(one) for one in (*beside, ours, late)))

    def _move(self, walk: Row[Any], page: Page, *, at_end: bool) -> Correction:
        left = walk.left_rows + page.wanted - page.corrected
        over = at_end and (left == 0 or walk.round >= ROUNDS)
        again = at_end and not over
        moved = (
            update(lesson_corrections)
            .where(c.id == walk.id)
            .values(
                after_id=None if again else page.last,
                round=walk.round + again,
                left_rows=0 if again else left,
                looked=walk.looked + (page.looked if walk.round == 1 else 0),
                corrected=walk.corrected + page.corrected,
                finished_at=func.clock_timestamp() if over else None,
            )
        )
        return _correction(self._connection.execute(moved.returning(*c)).one())

    def _rows(self, table: str) -> HostRows:
        found = known_columns(self._connection.engine, self._schema).fresh(self._connection, table)
        return host_rows(self._schema, table, found)


def _reads_ready(lessons: HostRows) -> ColumnElement[bool]:
    """Both columns still hold what the rows that were there have been given."""
    return and_(*(lessons.text(name) == LessonStatus.READY for name in STATUSES))


def _names_none(lessons: HostRows) -> ColumnElement[bool]:
    named = [name for name in TELL_A_VIDEO if lessons.has(name)]
    return and_(true(), *(func.coalesce(lessons.text(name), "") == "" for name in named))


def _correction(row: Row[Any]) -> Correction:
    return Correction(
        started_at=row.started_at,
        finished_at=row.finished_at,
        after=row.after_id,
        looked=row.looked,
        corrected=row.corrected,
        left=row.left_rows,
    )
