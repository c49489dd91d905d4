"""A click for an upload URL while a large batch runs at Mux's limit: the interactive lane goes first."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.claim import TIME, Claim
from bench.driving import scanned, start
from core import migrating, uploading
from core.access import Person, Role
from core.ports import Services
from sandbox.small_school import fill
from sandbox.stack import running_stack

TURN_S = 1.0
"""Mux takes one POST a second. A click behind a batch that went first would wait for many turns; one behind
a batch's single reserved turn waits for two at most."""

PUBLIC = {"MUX_PLAYBACK_POLICY": "public"}


def measure(*, quick: bool) -> Iterator[Claim]:
    items, clicks = (300, 3) if quick else (10_000, 12)
    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder), **PUBLIC) as stack:
        fill(stack, lessons=items)
        services = scanned(stack)
        stack.webhook()
        stack.worker()
        idle_s = _click(services, lesson_id=clicks + 1)
        batch = start(services)
        while migrating.status(batch.id, services=services).progress.posts_in_window < 3:
            time.sleep(0.2)
        waits = [_click(services, lesson_id) for lesson_id in range(1, clicks + 1)]
    median_s = sorted(waits)[len(waits) // 2]
    beside = (
        f"{items:,} items running; median {median_s:.2f} s of {clicks} clicks; without a batch {idle_s:.2f} s"
    )
    yield Claim(
        name="upload URL, slowest click", figure=max(waits), unit="s", most=3.0, slack=TIME, beside=beside
    )
    yield Claim(
        name="slowest click, in turns of the limit", figure=max(waits) / TURN_S, unit="turns", most=2.5
    )


def _click(services: Services, lesson_id: int) -> float:
    time.sleep(1.5)  # a person's pace, below the limit themselves
    began = time.perf_counter()
    # Each by another person: ten uploads a minute are all that one may open.
    person = Person(subject=f"admin-{lesson_id}", email="", roles=frozenset({Role.ADMIN}))
    uploading.upload_url(str(lesson_id), by=person, cors_origin="http://127.0.0.1:8501", services=services)
    return time.perf_counter() - began
