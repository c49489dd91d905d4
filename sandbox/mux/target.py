"""The address that the bytes of a direct upload are put to, `/upload/<secret>`, by browsers and scripts."""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.mux import transfers
from sandbox.mux.api.answers import environment
from sandbox.mux.gate import drop_connection
from sandbox.mux.store import Row


async def target(request: Request) -> Response:
    """PUT of bytes from a browser or a script, and the browser's question whether it may."""
    rows = environment(request).store.uploads.newest(1, parent=request.path_params["secret"])
    if not rows:
        return PlainTextResponse("No such upload session", status_code=404)
    answer = Response(status_code=204) if request.method == "OPTIONS" else await _put(request, rows[0])
    answer.headers.update(_cors(rows[0].body["upload"]["cors_origin"]))
    return answer


async def _put(request: Request, row: Row) -> Response:
    chunks = _body(request)
    try:
        answer = _fault(request) or await _received(request, row, chunks)
        # What is not wanted any more is heard all the same: an answer in between would break the connection.
        async for _ in chunks:
            continue
    except transfers.BadRange as error:
        return JSONResponse({"error": str(error)}, status_code=400)
    except transfers.Closed as closed:
        return PlainTextResponse(f"This upload session is {closed}", status_code=410)
    except ClientDisconnect:
        return Response(status_code=499)
    return answer


async def _received(request: Request, row: Row, chunks: AsyncIterator[bytes]) -> Response:
    sent = transfers.ByteRange.parse(request.headers.get("content-range"))
    kept = await request.app.state.transfers.receive(row.id, sent, chunks)
    if kept is not None:
        return _resume_incomplete(kept)
    # A sender whose last answer was lost asks again and hears yes.
    return Response() if row.body["upload"]["status"] == "asset_created" else await _finished(request)


async def _finished(request: Request) -> Response:
    env = environment(request)
    if env.strikes("drop_after_last_put_rate", env.faults.drop_after_last_put_rate):
        return await drop_connection(request)
    return Response()


def _fault(request: Request) -> Response | None:
    env = environment(request)
    if env.strikes("put_forbidden_rate", env.faults.put_forbidden_rate):
        return PlainTextResponse("The signature of this session does not hold", status_code=403)
    if env.strikes("put_error_rate", env.faults.put_error_rate):
        return PlainTextResponse("Service Unavailable", status_code=503)
    return None


async def _body(request: Request) -> AsyncIterator[bytes]:
    """What comes in; as slowly as the faults say, and cut off where they do."""
    env = environment(request)
    length_bytes = int(request.headers.get("content-length", 0))
    cut = env.strikes("put_drop_rate", env.faults.put_drop_rate)
    left_bytes = length_bytes // 2 if cut else length_bytes
    async for chunk in request.stream():
        yield chunk[:left_bytes] if cut else chunk
        left_bytes -= len(chunk)
        if cut and left_bytes <= 0:
            await drop_connection(request)
            raise ClientDisconnect
        if env.faults.put_bytes_per_s:
            await asyncio.sleep(len(chunk) / env.faults.put_bytes_per_s)


def _resume_incomplete(kept: int) -> Response:
    return Response(status_code=308, headers={"range": f"bytes=0-{kept - 1}"} if kept else {})


def _cors(origin: str) -> dict[str, str]:
    """Open to the origin that the upload was made for, as the storage session is."""
    return {
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "PUT, OPTIONS",
        "access-control-allow-headers": "content-type, content-range",
        "access-control-expose-headers": "range, location, content-length",
        "access-control-max-age": "3600",
        "vary": "origin",
    }


ROUTES = [Route("/upload/{secret}", target, methods=["PUT", "OPTIONS"])]
