"""Dates every answer by the double's own clock, which may be wrong on demand."""

from email.utils import formatdate

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.mux.environment import Environment


class Dated:
    """Middleware over the whole app; the server itself adds no date (`configured`)."""

    def __init__(self, app: ASGIApp, env: Environment) -> None:
        self._app = app
        self._env = env

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = formatdate(self._env.clock(), usegmt=True).encode()
                message = {**message, "headers": [*message["headers"], (b"date", date)]}
            await send(message)

        await self._app(scope, receive, sending)
