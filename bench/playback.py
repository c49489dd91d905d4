"""The playback endpoint under load, against a bare Starlette route with the same question; and signing."""

import asyncio
import base64
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench.claim import TIME, Claim, percentile
from bench.driving import prepared
from bench.load import at_rate, flat_out, get
from core import applying, sealing
from core.access import SYSTEM
from core.bootstrap import now
from core.db.engine import create_engine
from core.db.playables import SqlPlayables
from core.db.ties import LESSON, PERSON
from core.mux.signer import PlaybackSigner
from core.ports import Services
from sandbox.school.tables import TABLES
from sandbox.stack import Stack, free_port, running_stack

RATE_PER_S = 200
LESSONS = 300
FILL = f"""
INSERT INTO users (id, email) SELECT 'learner-' || n, n || '@school.test' FROM generate_series(1, 2000) AS n;
INSERT INTO users (id, email) VALUES ('ana', 'ana@school.test'), ('ben', 'ben@school.test');
INSERT INTO courses (id, title, teacher_id) VALUES (1, 'Algebra', 'ana');
INSERT INTO enrollments (course_id, user_id) SELECT 1, 'learner-' || n FROM generate_series(1, 2000) AS n;
INSERT INTO lessons (title, course_id, creator_id, status, mux_asset_id, mux_playback_id)
    SELECT 'Lesson ' || n, 1, 'ben', 'published', 'asset-' || n, 'playback-id-of-the-usual-length-' || n
    FROM generate_series(1, {LESSONS}) AS n;
INSERT INTO videos (lesson_id, title, filename, file_path, file_size, uploaded_by, is_public)
    SELECT id, title, 'a.mp4', 'a.mp4', 1, 'ben', false FROM lessons;
INSERT INTO mux_admin.assets (id, status, playback_id, policy, duration_s, test, error_messages, tracks,
        static_renditions, seen_at)
    SELECT mux_asset_id, 'ready', mux_playback_id, 'signed', 600, false, '[]',
        '[{{"type": "text", "status": "ready", "language_code": "en", "name": "English"}}]', '[]', now()
    FROM lessons;
INSERT INTO lesson_progress (user_id, lesson_id, position_s, watched_s)
    SELECT 'learner-1', id, 30, 30 FROM lessons;
CREATE INDEX ON enrollments (course_id, user_id);
CREATE INDEX ON purchases (lesson_id, user_id);
CREATE INDEX ON videos (lesson_id);
CREATE INDEX ON lesson_progress (user_id, lesson_id);
ANALYZE;
"""  # noqa: S608 - a number of ours


def measure(*, quick: bool) -> Iterator[Claim]:
    seconds = 2 if quick else 15
    key = private_key()
    yield signing(key, seconds=1 if quick else 5)
    settings = {"MUX_SIGNING_KEY": "key-of-the-bench", "MUX_PRIVATE_KEY": key, "API_PER_S": "0"}
    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder), **settings) as stack:
        services = school(stack)
        ours, bare = api(stack), bare_route(stack)
        requests = asked(services)
        for url in (bare, ours):  # connections open, statements are prepared, tokens are made
            asyncio.run(flat_out(url, requests, seconds=1 if quick else 2))
        bare_waits, waits = (
            asyncio.run(at_rate(url, requests, per_s=RATE_PER_S, seconds=seconds)) for url in (bare, ours)
        )
        sides = (("bare", bare), ("api", ours))
        turns = 1 if quick else 3
        rounds = [[rate_and_cost(stack, *side, requests, seconds) for side in sides] for _ in range(turns)]
    p50_ms, p99_ms = percentile(waits, 0.5), percentile(waits, 0.99)
    beside = f"p50 {p50_ms:.1f} ms at {RATE_PER_S}/s; bare p99 {percentile(bare_waits, 0.99):.1f} ms"
    yield Claim(name="playback p99", figure=p99_ms, unit="ms", most=20, slack=TIME, beside=beside)
    bare_side, our_side = zip(*rounds, strict=True)
    (bare_rate, bare_us), (our_rate, our_us) = max(bare_side), max(our_side)
    beside = f"ours {our_rate:.0f}/s, {our_us:.0f} µs of CPU each; bare {bare_rate:.0f}/s, {bare_us:.0f} µs"
    yield Claim(name="playback / bare route", figure=our_rate / bare_rate, unit="×", least=0.5, beside=beside)


def signing(key: str, *, seconds: float) -> Claim:
    """Tokens by one core's second of work, whatever else the machine does meanwhile."""
    signer = PlaybackSigner(key_id="key-of-the-bench", private_key=key, clock=now)
    began, count = time.process_time(), 0
    while time.process_time() - began < seconds:
        signer.token(f"playback-id-of-the-usual-length-{count}", "v", lifetime_s=3600)
        count += 1
    rate = count / (time.process_time() - began)
    return Claim(
        name="token signing", figure=rate, unit="/s of a core", least=1000, beside="RS256, 2048 bits"
    )


def rate_and_cost(
    stack: Stack, part: str, url: str, requests: list[bytes], seconds: float
) -> tuple[float, float]:
    """Answers per second, and the CPU microseconds that the process spent on each."""
    before_s = stack.parts[part].cpu_s()
    rate = asyncio.run(flat_out(url, requests, seconds=seconds))
    return rate, (stack.parts[part].cpu_s() - before_s) / (rate * seconds) * 1e6


def private_key() -> str:
    """A signing key as Mux hands it out."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = made.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return base64.b64encode(pem).decode()


def school(stack: Stack) -> Services:
    """Lessons that play from Mux, signed, and the learners of their course."""
    services = prepared(stack)
    with psycopg.connect(stack.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(TABLES)
    applying.apply(by=SYSTEM, services=services)
    with psycopg.connect(stack.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(FILL.encode())
    return services


def api(stack: Stack) -> str:
    port = free_port()
    stack.env["API_ADDRESS"] = f"127.0.0.1:{port}"
    stack.part("api", "-m", "api", port=port)
    return f"http://127.0.0.1:{port}"


def bare_route(stack: Stack) -> str:
    port, question = free_port(), stack.folder / "question.json"
    question.write_text(json.dumps(spelled_out(stack.env["DATABASE_URL"], "1", "learner-1")))
    stack.part("bare", "-m", "bench.bare_playback", str(port), str(question), port=port)
    return f"http://127.0.0.1:{port}"


def spelled_out(url: str, lesson_id: str, user_id: str) -> tuple[str, list[str]]:
    """The endpoint's question as it is sent, and its values; the first is the lesson's id."""
    engine = create_engine(url)
    with engine.connect() as connection:
        asked = SqlPlayables(connection, host_schema="public").question(lesson_id, user_id)
    engine.dispose()
    assert asked is not None, "there are lessons"
    assert asked.names == (LESSON, PERSON)
    return asked.sql.decode(), [lesson_id, user_id]


def asked(services: Services) -> list[bytes]:
    """One learner's request for each lesson."""
    token = sealing.token("learner-1", lifetime_s=3600, by=SYSTEM, services=services)
    headers = {"Authorization": f"Bearer {token}"}
    paths = (f"/api/videos/{number}/playback" for number in range(1, LESSONS + 1))
    return [get(path, "127.0.0.1", **headers) for path in paths]
