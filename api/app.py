"""The application: every endpoint of the registry behind one reading of the request, and the webhook."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import webhook
from api.access import Door, Unfamiliar
from api.endpoint import Call, Endpoint
from api.problems import Unauthenticated, app_error, bug, http_error, problem, unforeseen
from api.reading import pieces, read_body
from api.rendering import rendered
from api.routes import ENDPOINTS
from core.access import Person, check_could
from core.errors import AppError, NotAllowed
from core.ports import Services

CORS_LASTS_S = 600
METHODS = ("GET", "HEAD", "POST")
ASKED_HEADERS = ("Authorization", "Content-Type", "If-None-Match")
TOLD_HEADERS = ("ETag", "Retry-After")


def create(services: Services) -> Starlette:
    """The API over these services; also takes Mux's deliveries, where one process is to do both.

    Raises `ConfigError` for an issuer whose tokens could not be checked.
    """
    cors = Middleware(
        CORSMiddleware,
        allow_origins=services.settings.api_cors_origins,
        allow_methods=METHODS,
        allow_headers=ASKED_HEADERS,
        expose_headers=TOLD_HEADERS,
        max_age=CORS_LASTS_S,
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        if services.at_once is not None:
            await services.at_once.close()

    return Starlette(
        lifespan=lifespan,
        routes=[webhook.route(services), *routes(services, Door(services))],
        middleware=[cors],
        exception_handlers={AppError: app_error, HTTPException: http_error, Exception: bug},
    )


def routes(services: Services, door: Door) -> list[Route]:
    """One route per path; a path with several methods has one endpoint for each."""
    paths: dict[str, dict[str, Endpoint]] = {}
    for endpoint in ENDPOINTS:
        paths.setdefault(endpoint.path, {})[endpoint.method] = endpoint
    return [
        Route(path, partial(answer, methods, Answering(services, door)), methods=list(methods))
        for path, methods in paths.items()
    ]


async def answer(methods: Mapping[str, Endpoint], answering: "Answering", request: Request) -> Response:
    """Read the request, then ask and answer it."""
    endpoint = methods["GET" if request.method == "HEAD" else request.method]
    response = await answered(endpoint, answering, request)
    if endpoint.for_any_page:
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response


async def answered(endpoint: Endpoint, answering: "Answering", request: Request) -> Response:
    """The answer, or the problem that there was; nothing is raised."""
    reads = request.method == "POST" and not endpoint.takes_file
    chunks = pieces(request, asyncio.get_running_loop()) if endpoint.takes_file else iter(())
    try:
        body = await read_body(request) if reads else {}
        if endpoint.at_once and answering.services.at_once:
            with suppress(Unfamiliar):  # a thread asks who it is
                return await answering.respond_at_once(endpoint, request)
        return await run_in_threadpool(answering.respond, endpoint, request, body, chunks)
    except AppError as error:
        return problem(error)
    except Exception as error:
        return unforeseen(request, error)


@dataclass(frozen=True, slots=True)
class Answering:
    """What turns a request that was read into a response."""

    services: Services
    door: Door

    def respond(
        self, endpoint: Endpoint, request: Request, body: Mapping[str, object], chunks: Iterator[bytes]
    ) -> Response:
        """Ask who it is and the table of rights, call the endpoint, put its answer into bytes."""
        by = self._admitted(endpoint, request, may_ask=True)
        call = self._call(by, request, body, chunks)
        with _asking_strangers_in(call, endpoint):
            return rendered(endpoint.answer(call), request)

    async def respond_at_once(self, endpoint: Endpoint, request: Request) -> Response:
        """As `respond`, on the event loop. Raises `Unfamiliar` where somebody has to be asked who it is."""
        assert endpoint.at_once is not None
        by = self._admitted(endpoint, request, may_ask=False)
        call = self._call(by, request, {}, iter(()))
        with _asking_strangers_in(call, endpoint):
            return rendered(await endpoint.at_once(call), request)

    def _call(
        self, by: Person | None, request: Request, body: Mapping[str, object], chunks: Iterator[bytes]
    ) -> Call:
        return Call(
            by=by,
            services=self.services,
            path=request.path_params,
            query=dict(request.query_params) if request.scope["query_string"] else {},
            body=body,
            headers=request.headers,
            chunks=chunks,
        )

    def _admitted(self, endpoint: Endpoint, request: Request, *, may_ask: bool) -> Person | None:
        """Whoever asks, if they could do it to anything at all; to which lesson, the use case asks."""
        if endpoint.for_any_page:
            self.door.count(request.query_params.get("token", ""))
        if endpoint.action is None:
            return None
        person = self.door.person_of(request, may_be_stranger=endpoint.for_strangers, may_ask=may_ask)
        if person is not None:
            check_could(person, endpoint.action)
        return person


@contextmanager
def _asking_strangers_in(call: Call, endpoint: Endpoint) -> Iterator[None]:
    """A stranger who may not is asked to say who they are."""
    try:
        yield
    except NotAllowed as error:
        if call.by is None and endpoint.action is not None:
            raise Unauthenticated("This is not for everybody.") from error
        raise
