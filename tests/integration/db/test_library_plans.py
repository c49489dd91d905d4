"""How PostgreSQL reads the library: the plan of each filter and order over 20,000 lessons of one database."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text

from core.db.engine import create_engine
from core.db.library import SqlLibrary
from core.library import NUMBERED_ROWS, Beyond, LibraryFilter, LibrarySort, Reader
from tests.conftest import copied

ALL = Reader(is_all=True)
TEACHER = Reader(is_all=False, user_id="t7")
SIZE = 24

FILL = """
ALTER TABLE public.lessons ADD COLUMN IF NOT EXISTS mux_asset_id varchar(255),
    ADD COLUMN IF NOT EXISTS mux_playback_id varchar(255);
CREATE INDEX ON public.lessons (course_id);
CREATE INDEX ON public.lessons (creator_id);
INSERT INTO public.lessons (title, course_id, creator_id, status, duration, video_url, mux_asset_id,
        mux_playback_id)
    SELECT 'Lesson ' || n, 1 + n % 500, 't' || n % 400, CASE WHEN n % 9 = 0 THEN 'draft' ELSE 'published' END,
        n % 5000, 's3://school/recording-' || n || '.mp4', CASE WHEN n % 3 = 0 THEN 'asset-' || n END,
        CASE WHEN n % 3 = 0 THEN 'play-' || n END
    FROM generate_series(1, 20000) AS n;
INSERT INTO mux_admin.assets (id, status, playback_id, policy, video_quality, test, error_messages, tracks,
        static_renditions, seen_at)
    SELECT mux_asset_id, 'ready', mux_playback_id, 'public', 'plus', false, '[]', '[]', '[]', now()
    FROM public.lessons WHERE mux_asset_id IS NOT NULL;
INSERT INTO mux_admin.text_tracks (id, lesson_id, asset_id, origin, state, language, name, person, created_at,
        moved_at, first_at, words)
    SELECT gen_random_uuid(), id, mux_asset_id, 'written', 'ready', 'en', 'English', 'ada', now(), now(),
        now(), 'one of many words, the rarest is w' || id
    FROM public.lessons WHERE mux_asset_id IS NOT NULL;
INSERT INTO mux_admin.audit (at, actor, actor_subject, action, subject, after)
    SELECT now(), 'lectern', 'system', 'switch to Mux', 'lessons ' || id,
        jsonb_build_object('mux_asset_id', 'asset-' || id)
    FROM public.lessons;
INSERT INTO public.videos (lesson_id, title, filename, file_path, file_size, uploaded_by, s3_bucket, s3_key)
    SELECT id, title, 'a.mp4', 'a.mp4', 1, 't1', 'school', 'a/' || id || '.mp4' FROM public.lessons
    WHERE id % 3 = 0;
