"""What the faces that run as a process of their own share: a start that explains itself, and a server."""

import gc
import logging
import sys

import uvicorn
from starlette.types import ASGIApp

from core import bootstrap
from core.errors import AppError, ConfigError
from core.ports import Services
from core.settings import Settings

log = logging.getLogger("lectern")

CHATTY = ("alembic", "botocore")
"""Libraries that tell of their every step at INFO."""


def start(name: str, *needed: str) -> Services:
    """Read the settings, build the services, create `mux_admin` where it is not current.

    What is wrong is said in one line on stderr, exit code 1. `needed` are settings that only this face
    cannot do without.
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
        services = bootstrap.build(settings)
        bootstrap.prepare(services)
        services.schema.follow()
    except AppError as error:
        sys.exit(f"{name}: {error.sentence}")
    return services


def serve(app: ASGIApp, address: str) -> None:
    """Serve until SIGTERM or Ctrl-C; requests under way are finished first."""
    gc.collect()
    gc.freeze()  # what was loaded stays: later collections need not walk it, while somebody waits
    host, _, port = address.rpartition(":")
    log.info("listening on http://%s", address)
    uvicorn.run(app, host=host.strip("[]"), port=int(port), access_log=False, log_level="warning")
