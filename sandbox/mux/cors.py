"""Lets pages of any origin play and show pictures, as Mux's delivery hosts do. The API itself has no CORS."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

OPEN = ("/stream/", "/image/")
HEADERS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
    (b"access-control-allow-headers", b"*"),
    (b"access-control-expose-headers", b"content-length, content-range"),
    (b"access-control-max-age", b"600"),
]


class OpenDelivery:
    """Middleware outside the error answers: a player must be able to read a 403 too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(OPEN):
            await self._app(scope, receive, send)
        # A preflight never carries the token, so it is answered before anybody looks for one.
        elif scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": HEADERS})
            await send({"type": "http.response.body", "body": b""})
        else:
            await self._app(scope, receive, _with_headers(send))


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *HEADERS]}
        await send(message)

    return sending
