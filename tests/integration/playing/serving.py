"""The API on a port of its own, so that a player can ask it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from api.app import create
from core.ports import Services
from sandbox.stack import free_port

PATIENCE_S = 20.0


@contextmanager
def api_served(services: Services, port: int) -> Iterator[str]:
    """Serves until the block ends; yields its address."""
    server = uvicorn.Server(uvicorn.Config(create(services), port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE_S
    while not server.started:
        assert thread.is_alive(), "the API ended at its start"
        assert time.monotonic() < deadline, "the API did not start"
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(PATIENCE_S)


__all__ = ["api_served", "free_port"]
