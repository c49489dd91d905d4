"""The library over many lessons."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from bench.claim import TIME, Claim, percentile
from bench.driving import prepared
from bench.reruns import claims, dashboard, reruns
from core import applying
from core.access import SYSTEM
from sandbox.school.tables import TABLES
from sandbox.stack import Stack, running_stack

QUERIES = (
    "",
    "page=3",
    "page=416",
    "page=417-after-{deep}",
    "look=table",
    "look=table&page=200",
    "sort=oldest",
    "sort=title",
    "sort=title&page=400",
    "sort=title&page=417-after-{deep}",
    "sort=longest",
    "course=2",
    "provider=mux",
    "provider=none",
    "state=plays",
    "captions=with",
    "quality=plus",
    "owner=t7",
    "published=no",
)
SEARCHES = ("search=recording-0001", "search=nothing+like+it", "search=lesson+w77", "search=asset-300")
"""Of a key, of nothing, of words in title and captions, of an id: with no index of the school's to help."""
FILL = """
INSERT INTO users (id, email, name)
    SELECT 't' || n, n || '@school.test', 'Teacher ' || n FROM generate_series(0, 99) AS n;
INSERT INTO courses (title, teacher_id)
    SELECT 'Course ' || n, 't' || n % 100 FROM generate_series(1, 500) AS n;
INSERT INTO lessons
        (title, course_id, creator_id, status, duration, video_url, mux_asset_id, mux_playback_id)
    SELECT 'Lesson ' || n, 1 + n % 500, 't' || n % 100,
        CASE WHEN n % 9 = 0 THEN 'draft' ELSE 'published' END, n % 5000,
        CASE WHEN n % 50 > 0
            THEN 's3://school-videos/' || n % 100 || '/recording-' || lpad(n::text, 6, '0') || '.mp4' END,
        CASE WHEN n % 3 = 0 THEN 'asset-' || n END,
        CASE WHEN n % 3 = 0 THEN 'playback-id-of-the-usual-length-' || n END
    FROM generate_series(1, {lessons}) AS n;
INSERT INTO mux_admin.assets
        (id, status, playback_id, policy, duration_s, video_quality, test, error_messages, tracks,
        static_renditions, seen_at)
    SELECT mux_asset_id, 'ready', mux_playback_id, 'public', duration,
        CASE WHEN id % 2 = 0 THEN 'plus' ELSE 'basic' END, false, '[]',
        CASE WHEN id % 4 = 0 THEN '[{{"type": "text", "status": "ready"}}]'::jsonb ELSE '[]' END, '[]', now()
    FROM lessons WHERE mux_asset_id IS NOT NULL;
INSERT INTO videos (lesson_id, title, filename, file_path, file_size, uploaded_by, s3_bucket, s3_key)
    SELECT id, title, 'a.mp4', 'a.mp4', 1, 't1', 'school-videos', 'a/' || id || '.mp4'
    FROM lessons WHERE id % 3 = 0;
INSERT INTO mux_admin.text_tracks
        (id, lesson_id, asset_id, origin, state, language, name, person, created_at, moved_at, first_at,
        words)
    SELECT gen_random_uuid(), id::text, mux_asset_id, 'written', 'ready', 'en', 'English', 't1', now(), now(),
        now(),
        (SELECT string_agg('w' || (id * 7919 + k * 104729) % 20000, ' ') FROM generate_series(1, 100) AS k)
    FROM lessons WHERE mux_asset_id IS NOT NULL;
"""


def measure(*, quick: bool) -> Iterator[Claim]:
    lessons, runs = (20_000, 2) if quick else (100_000, 10)
    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder)) as stack:
        fill(stack, lessons)
        queries = tuple(query.format(deep=lessons // 2) for query in QUERIES)
        beside = f"{lessons:,} lessons"
        port = dashboard(stack)
        yield from claims("library", (*queries, *SEARCHES), port=port, runs=runs, most=6, beside=beside)
        yield _search(port, runs, beside)


def _search(port: int, runs: int, beside: str) -> Claim:
    found = asyncio.run(reruns(port, "library", SEARCHES, runs))
    p95_ms = percentile([run.ms for run in found], 0.95)
    return Claim(name="library search, p95", figure=p95_ms, unit="ms", most=300, slack=TIME, beside=beside)


def fill(stack: Stack, lessons: int) -> None:
    """A school of which a third has moved to Mux; the rest lies in S3, or has no video."""
    services = prepared(stack)
    with psycopg.connect(stack.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(TABLES)
    applying.apply(by=SYSTEM, services=services)
    with psycopg.connect(stack.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(FILL.format(lessons=lessons).encode())
        connection.execute("VACUUM ANALYZE")
