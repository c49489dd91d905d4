"""What stands before every API call: who calls, how often, and what shall go wrong."""

import asyncio
import base64
import binascii
import hmac
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.mux.config import Config
from sandbox.mux.environment import Environment
from sandbox.mux.errors import ApiError, ConnectionDropped, forbidden, server_error, unauthorized
from sandbox.mux.limits import Bucket, Verdict, bucket_of
from sandbox.mux.server import transport_of

API = ("/video/", "/data/", "/system/")
BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


class Gate:
    """Middleware over the whole app; only api.mux.com's paths pay attention to it."""

    def __init__(self, app: ASGIApp, env: Environment) -> None:
        self._app = app
        self._env = env

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(API):
            await self._app(scope, receive, send)
            return
        bucket = bucket_of(scope["method"], scope["path"])
        self._env.requests[bucket] += 1
        request = Request(scope)
        if not may_call(self._env.config, request.headers.get("authorization", "")):
            await unauthorized().response()(scope, receive, send)
            return
        needed = permission_for(scope["method"], scope["path"])
        if needed and needed not in self._env.config.granted:
            await forbidden(f"The token lacks the permission {needed}").response()(scope, receive, send)
            return
        # Counted after the token is known: a stranger does not use up the environment's requests.
        verdict = self._env.limits.take(bucket, time.monotonic()) if self._env.config.limits else None
        refusal = self._too_many(bucket, verdict) or await self._fault()
        with_headers = _adding(send, _limit_headers(verdict))
        await (refusal or self._app)(scope, receive, with_headers)

    def _too_many(self, bucket: Bucket, verdict: Verdict | None) -> Response | None:
        if verdict is None or verdict.allowed:
            return None
        self._env.limited[bucket] += 1
        answer = _too_many_answer(bucket, self._env.limited[bucket])
        if self._env.faults.retry_after:
            answer.headers["retry-after"] = str(max(1, round(verdict.retry_after_s)))
        return answer

    async def _fault(self) -> Response | None:
        faults = self._env.faults
        if faults.slow_s:
            await asyncio.sleep(faults.slow_s)
        if self._env.strikes("html_502_rate", faults.html_502_rate):
            # Not JSON on purpose: what stands in front of an API does not know its error shape.
            return HTMLResponse(BAD_GATEWAY, status_code=502)
        if self._env.strikes("error_rate", faults.error_rate):
            return server_error(self._env.faults_hit["error_rate"]).response()
        return None


def may_call(config: Config, authorization: str) -> bool:
    """Basic auth with the configured token; with any, if none is configured."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True) if scheme.lower() == "basic" else b""
    except binascii.Error:
        return False
    token_id, colon, secret = given.partition(b":")
    if not config.token_id:
        # Still strict about form: a client that forgets its token must notice here, not at Mux.
        return bool(token_id and colon and secret)
    return hmac.compare_digest(given, f"{config.token_id}:{config.token_secret}".encode())


def permission_for(method: str, path: str) -> str | None:
    """The permission that a call needs; None for the one that any token may make."""
    if path == "/system/v1/whoami":
        return None
    # The old address of the keys; what they open is the same.
    area = "system" if "/signing-keys" in path else path.split("/")[1]
    return f"{area}:{'read' if method in ('GET', 'HEAD') else 'write'}"


async def drop_connection(request: Request) -> Response:
    """Closes the caller's connection without a byte of answer."""
    transport = transport_of(request.scope)
    if transport is None:
        raise ConnectionDropped
    transport.abort()
    # Until the server has seen the loss; answering earlier would write to a closing connection.
    while (await request.receive())["type"] != "http.disconnect":
        continue
    return Response()


def _too_many_answer(bucket: Bucket, count: int) -> Response:
    """Mux answers in two shapes; Video calls here get them in turn, so that nobody relies on one."""
    message = "Too many requests, retry later."
    if bucket in (Bucket.VIDEO_POST, Bucket.VIDEO_OTHER) and count % 2:
        return ApiError(429, "too_many_requests", message).response()
    return JSONResponse({"errors": [message]}, status_code=429)


def _limit_headers(verdict: Verdict | None) -> list[tuple[bytes, bytes]]:
    if verdict is None:
        return []
    values = {b"x-ratelimit-limit": verdict.limit, b"x-ratelimit-remaining": verdict.remaining}
    return [(name, str(value).encode()) for name, value in values.items()]


def _adding(send: Send, headers: list[tuple[bytes, bytes]]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept: list[Any] = list(message["headers"])
            message = {**message, "headers": kept + headers}
        await send(message)

    return sending
