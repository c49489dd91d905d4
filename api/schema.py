"""The school's tables: what they lack for Mux, and adding it."""

from typing import Any, TypedDict, get_type_hints

from api.endpoint import Answer, Call, Endpoint
from core import applying, inspecting
from core.access import Action
from core.inspecting import Planned, SchemaStatus
from core.plain import plain
from core.schema_run import Applied

PATHS = ("/api/schema", "/api/database/run-mux-migration")
"""The second is where the school's own scripts look for it."""

SEEN: dict[str, Any] = {**get_type_hints(SchemaStatus), "current": bool, "plan": tuple[Planned, ...]}
Seen = TypedDict("Seen", SEEN)  # type: ignore[misc]
"""How the tables stand, as `cli.py schema status` says it, and the plan."""


def status(call: Call) -> Answer:
    """What is missing, and what an apply would send."""
    found = inspecting.inspect(services=call.services)
    return Answer(data={"current": found.status.current, **plain(found.status), "plan": plain(found.planned)})


def apply(call: Call) -> Answer:
    """Bring the tables to what Lectern needs; answers when it is done."""
    return Answer(data=plain(applying.apply(by=call.person, services=call.services)))


ENDPOINTS = tuple(
    endpoint
    for path in PATHS
    for endpoint in (
        Endpoint(method="GET", path=path, action=Action.SEE_SCHEMA, answer=status, gives=Seen),
        Endpoint(method="POST", path=path, action=Action.APPLY_SCHEMA, answer=apply, gives=Applied),
    )
)
