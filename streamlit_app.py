"""Starts the dashboard: `python streamlit_app.py`, `streamlit run` and `uvicorn streamlit_app:app` all do."""

import gc
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st

from core.errors import ConfigError
from core.settings import Settings
from dashboard import provider, security, serving


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, bool]]:
    """Load what the pages need and freeze it: the collection after every rerun then skips it."""
    import pandas  # noqa: F401
    import plotly.graph_objects  # noqa: F401
    import pyarrow  # noqa: F401

    import core.bootstrap  # noqa: F401

    gc.collect()
    gc.freeze()
    yield {"ready": True}


def configuration() -> tuple[Settings, dict[str, Any]]:
    """The settings and Streamlit's options; ends with a sentence where they would open it to strangers."""
    try:
        settings = Settings.from_env()
        options = serving.options(os.environ, sign_in_url=settings.oidc_redirect_uri)
        security.check_exposure(settings, options["server.address"])
    except ConfigError as error:
        sys.exit(error.sentence)
    return settings, options


SETTINGS, OPTIONS = configuration()
# Literally so: `streamlit run` looks for this line in the text. Without it, it would run this file as a page,
# serve the files of pages/ beside it to everybody, and add none of the layers below.
app = st.App(
    Path(__file__).parent / "dashboard" / "app.py",
    lifespan=lifespan,
    middleware=security.middleware(SETTINGS, OPTIONS["server.allowedHosts"]),
    secrets=provider.secrets(SETTINGS),
)

if __name__ == "__main__":
    # Streamlit takes a port from the environment for a change of its configuration while it runs.
    logging.getLogger("streamlit.config").addFilter(lambda said: "[server] config" not in said.getMessage())
    app.run(config=OPTIONS)
