"""The baseline: a Starlette route that asks the same one question, and hands out the row as it is."""

import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from psycopg import AsyncRawCursor
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

SQL, (_, LEARNER) = json.loads(Path(sys.argv[2]).read_text())

pool = AsyncConnectionPool(
    os.environ["DATABASE_URL"],
    min_size=8,
    open=False,
    kwargs={
        "autocommit": True,
        "row_factory": dict_row,
        "cursor_factory": AsyncRawCursor,
        "options": "-c search_path=mux_admin",
    },
)


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    async with pool:
        yield


async def playback(request: Request) -> JSONResponse:
    async with pool.connection() as connection:
        cursor = await connection.execute(SQL, [request.path_params["lesson_id"], LEARNER])
        return JSONResponse(await cursor.fetchone())


app = Starlette(routes=[Route("/api/videos/{lesson_id}/playback", playback)], lifespan=lifespan)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
