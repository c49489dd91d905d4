"""Starts the dashboard: `python streamlit_app.py`, `streamlit run` and `uvicorn streamlit_app:app` all do."""

import gc
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st

from core.errors import ConfigError
from core.settings import Settings
from dashboard import security, serving, sign_in


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


def build(settings: Settings, options: Mapping[str, Any]) -> st.App:
    """The application, or a `ConfigError` where it would be open to strangers."""
    security.check_exposure(settings, options["server.address"])
    return st.App(
        Path(__file__).parent / "dashboard" / "app.py",
        lifespan=lifespan,
        middleware=security.middleware(settings, options["server.allowedHosts"]),
        secrets=sign_in.secrets(settings),
    )


try:
    OPTIONS = serving.options(os.environ)
    app = build(Settings.from_env(), OPTIONS)
except ConfigError as error:
    sys.exit(error.sentence)

if __name__ == "__main__":
    app.run(config=OPTIONS)
