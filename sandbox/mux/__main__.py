"""`python -m sandbox.mux`: serves the double until it is stopped."""

import os
import sys

import uvicorn

from sandbox.mux.app import create_app
from sandbox.mux.config import from_args
from sandbox.mux.server import configured


def main() -> None:
    config = from_args(sys.argv[1:], os.environ)
    server = uvicorn.Server(configured(create_app(config), host=config.host, port=config.port))
    print(f"The Mux double answers at {config.public_url} (page: {config.public_url}/sandbox)", flush=True)
    server.run()


if __name__ == "__main__":
    main()
