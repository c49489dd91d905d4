"""The baseline: a Starlette route that puts the body into one table, as psycopg's manual does it."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from psycopg_pool import AsyncConnectionPool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

pool = AsyncConnectionPool(os.environ["DATABASE_URL"], min_size=8, open=False)


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    async with pool:
        async with pool.connection() as connection:
            await connection.execute("create table if not exists bare_events (id bigserial, body jsonb)")
        yield


async def receive(request: Request) -> JSONResponse:
    body = (await request.body()).decode()
    async with pool.connection() as connection:
        await connection.execute("insert into bare_events (body) values (%s)", [body])
    return JSONResponse({"received": True})


app = Starlette(routes=[Route("/api/videos/mux/webhook", receive, methods=["POST"])], lifespan=lifespan)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
