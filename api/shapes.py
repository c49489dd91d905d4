"""Types of Python as JSON Schema (2020-12), the way `core.plain` writes their values."""

import types
import typing
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, is_typeddict
from uuid import UUID

Schema = dict[str, Any]
Components = dict[str, Schema]

PLAIN: dict[Any, Schema] = {
    Any: {},
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    UUID: {"type": "string", "format": "uuid"},
    Decimal: {"type": "string"},
}


def shape_of(kind: Any, components: Components) -> Schema:
    """The schema of a type; records go into `components` by their name, once."""
    if kind in PLAIN:
        return PLAIN[kind]
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [shape_of(one, components) for one in inner]}
    if origin is not None:
        return _container(origin, inner, components)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"type": "string", "enum": [one.value for one in kind]}
    if is_dataclass(kind) or is_typeddict(kind):
        return _record(kind, components)
    return {"type": "string"} if isinstance(kind, type) and issubclass(kind, str) else {}


def _container(origin: Any, inner: tuple[Any, ...], components: Components) -> Schema:
    if issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": shape_of(inner[1], components)}
    if issubclass(origin, Collection):
        return {"type": "array", "items": shape_of(inner[0], components)}
    return {}


def _record(kind: Any, components: Components) -> Schema:
    name = kind.__name__
    if name not in components:
        components[name] = {}  # it may hold itself
        hints = typing.get_type_hints(kind)
        names = [one.name for one in fields(kind)] if is_dataclass(kind) else list(hints)
        needed = names if is_dataclass(kind) else sorted(kind.__required_keys__)
        components[name] = {
            "type": "object",
            "description": " ".join((kind.__doc__ or "").split()),
            "properties": {one: shape_of(hints[one], components) for one in names},
            "required": needed,
        }
    return {"$ref": f"#/components/schemas/{name}"}
