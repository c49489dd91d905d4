"""Asks a server whether it is there, without a client library."""

import asyncio
from contextlib import suppress

from sandbox.supervisor.service import Address

PATIENCE_S = 2.0


async def answers(address: Address, path: str) -> bool:
    """True when it sends any HTTP answer but a failure of its own."""
    with suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
        status = await asyncio.wait_for(status_of(address, path), PATIENCE_S)
        return 200 <= status < 500
    return False


async def status_of(address: Address, path: str) -> int:
    reader, writer = await asyncio.open_connection(address.host, address.port)
    try:
        writer.write(f"GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n".encode())
        line = await reader.readuntil(b"\n")
        return int(line.split()[1])
    finally:
        writer.close()
