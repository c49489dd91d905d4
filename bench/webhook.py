"""The webhook's answer under load, against a bare Starlette app that does one psycopg insert."""

import asyncio
import hashlib
import hmac
import json
import tempfile
import time
import uuid
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import httpx

from bench.claim import TIME, Claim, percentile
from sandbox.stack import WEBHOOK_SECRET, free_port, running_stack

RATE_PER_S = 200
PATH = "/api/videos/mux/webhook"


def measure(*, quick: bool) -> Iterator[Claim]:
    seconds = 1.5 if quick else 15.0
    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder)) as stack:
        stack.webhook()
        port = free_port()
        stack.part("bare", "-m", "bench.bare_webhook", str(port), port=port)
        ours = f"http://{stack.env['WEBHOOK_ADDRESS']}{PATH}"
        bare = f"http://127.0.0.1:{port}{PATH}"
        waits, bare_waits = (asyncio.run(_at_rate(url, seconds)) for url in (ours, bare))
        rates = [(asyncio.run(_flat_out(bare, seconds)), asyncio.run(_flat_out(ours, seconds))) for _ in "ab"]
    bare_rate, our_rate = max(a for a, _ in rates), max(b for _, b in rates)
    p50_ms, p99_ms = percentile(waits, 0.5), percentile(waits, 0.99)
    beside = f"p50 {p50_ms:.1f} ms at {RATE_PER_S}/s; bare p99 {percentile(bare_waits, 0.99):.1f} ms"
    yield Claim(name="webhook p99", figure=p99_ms, unit="ms", most=50, slack=TIME, beside=beside)
    beside = f"ours {our_rate:.0f}/s, bare insert {bare_rate:.0f}/s"
    yield Claim(name="webhook / bare insert", figure=our_rate / bare_rate, unit="×", least=0.7, beside=beside)


def delivery(*, ready: bool) -> tuple[bytes, dict[str, str]]:
    """A signed event as Mux sends it: body and headers. `ready` wakes a job, `created` is stored alone."""
    asset_id = uuid.uuid4().hex
    status = "ready" if ready else "created"
    event = {
        "type": f"video.asset.{status}",
        "id": str(uuid.uuid4()),
        "created_at": "2026-11-20T10:00:00.000000Z",
        "object": {"type": "asset", "id": asset_id},
        "environment": {"name": "Bench", "id": "bench"},
        "data": {
            "id": asset_id,
            "status": "ready" if ready else "preparing",
            "created_at": 1763632800,
            "passthrough": "",
        },
        "attempts": [],
    }
    body = json.dumps(event).encode()
    at = str(int(time.time()))
    digest = hmac.new(WEBHOOK_SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return body, {"mux-signature": f"t={at},v1={digest}", "content-type": "application/json"}


_turns = cycle((True, False))
"""An asset's life is about as many events that wake a job as events that do not."""


async def _post(client: httpx.AsyncClient, url: str) -> float:
    body, headers = delivery(ready=next(_turns))
    began = time.perf_counter()
    answer = await client.post(url, content=body, headers=headers)
    assert answer.status_code == 200, answer.status_code
    return (time.perf_counter() - began) * 1000


async def _at_rate(url: str, seconds: float) -> list[float]:
    """Milliseconds of each answer when deliveries start at a fixed rate, whatever the answers do."""
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=50)) as client:
        await asyncio.gather(*(_post(client, url) for _ in range(20)))  # connections open
        began, tasks = time.perf_counter(), []
        for number in range(round(RATE_PER_S * seconds)):
            await asyncio.sleep(max(0.0, began + number / RATE_PER_S - time.perf_counter()))
            tasks.append(asyncio.create_task(_post(client, url)))
        return list(await asyncio.gather(*tasks))


async def _flat_out(url: str, seconds: float, clients: int = 8) -> float:
    """Answers per second with a few clients that never rest."""
    deadline = time.perf_counter() + seconds

    async def one(client: httpx.AsyncClient) -> int:
        count = 0
        while time.perf_counter() < deadline:
            await _post(client, url)
            count += 1
        return count

    async with httpx.AsyncClient() as client:
        return sum(await asyncio.gather(*(one(client) for _ in range(clients)))) / seconds
