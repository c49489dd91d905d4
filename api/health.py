"""Whether the API lives, and whether it can work."""

from typing import TypedDict

from api.endpoint import Answer, Call, Endpoint
from core.access import Action


class Lives(TypedDict):
    """It works."""

    status: str


class Health(TypedDict):
    """`rows_waiting_for_columns` are rows whose facts are kept until their columns exist."""

    status: str
    last_event_at: str | None
    rows_waiting_for_columns: int


def live(_call: Call) -> Answer:
    """The process answers; it asks nobody else."""
    return Answer(data={"status": "ok"})


def ready(call: Call) -> Answer:
    """The database answers; 503 while it does not."""
    with call.services.uow("ready.read") as tx:
        tx.batches.running()
    return Answer(data={"status": "ok"})


def database(call: Call) -> Answer:
    """The database answers, when the last event came, and how many rows wait for columns."""
    with call.services.uow("health.read") as tx:
        last = tx.events.last_received_at()
        waiting = tx.host.pending_rows()
    data = {
        "status": "ok",
        "last_event_at": last.isoformat() if last else None,
        "rows_waiting_for_columns": waiting,
    }
    return Answer(data=data)


ENDPOINTS = (
    Endpoint(method="GET", path="/api/health/live", action=None, answer=live, gives=Lives),
    Endpoint(method="GET", path="/api/health/ready", action=None, answer=ready, gives=Lives),
    Endpoint(
        method="GET", path="/api/database/health", action=Action.SEE_HEALTH, answer=database, gives=Health
    ),
)
