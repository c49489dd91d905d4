"""Reads request bodies as strictly as Mux does, and says everything that is wrong at once.

A rule takes a value and yields sentences about it; no sentence means the value is fine.
"""

from collections.abc import Callable, Iterator, Mapping
from json import JSONDecodeError
from typing import Any

from starlette.requests import Request

from sandbox.mux.errors import invalid

Rule = Callable[[Any], Iterator[str]]


def text(longest: int | None = None) -> Rule:
    """A string of at most `longest` code points."""

    def rule(value: Any) -> Iterator[str]:
        if not isinstance(value, str):
            yield "must be a string"
        elif longest is not None and len(value) > longest:
            yield f"must be at most {longest} characters"

    return rule


def flag(value: Any) -> Iterator[str]:
    if not isinstance(value, bool):
        yield "must be a boolean"


def number(least: float | None = None, most: float | None = None, *, whole: bool = False) -> Rule:
    """A JSON number within bounds; `whole` refuses fractions."""

    def rule(value: Any) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            yield "must be an integer" if whole else "must be a number"
        elif (least is not None and value < least) or (most is not None and value > most):
            yield f"must be between {least} and {most}"

    return rule


def one_of(*allowed: str) -> Rule:
    def rule(value: Any) -> Iterator[str]:
        if value not in allowed:
            yield f"must be one of {', '.join(allowed)}"

    return rule


def web_address(value: Any) -> Iterator[str]:
    if not isinstance(value, str) or not value.startswith(("http://", "https://")):
        yield "must be an http or https URL"


def listed(rule: Rule, *, least: int = 0) -> Rule:
    """A list in which every item satisfies `rule`."""

    def check(value: Any) -> Iterator[str]:
        if not isinstance(value, list):
            yield "must be a list"
        elif len(value) < least:
            yield f"must have at least {least} item"
        else:
            for position, item in enumerate(value):
                yield from (f"[{position}] {problem}" for problem in rule(item))

    return check


def shaped(fields: Mapping[str, Rule], *, required: tuple[str, ...] = ()) -> Rule:
    """An object with these fields and no others. A null counts as left out."""

    def check(value: Any) -> Iterator[str]:
        if not isinstance(value, dict):
            yield "must be an object"
            return
        yield from (f"{name} is required" for name in required if value.get(name) is None)
        for name, given in value.items():
            # Mux may let some pass; a misspelt option that does nothing is found late, so none passes here.
            if name not in fields:
                yield f"{name} is not a known parameter"
            elif given is not None:
                yield from (f"{name} {problem}" for problem in fields[name](given))

    return check


async def body_of(request: Request, rule: Rule) -> dict[str, Any]:
    """The request's JSON object without nulls, or a 400 that lists every problem."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise invalid("The request's Content-Type must be application/json")
    return await json_of(request, rule)


async def json_of(request: Request, rule: Rule) -> dict[str, Any]:
    """The same, whatever the request says that its body is."""
    try:
        body = await request.json()
    except (JSONDecodeError, UnicodeDecodeError):
        raise invalid("Failed to parse request body") from None
    if problems := list(rule(body)):
        raise invalid(*problems)
    return {name: value for name, value in body.items() if value is not None}


def whole_number(request: Request, name: str, default: int, *, most: int | None = None) -> int:
    """A positive integer of the query string."""
    given = request.query_params.get(name, str(default))
    if not given.isdecimal() or int(given) < 1 or (most is not None and int(given) > most):
        raise invalid(f"{name} must be a whole number from 1{f' to {most}' if most else ''}")
    return int(given)
