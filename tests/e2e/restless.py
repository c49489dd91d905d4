"""Two pages, of which the first posts all the time: `python -m tests.e2e.restless PORT [unguarded]`."""

import sys
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from dashboard.late_posts import LatePosts

if __name__ == "__main__":
    port, *unguarded = sys.argv[1:]
    layers = [] if unguarded else [Middleware(LatePosts)]
    app = st.App(Path(__file__).with_name("restless_pages.py"), middleware=layers)
    app.run(config={"server.address": "127.0.0.1", "server.port": int(port), "server.headless": True})
