"""What the faces that run as a process of their own share: a start that explains itself, and a server."""

import logging
import socket
import sys
from contextlib import suppress
from typing import Literal

import uvicorn
from starlette.types import ASGIApp

import core.loading
from core import bootstrap
from core.errors import AppError, ConfigError
from core.ports import Services
from core.settings import Settings

log = logging.getLogger("lectern")

CHATTY = ("alembic", "botocore")
"""Libraries that tell of their every step at INFO."""


def start(name: str, *needed: str, repeats: bool = False) -> Services:
    """Read the settings, build the services, create `mux_admin` where it is not current.

    What is wrong is said in one line on stderr, exit code 1. `needed` are settings that only this face
    cannot do without. `repeats`: it asks the database the same few things over and over.
    """
    logging.basicConfig(level=logging.INFO, format=f"{name}: %(message)s", stream=sys.stderr)
    for library in CHATTY:
        logging.getLogger(library).setLevel(logging.WARNING)
    try:
        settings = Settings.from_env()
        if missing := [setting.upper() for setting in needed if not getattr(settings, setting)]:
            raise ConfigError(
                f"{', '.join(missing)} must be set.", hint="`cli.py doctor` checks every setting."
            )
        services = bootstrap.build(settings, repeats=repeats)
        bootstrap.prepare(services)
        services.schema.follow()
    except AppError as error:
        sys.exit(f"{name}: {error.sentence}")
    return services


def serve(app: ASGIApp, settings: Settings, setting: Literal["webhook_address", "api_address"]) -> None:
    """Serve at the address of `setting` until SIGTERM or Ctrl-C; requests under way are finished first.

    Where nobody can listen there, that is said in one line on stderr, exit code 1.
    """
    address: str = getattr(settings, setting)
    try:
        listening = _bound(address)
    except OSError as error:
        reason, variable = error.strerror, setting.upper()
        log.error("cannot listen on %s: %s. Stop what listens there, or set %s.", address, reason, variable)
        sys.exit(1)
    core.loading.done()
    log.info("listening on http://%s", address)
    server = uvicorn.Server(uvicorn.Config(app, access_log=False, log_level="warning"))
    with suppress(KeyboardInterrupt):  # raised again by uvicorn, after its orderly end
        server.run(sockets=[listening])
    if not server.started:
        sys.exit(1)


def _bound(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    found = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)
    # Its protocol is named TCP, or asyncio leaves Nagle's delay on and every answer takes 40 ms.
    family, kind, protocol, _, where = found[0]
    bound = socket.socket(family, kind, protocol)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(where)
    return bound
