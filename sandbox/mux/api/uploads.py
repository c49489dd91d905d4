"""`/video/v1/uploads`: direct uploads as the API shows them."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.mux import rules, uploads
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
]
