"""`/video/v1/uploads`, and the target that the bytes are put to."""

from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.mux import rules, transfers, uploads
from sandbox.mux.api.answers import data, environment, page_of, path_id
from sandbox.mux.errors import forbidden, not_found
from sandbox.mux.gate import drop_connection
from sandbox.mux.store import Row
from sandbox.mux.validation import body_of


async def create(request: Request) -> Response:
    env = environment(request)
    wanted = await body_of(request, rules.NEW_UPLOAD)
    made = uploads.create(env, wanted)
    if env.strikes("drop_after_upload_create_rate", env.faults.drop_after_upload_create_rate):
        return await drop_connection(request)
    return data(made, 201)


async def listing(request: Request) -> Response:
    env = environment(request)
    limit, offset = page_of(request)
    return data([uploads.current(env, row) for row in env.store.uploads.newest(limit, offset=offset)])


async def show(request: Request) -> Response:
    return data(uploads.current(environment(request), _upload(request)))


async def cancel(request: Request) -> Response:
    env, row = environment(request), _upload(request)
    if uploads.current(env, row)["status"] != "waiting":
        raise forbidden("Cancellation no longer possible")
    return data(uploads.cancel(env, row))


async def target(request: Request) -> Response:
    """PUT of bytes from a browser or a script, and the browser's question whether it may."""
    rows = environment(request).store.uploads.newest(1, parent=request.path_params["secret"])
    if not rows:
        return PlainTextResponse("No such upload session", status_code=404)
    answer = Response(status_code=204) if request.method == "OPTIONS" else await _put(request, rows[0])
    answer.headers.update(_cors(rows[0].body["upload"]["cors_origin"]))
    return answer


async def _put(request: Request, row: Row) -> Response:
    chunks = request.stream()
    try:
        sent = transfers.ByteRange.parse(request.headers.get("content-range"))
        kept = await request.app.state.transfers.receive(row.id, sent, chunks)
        # What is not wanted any more is heard all the same: an answer in between would break the connection.
        async for _ in chunks:
            continue
    except transfers.BadRange as error:
        return JSONResponse({"error": str(error)}, status_code=400)
    except transfers.Closed as closed:
        return PlainTextResponse(f"This upload session is {closed}", status_code=410)
    except ClientDisconnect:
        return Response(status_code=499)
    if kept is not None:
        return _resume_incomplete(kept)
    # A sender whose last answer was lost asks again and hears yes.
    return Response() if row.body["upload"]["status"] == "asset_created" else await _finished(request)


async def _finished(request: Request) -> Response:
    env = environment(request)
    if env.strikes("drop_after_last_put_rate", env.faults.drop_after_last_put_rate):
        return await drop_connection(request)
    return Response()


def _resume_incomplete(kept: int) -> Response:
    headers: dict[str, Any] = {"range": f"bytes=0-{kept - 1}"} if kept else {}
    return Response(status_code=308, headers=headers)


def _cors(origin: str) -> dict[str, str]:
    """Open to the origin that the upload was made for, as the storage session is."""
    return {
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "PUT, OPTIONS",
        "access-control-allow-headers": "content-type, content-range",
        "access-control-expose-headers": "range, content-length",
        "access-control-max-age": "3600",
        "vary": "origin",
    }


def _upload(request: Request) -> Row:
    row = environment(request).store.uploads.find(path_id(request, "upload_id"))
    if row is None:
        raise not_found()
    return row


ROUTES = [
    Route("/video/v1/uploads", create, methods=["POST"]),
    Route("/video/v1/uploads", listing),
    Route("/video/v1/uploads/{upload_id}", show),
    Route("/video/v1/uploads/{upload_id}/cancel", cancel, methods=["PUT"]),
    Route("/upload/{secret}", target, methods=["PUT", "OPTIONS"]),
]
