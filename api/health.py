"""Whether the API lives, and whether it can work."""

from api.endpoint import Answer, Call, Endpoint
from core.access import Action


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
    Endpoint(method="GET", path="/api/health/live", action=None, answer=live),
    Endpoint(method="GET", path="/api/health/ready", action=None, answer=ready),
    Endpoint(method="GET", path="/api/database/health", action=Action.SEE_HEALTH, answer=database),
)
