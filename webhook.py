"""Face: takes Mux's deliveries. Raw body in, proof checked, kept with its job in one transaction, 200 out."""

import logging

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

import core.loading  # noqa: F401 - first
from core import ingesting
from core.errors import AppError, WebhookRejected
from core.event import MAX_BODY_BYTES
from core.gathering import Intake
from core.ports import Services
from face import serve, start

PATH = "/api/videos/mux/webhook"

log = logging.getLogger("lectern.webhook")


def route(services: Services) -> Route:
    """The one route. 200 kept or known, 400 forged, 413 too large, 503 come again: Mux does, for 24 hours."""
    intake = Intake(services)

    async def receive(request: Request) -> JSONResponse:
        body = await limited_body(request)
        if body is None:
            return JSONResponse({"error": "The body is over 1 MiB."}, 413)
        try:
            event = ingesting.read(body, request.headers.get("mux-signature"), services=services)
            is_new = await intake.keep(event)
        except AppError as error:
            log.warning("not taken: %s", error.sentence)
            return JSONResponse({"error": str(error)}, 400 if isinstance(error, WebhookRejected) else 503)
        return JSONResponse({"received": True, "new": is_new})

    return Route(PATH, receive, methods=["POST"])


async def limited_body(request: Request) -> bytes | None:
    """The raw body; None as soon as it passes the limit, whatever its Content-Length says."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return None
    return bytes(body)


if __name__ == "__main__":
    services = start("webhook", "mux_webhook_secret", repeats=True)
    serve(Starlette(routes=[route(services)]), services.settings, "webhook_address")
