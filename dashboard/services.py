"""The one door from the pages to the core; tests put their own services behind it."""

import streamlit as st

from core import bootstrap
from core.ports import Services
from core.settings import Settings


def settings() -> Settings:
    """What the environment says; known even while the database is away."""
    return _settings()


def services() -> Services:
    """Everything a use case may ask for, shared by all sessions. Raises what `bootstrap.build` raises."""
    return _services()


def unprepared() -> Services:
    """The same before Lectern's own tables are made: for the checks, which say why they cannot be."""
    return _built()


@st.cache_resource(show_spinner=False)
def _settings() -> Settings:
    return Settings.from_env()


@st.cache_resource(show_spinner=False)
def _built() -> Services:
    return bootstrap.build(settings())


@st.cache_resource(show_spinner=False)
def _services() -> Services:
    built = _built()
    bootstrap.prepare(built)
    built.schema.follow()
    return built
