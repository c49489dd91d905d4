"""Serves the double over real connections, which a fault may close without an answer."""

import asyncio
from typing import Any

import uvicorn
from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

# ASGI hides the connection. This finds it again by the address of its other end.
_transports: dict[tuple[str, int], asyncio.BaseTransport] = {}


class Droppable(H11Protocol):
    """Uvicorn's protocol, remembering which connection belongs to which client address."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.client:
            _transports[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.client:
            _transports.pop(self.client, None)
        super().connection_lost(exc)


def transport_of(scope: Scope) -> Any:
    """The connection a request came in on; None when it came in without one (in-process tests)."""
    client = scope.get("client")
    return _transports.get(tuple(client)) if client else None


def configured(app: Any, **options: Any) -> uvicorn.Config:
    """Server settings under which dropping works: a proxy's headers would hide the client's address.

    `Dated` dates the answers.
    """
    quiet = {"proxy_headers": False, "date_header": False, "access_log": False, "log_level": "warning"}
    return uvicorn.Config(app, http=Droppable, **quiet, **options)
