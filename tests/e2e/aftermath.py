"""Trouble made at the double, and what is left behind of an upload when all is over."""

import base64
import json
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sandbox.stack import BUCKET, Stack, query

PATIENCE_S = 120.0
OVER_WELL = ("ready", "stored", "sending", "preparing")
UNDER_WAY = ("waiting", "uploaded")


def new_lesson(stack: Stack, title: str) -> int:
    """A lesson of Tess's without a video."""
    sql = "insert into lessons (title, creator_id, status) values (%s, 't1', 'published') returning id"
    [(lesson,)] = query(stack, sql, title)
    return int(str(lesson))


def ask_double(stack: Stack, path: str, method: str = "GET", body: object = None) -> Any:
    token = base64.b64encode(b"token-id:token-secret").decode()
    headers = {"authorization": f"Basic {token}", "content-type": "application/json"}
    sent = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(f"{stack.mux.url}{path}", data=sent, headers=headers, method=method)
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return json.load(answer)


@contextmanager
def trouble(stack: Stack, **faults: float) -> Iterator[Callable[..., None]]:
    """The double has these faults in the block; what it yields changes some of them."""

    def change(**more: float) -> None:
        ask_double(stack, "/sandbox/faults", "POST", more)

    change(**faults)
    try:
        yield change
    finally:
        ask_double(stack, "/sandbox/faults", "PUT", {})


def hit(stack: Stack, fault: str) -> int:
    """How often the double let this one strike."""
    return int(ask_double(stack, "/sandbox/stats")["faults_hit"].get(fault, 0))


def wait_for(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def states(stack: Stack, lesson: int) -> list[object]:
    """Of all uploads to this lesson, the oldest first."""
    sql = "select state from mux_admin.uploads where lesson_id = %s order by created_at"
    return [state for (state,) in query(stack, sql, str(lesson))]


def ends(stack: Stack, lesson: int, *wanted: str) -> None:
    """Wait until its uploads stand so and nothing that nobody wants is left at Mux or in S3."""
    wait_for(lambda: states(stack, lesson) == list(wanted), f"uploads are {states(stack, lesson)}")
    wait_for(lambda: not left_over(stack, lesson), f"left over: {left_over(stack, lesson)}")


def left_over(stack: Stack, lesson: int) -> list[str]:
    """What lies at Mux or in S3 for an upload that came to nothing, or that has no use for it any more."""
    sql = "select id::text, state from mux_admin.uploads where lesson_id = %s"
    found: Mapping[str, str] = {str(one): str(state) for one, state in query(stack, sql, str(lesson))}
    return [
        *(f"upload at Mux {one}" for one in _open_at_mux(stack) if found.get(one, "waiting") != "waiting"),
        *(f"asset {one}" for one in _assets(stack) if one in found and found[one] not in OVER_WELL),
        *(f"parts in S3 {one}" for one in _multiparts(stack) if found.get(one, "waiting") != "waiting"),
        *(f"object {one}" for one in _objects(stack, lesson) if found[one] not in OVER_WELL),
    ]


def _passthrough(said: Mapping[str, Any]) -> str:
    return str(said.get("passthrough") or "").removeprefix("upload:")


def _open_at_mux(stack: Stack) -> list[str]:
    listed = ask_double(stack, "/video/v1/uploads?limit=100")["data"]
    return [_passthrough(one["new_asset_settings"]) for one in listed if one["status"] == "waiting"]


def _assets(stack: Stack) -> list[str]:
    listed = ask_double(stack, "/sandbox/assets")["assets"]
    return [_passthrough(one) for one in listed if not one["deleted"]]


def _multiparts(stack: Stack) -> list[str]:
    listed = stack.s3.client().list_multipart_uploads(Bucket=BUCKET, Prefix="uploads/")
    return [one["Key"].split("/")[2] for one in listed.get("Uploads", [])]


def _objects(stack: Stack, lesson: int) -> list[str]:
    listed = stack.s3.client().list_objects_v2(Bucket=BUCKET, Prefix=f"uploads/{lesson}/")
    return [one["Key"].split("/")[2] for one in listed.get("Contents", [])]
