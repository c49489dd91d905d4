"""Holds what the double says against Mux's official OpenAPI file, where that file is at hand."""

import functools
import json
import os
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

SPEC = Path(os.environ.get("MUX_OPENAPI_SPEC") or Path(__file__).parents[4] / "shared/facts/mux-openapi.json")
HOSTS = {"/stream": "https://stream.mux.com", "/image": "https://image.mux.com", "": "https://api.mux.com"}
# Seen in real payloads or the file's own examples, though its schemas do not list them.
OPEN_SCHEMAS = {"BaseWebhookEvent", "ListDeliveryUsageResponse"}
API_ERROR = {
    "oneOf": [
        {"$ref": "mux:spec#/components/schemas/UnauthorizedResponse"},
        {"$ref": "mux:spec#/components/schemas/RateLimitedResponse"},
    ]
}
PLAYBACK_ERROR = {"$ref": "mux:spec#/components/schemas/PlaybackErrorResponse"}


class Contract:
    """Mux's schemas, made strict: `nullable` is honoured and unknown fields are faults."""

    def __init__(self, path: Path) -> None:
        document = json.loads(path.read_text())
        for name, schema in document["components"]["schemas"].items():
            _tighten(schema, closed=name not in OPEN_SCHEMAS)
        _tighten([document["paths"], document["webhooks"]], closed=True)
        self._document = document
        resource = Resource.from_contents(document, default_specification=DRAFT202012)
        self._registry = Registry().with_resource("mux:spec", resource)
        # The most literal template first: storyboard.json is also a storyboard.{EXTENSION}.
        templates = sorted(document["paths"], key=lambda template: template.count("{"))
        self._paths = [(_pattern(template), template) for template in templates]
        self._validator = functools.cache(self._make_validator)

    def check_answer(self, method: str, path: str, status: int, content_type: str, body: bytes) -> None:
        """Fails unless the answer is one that Mux documents, or an error in one of its shapes."""
        prefix = next(prefix for prefix in HOSTS if path.startswith(f"{prefix}/"))
        path = path.split("?")[0].removeprefix(prefix)
        template = self._template(HOSTS[prefix], path)
        if status >= 400:
            self._check(json.dumps(PLAYBACK_ERROR if prefix else API_ERROR), json.loads(body), path)
            return
        assert template, f"Mux has no {path}"
        documented = self._document["paths"][template][method.lower()]["responses"]
        assert str(status) in documented, f"{method} {template} is not documented to answer {status}"
        content = documented[str(status)].get("content", {})
        if "application/json" in content and content["application/json"]["schema"].get("type") != "string":
            schema = content["application/json"]["schema"]
            self._check(json.dumps(_absolute(schema)), json.loads(body), f"{method} {template}")
        elif content:
            assert content_type.split(";")[0] in content, f"{template} answered {content_type}"

    def check_event(self, event: dict[str, Any]) -> None:
        webhook = self._document["webhooks"][event["type"]]
        schema = webhook["post"]["requestBody"]["content"]["application/json"]["schema"]
        self._check(json.dumps(_absolute(schema)), event, event["type"])

    def _check(self, schema: str, value: Any, about: str) -> None:
        error = best_match(self._validator(schema).iter_errors(value))
        assert error is None, f"{about}: {error.json_path}: {error.message}"

    def _make_validator(self, schema: str) -> Draft202012Validator:
        return Draft202012Validator(json.loads(schema), registry=self._registry)

    def _template(self, host: str, path: str) -> str | None:
        for pattern, template in self._paths:
            operations = self._document["paths"][template].values()
            servers = {
                server["url"] for o in operations if isinstance(o, dict) for server in o.get("servers", [])
            }
            if host in servers and pattern.fullmatch(path):
                return template
        return None


@functools.cache
def contract() -> Contract | None:
    return Contract(SPEC) if SPEC.exists() else None


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{[A-Z_]+\}", template)
    return re.compile("[^/]+?".join(re.escape(part) for part in parts))


def _absolute(schema: Any) -> Any:
    """The schema with references that hold outside the file."""
    return json.loads(json.dumps(schema).replace('"#/', '"mux:spec#/'))


def _tighten(node: Any, *, closed: bool) -> None:
    """In place: OpenAPI 3.0's `nullable` becomes a type, and objects refuse fields they do not list."""
    if isinstance(node, list):
        for item in node:
            _tighten(item, closed=closed)
    if not isinstance(node, dict):
        return
    for name, child in node.items():
        _tighten(child, closed=closed and name != "allOf")
    if node.get("nullable") is True and isinstance(node.get("type"), str):
        node["type"] = [node["type"], "null"]
        if "enum" in node:
            node["enum"] = [*node["enum"], None]
    if closed and isinstance(node.get("properties"), dict) and node.get("type") == "object":
        node.setdefault("additionalProperties", False)
