"""A lean HTTP client: on two cores, a comfortable one would be most of what is measured."""

import asyncio
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "


class Wire:
    """One connection that stays open; asks one thing at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, request: bytes) -> float:
        """Seconds until the whole answer was there; it has to be a 200."""
        began = time.perf_counter()
        self._writer.write(request)
        head = await self._reader.readuntil(HEAD_END)
        assert head[9:12] == b"200", head[:200]
        start = head.lower().index(LENGTH) + len(LENGTH)
        await self._reader.readexactly(int(head[start : head.index(b"\r", start)]))
        return time.perf_counter() - began

    def close(self) -> None:
        self._writer.close()


async def wired(url: str) -> Wire:
    parts = urlsplit(url)
    return Wire(*await asyncio.open_connection(parts.hostname, parts.port))


def get(path: str, host: str, **headers: str) -> bytes:
    """A GET request as it goes over the wire."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def flat_out(url: str, requests: Sequence[bytes], *, seconds: float, clients: int = 8) -> float:
    """Answers per second with a few clients that never rest, each going through the requests in turn."""
    wires = [await wired(url) for _ in range(clients)]
    deadline = time.perf_counter() + seconds

    async def one(wire: Wire, number: int) -> int:
        count = number * len(requests) // clients
        first = count
        while time.perf_counter() < deadline:
            await wire.ask(requests[count % len(requests)])
            count += 1
        return count - first

    counts = await asyncio.gather(*(one(wire, number) for number, wire in enumerate(wires)))
    for wire in wires:
        wire.close()
    return sum(counts) / seconds


async def at_rate(url: str, requests: Sequence[bytes], *, per_s: float, seconds: float) -> list[float]:
    """Milliseconds of each answer when requests start at a fixed rate, whatever the answers do."""
    idle = [await wired(url) for _ in range(10)]
    every = list(idle)

    async def one(number: int) -> float:
        asked_at = time.perf_counter()
        wire = idle.pop(0) if idle else await wired(url)  # in turn: a server closes what rests for seconds
        if wire not in every:
            every.append(wire)
        await wire.ask(requests[number % len(requests)])
        idle.append(wire)
        return (time.perf_counter() - asked_at) * 1000

    began, tasks = time.perf_counter(), []
    for number in range(round(per_s * seconds)):
        await asyncio.sleep(max(0.0, began + number / per_s - time.perf_counter()))
        tasks.append(asyncio.create_task(one(number)))
    waits = list(await asyncio.gather(*tasks))
    for wire in every:
        wire.close()
    return waits
