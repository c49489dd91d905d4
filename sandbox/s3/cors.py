"""Lets a bucket's CORS rules speak on every answer, as on S3: a page must be able to read a 403 too."""

from collections.abc import Callable, Iterable
from typing import Any

from moto.s3.utils import cors_matches_origin
from werkzeug.wrappers import Request

StartResponse = Callable[..., Any]


def with_cors(start_response: StartResponse, request: Request, rules: Iterable[Any]) -> StartResponse:
    """Adds the headers of the first rule that fits, unless whoever answers has set them already."""
    said = headers_for(rules, request.headers.get("Origin"), request.method)

    def starting(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        known = {name.lower() for name, _ in headers}
        missing = [(name, value) for name, value in said if name.lower() not in known]
        return start_response(status, [*headers, *missing], *rest)

    return starting


def headers_for(rules: Iterable[Any], origin: str | None, method: str) -> list[tuple[str, str]]:
    for rule in rules if origin else ():
        if cors_matches_origin(origin, rule.allowed_origins) and method in listed(rule.allowed_methods):
            exposed = ", ".join(listed(rule.exposed_headers))
            allowed = [("Access-Control-Allow-Origin", origin), ("Vary", "Origin")]
            return allowed + ([("Access-Control-Expose-Headers", exposed)] if exposed else [])
    return []


def listed(value: list[str] | str | None) -> list[str]:
    """moto keeps one value without its list."""
    return [value] if isinstance(value, str) else value or []
