"""The application: every endpoint of the registry behind one reading of the request, and the webhook."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

import webhook
from api.access import person_of
from api.endpoint import Call, Endpoint
from api.problems import FileInBody, app_error, bug, http_error
from api.routes import ENDPOINTS
from api.tokens import Tokens, reader_of
from core.access import Person, check_could
from core.errors import AppError, InvalidInput
from core.ports import Services

MAX_BODY_BYTES = 64 * 1024
FILES = ("multipart/", "video/", "audio/", "image/", "application/octet-stream")


def create(services: Services) -> Starlette:
    """The API over these services; also takes Mux's deliveries, where one process is to do both.

    Raises `ConfigError` for an issuer whose tokens could not be checked.
    """
    return Starlette(
        routes=[webhook.route(services), *routes(services, reader_of(services.settings))],
        exception_handlers={AppError: app_error, HTTPException: http_error, Exception: bug},
    )


def routes(services: Services, tokens: Tokens | None) -> list[Route]:
    """One route per path; a path with several methods has one endpoint for each."""
    paths: dict[str, dict[str, Endpoint]] = {}
    for endpoint in ENDPOINTS:
        paths.setdefault(endpoint.path, {})[endpoint.method] = endpoint
    return [
        Route(path, partial(answer, methods, services, tokens), methods=list(methods))
        for path, methods in paths.items()
    ]


async def answer(
    methods: Mapping[str, Endpoint], services: Services, tokens: Tokens | None, request: Request
) -> JSONResponse:
    """Ask the table of rights, read the request, call the endpoint in a thread."""
    endpoint = methods["GET" if request.method == "HEAD" else request.method]
    person = await run_in_threadpool(admitted, endpoint, request, services, tokens)
    call = Call(
        by=person,
        services=services,
        query=dict(request.query_params),
        body=await read_body(request),
        origin=request.headers.get("origin"),
    )
    found = await run_in_threadpool(endpoint.answer, call)
    return JSONResponse(found.data, found.status, {"Cache-Control": "no-store"})


def admitted(
    endpoint: Endpoint, request: Request, services: Services, tokens: Tokens | None
) -> Person | None:
    """Whoever asks, if they could do it to anything at all; to which lesson, the use case asks."""
    if endpoint.action is None:
        return None
    person = person_of(request, services.settings, tokens)
    check_could(person, endpoint.action)
    return person


async def read_body(request: Request) -> Mapping[str, Any]:
    """The JSON object that was sent, {} for none. Whatever its type says: curl calls everything a form."""
    if request.headers.get("content-type", "").lower().startswith(FILES):
        raise FileInBody("This route takes JSON, not a file.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise InvalidInput("The body is over 64 KiB.")
    try:
        data = json.loads(body) if body.strip() else {}
    except ValueError as error:
        raise InvalidInput("The body is not JSON.") from error
    if not isinstance(data, dict):
        raise InvalidInput("The body is not a JSON object.")
    return data
