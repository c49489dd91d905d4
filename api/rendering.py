"""From an answer to bytes, with what caches and browsers need to know."""

import hashlib
import json

from starlette.requests import Request
from starlette.responses import Response

from api.endpoint import NO_STORE, Answer

WRITTEN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

VARY = "Authorization"
"""What answers differ by; the origin is added where pages of some origins may ask."""


def rendered(answer: Answer, request: Request) -> Response:
    """The response; 304 without a body where the caller has just this already."""
    body = _body(answer)
    headers = {"Cache-Control": answer.cache, **answer.headers}
    if answer.cache == NO_STORE:
        return Response(body, answer.status, headers, answer.media_type)
    headers |= {"ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"', "Vary": VARY}
    if is_known(headers["ETag"], request.headers.get("if-none-match", "")):
        return Response(None, 304, headers)
    return Response(body, answer.status, headers, answer.media_type)


def is_known(etag: str, header: str) -> bool:
    """Whether `If-None-Match` names the tag; a cache may have weakened it (RFC 9110, 13.1.2)."""
    named = {one.strip().removeprefix("W/") for one in header.split(",")}
    return etag in named or "*" in named


def _body(answer: Answer) -> bytes:
    if answer.text is not None:
        return answer.text.encode()
    return WRITTEN(answer.data).encode()
