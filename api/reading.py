"""What a request brings along."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from starlette.requests import ClientDisconnect, Request

from api.problems import FileInBody
from core.errors import InvalidInput

MAX_BODY_BYTES = 64 * 1024
FILES = ("multipart/", "video/", "audio/", "image/", "application/octet-stream")


async def read_body(request: Request) -> Mapping[str, Any]:
    """The JSON object that was sent, {} for none. Whatever its type says: curl calls everything a form."""
    if request.headers.get("content-type", "").lower().startswith(FILES):
        raise FileInBody("This route takes JSON, not a file.")
    body = bytearray()
    async for chunk in _stream(request):
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise InvalidInput("The body is over 64 KiB.")
    try:
        data = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError) as error:
        raise InvalidInput("The body is not JSON.") from error
    if not isinstance(data, dict):
        raise InvalidInput("The body is not a JSON object.")
    return data


def pieces(request: Request, loop: asyncio.AbstractEventLoop) -> Iterator[bytes]:
    """The body as it comes in on the loop, for an endpoint that takes a file: asked for from its thread."""
    stream = _stream(request)

    async def next_one() -> bytes:
        return await anext(stream, b"")

    while chunk := asyncio.run_coroutine_threadsafe(next_one(), loop).result():
        yield chunk


async def _stream(request: Request) -> AsyncIterator[bytes]:
    """The body; a caller who goes away in the middle is no mistake of ours."""
    try:
        async for chunk in request.stream():
            yield chunk
    except ClientDisconnect as error:
        raise InvalidInput("The request broke off before its end.", hint="Send it again.") from error
