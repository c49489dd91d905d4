"""Puts the double together: one app for the API, delivery, uploads and the console."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from sandbox.mux import console, ingest, library, master, page, renditions, target, tracks, transfers, uploads
from sandbox.mux.api import routes, usage_exports
from sandbox.mux.config import Config
from sandbox.mux.cors import OpenDelivery
from sandbox.mux.dating import Dated
from sandbox.mux.delivery import files, image, stream
from sandbox.mux.environment import Environment
from sandbox.mux.errors import ApiError, PlaybackError, answer_error
from sandbox.mux.gate import Gate

SWEEP_EVERY_S = 30.0
log = logging.getLogger(__name__)
ROUTES = [
    *routes.ROUTES,
    *usage_exports.DOWNLOADS,
    *target.ROUTES,
    *stream.ROUTES,
    *image.ROUTES,
    *files.ROUTES,
    *console.ROUTES,
    *page.ROUTES,
]


def create_app(config: Config, clock: Callable[[], float] = time.time) -> Starlette:
    """The double as an ASGI app; its `Environment` is at `app.state.env` while it runs."""
    env = Environment(config, clock)

    # Set here because the ingest must not know what else is made from a ready asset.
    env.follow_up = partial(_follow_up, env)

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
        # Outermost first: refusals of the gate need no CORS, those of delivery do.
        middleware=[Middleware(Dated, env=env), Middleware(OpenDelivery), Middleware(Gate, env=env)],
        exception_handlers={
            ApiError: answer_error,
            PlaybackError: answer_error,
            HTTPException: answer_error,
        },
    )
    app.state.env = env
    app.state.transfers = transfers.Transfers(env)
    return app


def _follow_up(env: Environment, asset_id: str) -> None:
    for start in (tracks.start_from_inputs, renditions.start_for, master.start_for):
        try:
            start(env, asset_id)
        except ApiError as error:
            # The asset is ready all the same: what cannot follow from it must not hold up the rest.
            log.info("Not started for a ready asset: %s", "; ".join(error.messages))


async def _sweep(env: Environment) -> None:
    """What happens to assets by the passing of time alone."""
    while True:
        library.delete_expired(env)
        uploads.end_overdue(env)
        master.end_overdue(env)
        await asyncio.sleep(SWEEP_EVERY_S)
