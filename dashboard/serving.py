"""Where the dashboard listens: Streamlit reads its own variables itself only under `streamlit run`."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from core.errors import ConfigError

ADDRESS = "STREAMLIT_SERVER_ADDRESS"
PORT = "STREAMLIT_SERVER_PORT"
ALLOWED_HOSTS = "STREAMLIT_SERVER_ALLOWED_HOSTS"
"""Comma-separated host names under which the dashboard may be addressed."""


def options(env: Mapping[str, str], *, sign_in_url: str = "") -> dict[str, Any]:
    """Streamlit's options by name, from the environment or else from config.toml.

    Unless the environment names the hosts, the one in `sign_in_url` (OIDC_REDIRECT_URI) is among them: the
    provider sends everybody there.

    Raises:
        ConfigError: the port is no port.
    """
    hosts = [host.strip() for host in env.get(ALLOWED_HOSTS, "").split(",") if host.strip()]
    return {
        "server.address": env.get(ADDRESS) or st.get_option("server.address"),
        "server.port": _port(env.get(PORT) or str(st.get_option("server.port"))),
        "server.allowedHosts": hosts or _usual_hosts(sign_in_url),
    }


def _usual_hosts(sign_in_url: str) -> list[str]:
    host = urlsplit(sign_in_url).hostname
    return list(dict.fromkeys([*st.get_option("server.allowedHosts"), *([host] if host else [])]))


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65_536:
        raise ConfigError(f"{PORT} is not a port number.")
    return int(text)
