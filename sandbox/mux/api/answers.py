"""What the handlers share: reaching the environment, checking ids, wrapping answers."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.mux.environment import Environment
from sandbox.mux.errors import invalid
from sandbox.mux.validation import whole_number

MOST_PER_PAGE = 100


def environment(request: Request) -> Environment:
    env: Environment = request.app.state.env
    return env


def data(content: Any, status: int = 200, **beside: Any) -> Response:
    """`{"data": content, …}`, the envelope of nearly every answer."""
    return JSONResponse({"data": content, **beside}, status_code=status)


def gone() -> Response:
    return Response(status_code=204)


def path_id(request: Request, name: str) -> str:
    """An id of the path; Mux tells a malformed one (400) from an unknown one (404)."""
    given: str = request.path_params[name]
    # Their ids are longer than any word or number that gets here by mistake.
    if not (given.isascii() and given.isalnum() and len(given) >= 16):
        raise invalid("Failed to parse ID")
    return given


def page_of(request: Request, default_limit: int = 25) -> tuple[int, int]:
    """`limit` and the offset that `page` stands for."""
    limit = whole_number(request, "limit", default_limit, most=MOST_PER_PAGE)
    return limit, (whole_number(request, "page", 1) - 1) * limit
