"""Webhook events: written down first, then posted, tried again with growing delay for a day.

Events about one object go out one after another; a failed one does not hold up the next.
"""

import asyncio
import json
import logging
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import urllib3

from sandbox.mux.chance import Kind
from sandbox.mux.config import ENVIRONMENT_ID, ENVIRONMENT_NAME
from sandbox.mux.signing import signature
from sandbox.mux.store import Row

if TYPE_CHECKING:
    from sandbox.mux.environment import Environment

LANES = 8
TIMEOUT_S = 5.0
GIVE_UP_AFTER_S = 24 * 60 * 60
MAX_ATTEMPTS = 40
"""Only told to the receiver; what ends the attempts is the event's age."""
WEBHOOK_ID = 1
log = logging.getLogger(__name__)


class Outbox:
    """The events of one environment. Stored body: `{"event", "state", "lane"}`."""

    def __init__(self, env: "Environment") -> None:
        self._env = env
        self._http = urllib3.PoolManager(num_pools=2, maxsize=LANES, retries=False)
        self._threads = ThreadPoolExecutor(LANES, thread_name_prefix="webhook")
        self._lanes: list[asyncio.Queue[str]] = []

    def start(self) -> None:
        """Opens the lanes and sends what an earlier process left unsent."""
        self._lanes = [asyncio.Queue() for _ in range(LANES)]
        for lane in self._lanes:
            self._env.spawn(self._serve(lane))
        for row in self._env.store.events.every(live_only=True):
            self._schedule(row.id, row.body["lane"], 0.0)

    def emit(self, kind: str, subject: tuple[str, str], data: dict[str, Any]) -> None:
        """Records an event about `subject` (object type, id) and sends it as the faults allow."""
        event = self._envelope(kind, subject, data)
        # One lane per asset keeps its events in order; eight lanes keep one slow answer from stopping all.
        lane = zlib.crc32((data.get("asset_id") or subject[1]).encode()) % LANES
        lost = self._env.strikes("lost_rate", self._env.faults.lost_rate)
        muted = lost or not self._env.config.webhook_url
        state = "lost" if lost else "not sent" if muted else "pending"
        body = {"event": event, "state": state, "lane": lane}
        # Written before the first attempt: what happened is told even if the double dies now.
        self._env.store.events.add(event["id"], body)
        if muted:
            self._env.store.events.save(event["id"], body, live=False)
            return
        for delay_s in self._delays_s():
            self._schedule(event["id"], lane, delay_s)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _envelope(self, kind: str, subject: tuple[str, str], data: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": kind,
            "id": self._env.chance.new_id(Kind.EVENT),
            "created_at": _iso(self._env.clock()),
            "object": {"type": subject[0], "id": subject[1]},
            "environment": {"name": ENVIRONMENT_NAME, "id": ENVIRONMENT_ID},
            "data": data,
            "attempts": [],
            "request_id": None,
            "accessor": None,
            "accessor_source": None,
        }

    def _delays_s(self) -> list[float]:
        """One delay per copy to send."""
        faults = self._env.faults
        copies = 2 if self._env.strikes("doubled_rate", faults.doubled_rate) else 1
        window_s = faults.shuffle_window_s if faults.shuffled else 0.0
        return [
            faults.late_s + (self._env.chance.fraction("shuffled") * window_s if window_s else 0.0)
            for _ in range(copies)
        ]

    def _schedule(self, event_id: str, lane: int, delay_s: float) -> None:
        if delay_s <= 0:
            self._lanes[lane].put_nowait(event_id)
        else:
            asyncio.get_running_loop().call_later(delay_s, self._lanes[lane].put_nowait, event_id)

    async def _serve(self, lane: asyncio.Queue[str]) -> None:
        while True:
            row = self._env.store.events.find(await lane.get())
            if row is not None:
                await self._attempt_safely(row)

    async def _attempt_safely(self, row: Row) -> None:
        """What nobody thought of costs this event an attempt, not the lane its life."""
        try:
            await self._attempt(row)
        except Exception:
            log.exception("A webhook could not be sent; it is tried again")
            self._schedule(row.id, row.body["lane"], self._env.config.retry_cap_s)

    async def _attempt(self, row: Row) -> None:
        loop = asyncio.get_running_loop()
        payload = json.dumps(row.body["event"]).encode()
        outcome = await loop.run_in_executor(self._threads, self._post, payload)
        attempts = row.body["event"]["attempts"]
        attempts.append(self._attempt_record(outcome))
        if 200 <= outcome.get("response_status_code", 0) < 300:
            self._close(row, "delivered")
            return
        delay_s = min(self._env.config.retry_base_s * 2 ** (len(attempts) - 1), self._env.config.retry_cap_s)
        if self._age_s(row) + delay_s > GIVE_UP_AFTER_S:
            self._close(row, "failed")
            return
        self._env.store.events.save(row.id, row.body, live=row.live)
        # The event goes to the back of its lane, so the ones behind it pass.
        self._schedule(row.id, row.body["lane"], delay_s)

    def _close(self, row: Row, state: str) -> None:
        self._env.store.events.save(row.id, row.body | {"state": state}, live=False)

    def _post(self, payload: bytes) -> dict[str, Any]:
        headers = {"content-type": "application/json", "user-agent": "Mux-Webhooks (sandbox)"}
        # Signed per attempt: receivers refuse a timestamp older than five minutes.
        headers["mux-signature"] = signature(self._env.config.webhook_secret, payload, int(self._env.clock()))
        try:
            answer = self._http.request(
                "POST", self._env.config.webhook_url, body=payload, headers=headers, timeout=TIMEOUT_S
            )
        except urllib3.exceptions.HTTPError:
            return {}
        return {
            "response_status_code": answer.status,
            "response_headers": dict(answer.headers),
            "response_body": answer.data.decode(errors="replace")[:500],
        }

    def _attempt_record(self, outcome: dict[str, Any]) -> dict[str, Any]:
        return outcome | {
            "webhook_id": WEBHOOK_ID,
            "id": self._env.chance.new_id(Kind.ATTEMPT),
            "created_at": _iso(self._env.clock()),
            "address": self._env.config.webhook_url,
            "max_attempts": MAX_ATTEMPTS,
        }

    def _age_s(self, row: Row) -> float:
        created_at = datetime.fromisoformat(row.body["event"]["created_at"])
        return self._env.clock() - created_at.timestamp()


def _iso(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
