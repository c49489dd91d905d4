"""The API's description (OpenAPI 3.1), made of the registry: what is not in it cannot be described."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, TypedDict

from api.endpoint import Endpoint
from api.shapes import Components, Schema, shape_of

JSON, PROBLEM = "application/json", "application/problem+json"
TOKEN: Schema = {
    "type": "http",
    "scheme": "bearer",
    "description": "API_KEY, a JWT of API_ISSUER, or what `cli.py token` makes where there is no issuer.",
}


class Problem(TypedDict):
    """What went wrong, and in `hint` what to do about it (RFC 9457)."""

    title: str
    status: int
    hint: str


WEBHOOK: Schema = {
    "post": {
        "summary": "Take a delivery of Mux's.",
        "operationId": "webhook",
        "security": [],
        "parameters": [
            {"name": "Mux-Signature", "in": "header", "required": True, "schema": {"type": "string"}}
        ],
        "requestBody": {"required": True, "content": {JSON: {"schema": {"type": "object"}}}},
        "responses": {
            "200": {"description": "It is kept, or was known already."},
            "default": {"description": "It proves nothing, or cannot be kept now."},
        },
    }
}


def document(endpoints: Iterable[Endpoint], *, server: str = "") -> dict[str, Any]:
    """The whole description."""
    components: Components = {}
    paths: dict[str, Schema] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, components)
    paths["/api/videos/mux/webhook"] = WEBHOOK
    return {
        "openapi": "3.1.0",
        "info": {"title": "Lectern", "version": "1", "description": "What each call needs: docs/api.md."},
        **({"servers": [{"url": server}]} if server else {}),
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": {"token": TOKEN}},
    }


def _operation(endpoint: Endpoint, components: Components) -> Schema:
    words = " ".join((endpoint.answer.__doc__ or "").split())
    found: Schema = {
        "summary": words.partition(". ")[0].partition("; ")[0].rstrip(".") + ".",
        "description": f"{words} Needs the right to {endpoint.action}." if endpoint.action else words,
        "operationId": re.sub(r"\W+", "_", f"{endpoint.method.lower()}{endpoint.path}").strip("_"),
        "parameters": list(_parameters(endpoint)),
        "responses": _responses(endpoint, components),
        "security": _security(endpoint),
    }
    if endpoint.takes is not None:
        content = {JSON: {"schema": shape_of(endpoint.takes, components)}}
        found["requestBody"] = {"required": True, "content": content}
    if endpoint.takes_file:
        form = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
        found["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": form}}}
    return found | ({"deprecated": True} if endpoint.is_deprecated else {})


def _parameters(endpoint: Endpoint) -> Iterator[Schema]:
    for name in re.findall(r"{(\w+)}", endpoint.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    for name in endpoint.query:
        yield {"name": name, "in": "query", "schema": {"type": "string"}}


def _responses(endpoint: Endpoint, components: Components) -> Schema:
    problem = {PROBLEM: {"schema": shape_of(Problem, components)}}
    if isinstance(endpoint.gives, str):
        content: Schema = {endpoint.gives: {"schema": {"type": "string"}}}
    else:
        content = {JSON: {"schema": shape_of(endpoint.gives, components)}}
    return {
        "202" if endpoint.takes_file else "200": {"description": "Done.", "content": content},
        "default": {"description": "A problem, with a hint.", "content": problem},
    }


def _security(endpoint: Endpoint) -> list[Schema]:
    if endpoint.action is None:
        return []
    return [{}, {"token": []}] if endpoint.for_strangers else [{"token": []}]
