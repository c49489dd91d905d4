"""The Mux environment that the contract suite talks to: a double of its own, or the one that settings name.

`make test-mux` (scripts/test_mux.py) says TEST_MUX=real. Then everything is a test asset, everything carries
`MARK` as its passthrough, and all that carries it is deleted at the end, whatever failed before.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

import urllib3

from core.asset import Asset, AssetStatus
from core.errors import RateLimited
from core.master import Master, MasterState
from core.mux.api import MuxApi
from sandbox.mux.testing import running_mux

MARK = "lectern-test-"
PATIENCE_S = 300.0
NEXT_LOOK_S = {"double": 0.1, "real": 2.0}
PAUSE_S = 1.1
LOOKED_THROUGH = 10
"""Pages of a hundred: what this suite made is among the newest."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    kind: str
    api: MuxApi
    base_url: str
    stream_url: str
    file_url: str
    """A film that this Mux can fetch; "" when there is none."""
    credentials: str = field(repr=False)

    @property
    def image_url(self) -> str:
        """Mux and its double name the two alike."""
        return self.stream_url.replace("stream", "image")

    def passthrough(self) -> str:
        return f"{MARK}{uuid4()}"

    def settled(self, asset_id: str) -> Asset:
        """The asset once it is no longer preparing."""
        deadline = time.monotonic() + PATIENCE_S
        while (asset := patiently(lambda: self.api.get_asset(asset_id))).status is AssetStatus.PREPARING:
            assert time.monotonic() < deadline, "the asset is preparing for ever"
            time.sleep(NEXT_LOOK_S[self.kind])
        return asset

    def prepared(self, asset_id: str) -> Master:
        """The asset's master once it is no longer preparing."""
        deadline = time.monotonic() + PATIENCE_S
        while (found := patiently(lambda: self.api.master(asset_id))).state is MasterState.PREPARING:
            assert time.monotonic() < deadline, "the master is preparing for ever"
            time.sleep(NEXT_LOOK_S[self.kind])
        return found

    def ask(self, method: str, path: str) -> Any:
        """What the adapter has no call for; None where the token may not."""
        headers = urllib3.make_headers(basic_auth=self.credentials)
        answer = urllib3.request(method, f"{self.base_url}{path}", headers=headers, timeout=30)
        if answer.status == 429:
            time.sleep(PAUSE_S)
            return self.ask(method, path)
        if answer.status in (401, 403):
            return None
        assert answer.status < 300, f"{method} {path.partition('?')[0]}: {answer.status}"
        return answer.json()["data"] if answer.data else {}


def patiently(call: Callable[[], T]) -> T:
    """Mux takes one POST a second, and others may use the environment too."""
    while True:
        try:
            return call()
        except RateLimited as error:
            time.sleep(error.retry_after_s or PAUSE_S)


@contextmanager
def opened(film_url: Callable[[], str]) -> Iterator[Target]:
    """The target of this run; what the suite made is gone when the block ends."""
    if os.environ.get("TEST_MUX") == "real":
        with cleaned(at_mux()) as target:
            yield target
    else:
        with running_mux(limits=False) as url, cleaned(at_double(url, film_url())) as target:
            yield target


def at_double(url: str, film_url: str) -> Target:
    return make("double", url, f"{url}/stream", film_url, "id", "secret")


def at_mux() -> Target:
    env = os.environ
    base_url = env.get("MUX_BASE_URL") or "https://api.mux.com"
    stream_url = env.get("MUX_STREAM_URL") or "https://stream.mux.com"
    film_url = env.get("MUX_TEST_FILE_URL", "")
    return make("real", base_url, stream_url, film_url, env["MUX_TOKEN_ID"], env["MUX_TOKEN_SECRET"])


def make(kind: str, base_url: str, stream_url: str, file_url: str, token_id: str, secret: str) -> Target:
    api = MuxApi(base_url=base_url, token_id=token_id, token_secret=secret, clock=lambda: datetime.now(UTC))
    return Target(
        kind=kind,
        api=api,
        base_url=base_url,
        stream_url=stream_url,
        file_url=file_url,
        credentials=f"{token_id}:{secret}",
    )


@contextmanager
def cleaned(target: Target) -> Iterator[Target]:
    try:
        yield target
    finally:
        cancel_marked(target)
        delete_marked(target)


def cancel_marked(target: Target) -> None:
    for page in range(1, LOOKED_THROUGH + 1):
        uploads = target.ask("GET", f"/video/v1/uploads?limit=100&page={page}") or []
        for upload in uploads:
            told = (upload.get("new_asset_settings") or {}).get("passthrough") or ""
            if upload["status"] == "waiting" and told.startswith(MARK):
                target.ask("PUT", f"/video/v1/uploads/{upload['id']}/cancel")
        if len(uploads) < 100:
            return


def delete_marked(target: Target) -> None:
    """Also what an earlier, killed run left: test assets live for a day at most."""
    oldest = datetime.now(UTC) - timedelta(days=1)
    cursor = None
    for _ in range(LOOKED_THROUGH):
        page = patiently(lambda after=cursor: target.api.newest_assets(limit=100, cursor=after))
        for asset in page.assets:
            if (asset.passthrough or "").startswith(MARK):
                patiently(lambda gone=asset.id: target.api.delete_asset(gone))
        cursor = page.next_cursor
        if not cursor or (page.assets[-1].created_at or oldest) < oldest:
            return
