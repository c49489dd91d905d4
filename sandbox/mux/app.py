"""Puts the double together: one app for the API, delivery, uploads and the console."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from sandbox.mux import console, ingest, library
from sandbox.mux.api import assets, system, uploads
from sandbox.mux.config import Config
from sandbox.mux.cors import OpenDelivery
from sandbox.mux.delivery import image, stream
from sandbox.mux.environment import Environment
from sandbox.mux.errors import ApiError, PlaybackError, answer_error
from sandbox.mux.gate import Gate
from sandbox.mux.uploads import Transfers, end_overdue

SWEEP_EVERY_S = 30.0
ROUTES = [*assets.ROUTES, *system.ROUTES, *uploads.ROUTES, *stream.ROUTES, *image.ROUTES, *console.ROUTES]


def create_app(config: Config, clock: Callable[[], float] = time.time) -> Starlette:
    """The double as an ASGI app; its `Environment` is at `app.state.env` while it runs."""
    env = Environment(config, clock)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        env.outbox.start()
        ingest.resume(env)
        env.spawn(_sweep(env))
        yield
        await env.close()

    app = Starlette(
        routes=ROUTES,
        lifespan=lifespan,
        middleware=[Middleware(OpenDelivery), Middleware(Gate, env=env)],
        exception_handlers={
            ApiError: answer_error,
            PlaybackError: answer_error,
            HTTPException: answer_error,
        },
    )
    app.state.env = env
    app.state.transfers = Transfers(env)
    return app


async def _sweep(env: Environment) -> None:
    """What happens to assets by the passing of time alone."""
    while True:
        library.delete_expired(env)
        end_overdue(env)
        await asyncio.sleep(SWEEP_EVERY_S)
