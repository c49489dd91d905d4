"""Errors as `application/problem+json` (RFC 9457), with the hint that says what to do."""

import logging
import math
import uuid

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from core.errors import (
    AppError,
    IllegalMove,
    InvalidInput,
    NotAllowed,
    NotFound,
    RateLimited,
    Refused,
    StaleState,
    Unavailable,
    UnknownPrice,
)

log = logging.getLogger("lectern.api")


class FileInBody(InvalidInput):
    """A file was sent where JSON is read."""

    hint = "Send JSON; PUT the file to the `upload_url` that comes back. No file goes through Lectern."


STATUSES: tuple[tuple[type[AppError], int], ...] = (
    (FileInBody, 415),
    (InvalidInput, 400),
    (NotAllowed, 403),
    (NotFound, 404),
    (UnknownPrice, 404),
    (StaleState, 409),
    (IllegalMove, 409),
    (RateLimited, 429),
    (Refused, 502),
    (Unavailable, 503),
)
DEFAULT_STATUS = 500
RETRY_AFTER_S = 5
PROBLEM = "application/problem+json"
UNCACHED = {"Cache-Control": "no-store"}


class Unauthenticated(NotAllowed):
    """The request does not say who asks."""

    hint = "Send the header `Authorization: Bearer <API_KEY or token>`."


def status_of(error: AppError) -> int:
    """The HTTP status that an error is told with; 500 for what is our own affair."""
    if isinstance(error, Unauthenticated):
        return 401
    return next((status for kind, status in STATUSES if isinstance(error, kind)), DEFAULT_STATUS)


def problem(error: AppError) -> JSONResponse:
    """The answer to a request that failed, with `Retry-After` where trying again helps."""
    status = status_of(error)
    headers = dict(UNCACHED)
    if error.retryable:
        headers["Retry-After"] = str(_retry_after_s(error))
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = {"title": str(error), "status": status, "hint": error.hint}
    return JSONResponse(body, status, headers, media_type=PROBLEM)


def _retry_after_s(error: AppError) -> int:
    """Whole seconds, never too few: who comes back early is refused once more."""
    wait_s = error.retry_after_s if isinstance(error, RateLimited) else None
    return max(1, math.ceil(wait_s or RETRY_AFTER_S))


async def app_error(_request: Request, error: Exception) -> JSONResponse:
    """An error that a person can be told."""
    assert isinstance(error, AppError)
    return problem(error)


async def http_error(_request: Request, error: Exception) -> JSONResponse:
    """Starlette's own: no such path, method not allowed."""
    assert isinstance(error, HTTPException)
    body = {"title": error.detail, "status": error.status_code, "hint": "docs/api.md lists the routes."}
    headers = {**UNCACHED, **(error.headers or {})}
    return JSONResponse(body, error.status_code, headers, media_type=PROBLEM)


async def bug(request: Request, error: Exception) -> JSONResponse:
    """Anything else is a mistake of ours."""
    return unforeseen(request, error)


def unforeseen(request: Request, error: Exception) -> JSONResponse:
    """A mistake of ours: logged under an id that the caller can quote."""
    error_id = uuid.uuid4().hex[:8]
    log.error("error %s at %s", error_id, request.url.path, exc_info=error)
    body = {"title": "Something went wrong here.", "status": 500, "hint": f"Quote the id {error_id}."}
    return JSONResponse(body, 500, UNCACHED, media_type=PROBLEM)