"""


@pytest.fixture(scope="module")
def library(server_url: str, template: str) -> Iterator["Asked"]:
    for url in copied(server_url, template):
        engine = create_engine(url)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for statement in (FILL, "VACUUM ANALYZE"):
                connection.execute(text(statement))
            yield Asked(engine, connection)
        engine.dispose()


class Asked:
    """The plans of what the library asks."""

    def __init__(self, engine: Engine, connection: Connection) -> None:
        self.connection = connection
        self.library = SqlLibrary(connection, host_schema="public")
        self._asked: list[tuple[str, Mapping[str, Any]]] = []
        event.listen(engine, "before_cursor_execute", self._hear)

    def _hear(self, _connection: Any, _cursor: Any, statement: str, bound: Any, *_: Any) -> None:
        self._asked.append((statement, bound))

    def plan(self, sort: LibrarySort = LibrarySort.NEWEST, *, reader: Reader = ALL, **more: Any) -> "Plan":
        """Of the question for a page's ids: that with a limit, and not the look at one lesson's place."""
        number, beyond = more.pop("page", 1), more.pop("beyond", None)
        self._asked.clear()
        self.library.page(LibraryFilter(**more), sort, reader=reader, number=number, size=SIZE, beyond=beyond)
        statement, bound = next(one for one in self._asked if "LIMIT" in one[0] and "lessons" in one[0])
        with self.connection.connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", bound)
            [(told,)] = cursor.fetchall()
        return Plan(told if isinstance(told, list) else json.loads(told))


class Plan:
    def __init__(self, told: list[dict[str, Any]]) -> None:
        self.nodes = list(_nodes(told[0]["Plan"]))

    def reads(self, table: str) -> list[str]:
        """How the table's rows come in."""
        return [node["Node Type"] for node in self.nodes if node.get("Relation Name") == table]

    @property
    def indexes(self) -> set[str]:
        return {node["Index Name"] for node in self.nodes if "Index Name" in node}

    @property
    def sorts(self) -> bool:
        return any("Sort" in node["Node Type"] for node in self.nodes)

    def asks_per_row(self) -> list[str]:
        """Questions that are put for each lesson anew and that no index answers."""
        filters = " ".join(str(node.get("Filter", "")) for node in self.nodes)
        hashed = set(re.findall(r"hashed (SubPlan \d+)", filters))
        return [
            node["Subplan Name"]
            for node in self.nodes
            if node.get("Subplan Name", "").startswith("SubPlan")
            and node["Subplan Name"] not in hashed
            and not all("Index Cond" in one for one in _nodes(node) if "Relation Name" in one)
        ]


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


@pytest.mark.parametrize("sort", [LibrarySort.NEWEST, LibrarySort.OLDEST])
@pytest.mark.parametrize(
    "where",
    [{}, {"page": NUMBERED_ROWS // SIZE}, {"beyond": Beyond(lesson_id="9000")}],
    ids=["first", "last number", "beyond"],
)
def test_a_page_by_age_is_read_from_the_primary_key_alone(
    library: Asked, sort: LibrarySort, where: dict[str, Any]
) -> None:
    plan = library.plan(sort, **where)
    assert (plan.reads("lessons"), plan.sorts) == (["Index Only Scan"], False)


@pytest.mark.parametrize("sort", [LibrarySort.TITLE, LibrarySort.LONGEST])
@pytest.mark.parametrize("where", [{}, {"beyond": Beyond(lesson_id="9000")}], ids=["first", "beyond"])
def test_other_orders_read_all_lessons_once(library: Asked, sort: LibrarySort, where: dict[str, Any]) -> None:
    plan = library.plan(sort, **where)
    assert len(plan.reads("lessons")) == 1
    assert not plan.asks_per_row()


FILTERS = (
    *({"provider": one} for one in ("mux", "s3", "hls", "none")),
    *({"state": one} for one in ("plays", "preparing", "failed", "deleted", "missing")),
    *({"captions": one} for one in ("with", "without")),
    {"quality": "plus"},
    *({"published": one} for one in ("yes", "no")),
    {"course": "7"},
    {"owner": "t7"},
    {"search": "recording-0001"},
    {"search": "algebra w77 ü"},
)


@pytest.mark.parametrize("filter", FILTERS, ids=lambda one: "=".join(*one.items()))
@pytest.mark.parametrize("sort", LibrarySort)
def test_no_filter_puts_a_question_for_each_lesson_that_no_index_answers(
    library: Asked, filter: dict[str, str], sort: LibrarySort
) -> None:
    for reader in (ALL, TEACHER):
        plan = library.plan(sort, reader=reader, **filter)
        assert len(plan.reads("lessons")) == 1
        assert not plan.asks_per_row()


@pytest.mark.parametrize(
    ("filter", "column"), [({"course": "7"}, "course_id"), ({"owner": "t7"}, "creator_id")]
)
@pytest.mark.parametrize("sort", LibrarySort)
def test_a_course_and_an_owner_are_found_by_the_schools_index(
    library: Asked, filter: dict[str, str], column: str, sort: LibrarySort
) -> None:
    assert library.plan(sort, **filter).indexes & {f"lessons_{column}_idx"}


def test_words_that_are_said_are_found_by_our_index(library: Asked) -> None:
    assert "text_tracks_words" in library.plan(search="w77").indexes
