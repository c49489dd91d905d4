"""One page of the dashboard as its server sees it: time and bytes of each rerun, beside a plain page.

A small client speaks Streamlit's websocket, so that no browser's own work is in the figures.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bench.claim import EXACT, TIME, Claim, percentile
from sandbox.stack import Stack, free_port

PLAIN = "batches"
"""The baseline: the same app's page that lists nothing here."""

EMPTY_BYTES = 3_000
"""A rerun that sends less came without its list."""


@dataclass(frozen=True, slots=True)
class Rerun:
    """One run of a page's script: milliseconds until it finished, bytes sent to the browser."""

    ms: float
    size_bytes: int


def claims(
    page: str,
    queries: tuple[str, ...],
    *,
    port: int,
    runs: int,
    most: float,
    beside: str,
    most_ms: float = 200,
) -> Iterator[Claim]:
    """What holds for the page: `most_ms`, `most` times a plain page, 300 kB; `beside` says of how many
    rows."""
    listed = asyncio.run(reruns(port, page, queries, runs))
    plain = asyncio.run(reruns(port, PLAIN, ("",), runs))
    assert min(run.size_bytes for run in listed) > EMPTY_BYTES, "a rerun came without its list"
    p95_ms, plain_ms = (percentile([run.ms for run in each], 0.95) for each in (listed, plain))
    said = f"{beside}, {len(listed)} reruns"
    yield Claim(
        name=f"{page} page, rerun p95", figure=p95_ms, unit="ms", most=most_ms, slack=TIME, beside=said
    )
    said = f"a page without a list: {plain_ms:.0f} ms"
    yield Claim(name=f"{page} page / plain page", figure=p95_ms / plain_ms, unit="×", most=most, beside=said)
    largest_kb = max(run.size_bytes for run in listed) / 1000
    yield Claim(name=f"{page} page, largest rerun", figure=largest_kb, unit="kB", most=300, slack=EXACT)


def dashboard(stack: Stack) -> int:
    port = free_port()
    stack.env["STREAMLIT_SERVER_PORT"] = str(port)
    stack.part("dashboard", "streamlit_app.py", port=port)
    return port


async def reruns(port: int, page: str, queries: tuple[str, ...], runs: int) -> list[Rerun]:
    """Each of these addresses of a page `runs` times, on one connection to the dashboard."""
    async with _connected(port) as socket:
        for query in queries:  # a first round that does not count: caches fill, statements are prepared
            await _rerun(socket, page, query)
        return [await _rerun(socket, page, query) for _ in range(runs) for query in queries]


async def first_looks(port: int, page: str, queries: tuple[str, ...], *, warmed_by: str) -> list[Rerun]:
    """Each of these addresses for the first time; the page's code is loaded by another one before."""
    async with _connected(port) as socket:
        await _rerun(socket, page, warmed_by)
        return [await _rerun(socket, page, query) for query in queries]


def _connected(port: int) -> websockets.connect:
    return websockets.connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        subprotocols=[websockets.Subprotocol("streamlit")],
        origin=websockets.Origin(f"http://127.0.0.1:{port}"),
        max_size=None,
        open_timeout=60,  # the first one waits for the app's imports
    )


async def _rerun(socket: websockets.ClientConnection, page: str, query: str) -> Rerun:
    message = BackMsg()
    message.rerun_script.page_name = page
    message.rerun_script.query_string = query
    began, size_bytes = time.perf_counter(), 0
    await socket.send(message.SerializeToString())
    while True:
        frame = await socket.recv()
        size_bytes += len(frame)
        answer = ForwardMsg()
        answer.ParseFromString(frame if isinstance(frame, bytes) else frame.encode())
        if answer.WhichOneof("type") == "script_finished":
            return Rerun((time.perf_counter() - began) * 1000, size_bytes)
