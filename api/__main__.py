"""`python -m api` serves on API_ADDRESS."""

import sys

import core.loading  # noqa: F401 - first
from api.app import create
from core.errors import ConfigError
from face import serve, start

if __name__ == "__main__":
    services = start("api")
    try:
        app = create(services)
    except ConfigError as error:
        sys.exit(f"api: {error.sentence}")
    serve(app, services.settings, "api_address")
