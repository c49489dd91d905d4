"""The dashboard over a school in memory."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from core.access import Person, Role
from dashboard import navigation, trial
from dashboard import services as door
from tests.pages import fakes
from tests.pages.fakes import School
from tests.pages.school import full_school

ROUTER = navigation.PAGES.parent / "dashboard" / "app.py"
Opened = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def _packages_stay() -> Iterator[None]:
    """What is installed is looked through for parts of pages once, as a dashboard does at its start.

    A test's page would read about every package again, three quarters of what opening it costs.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests)
        )
        yield


@pytest.fixture(params=["full"])
def school(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[School]:
    """The school behind the dashboard; `indirect` parameter "empty" gives one before its first scan."""
    made = full_school() if request.param == "full" else School(scanned=False)
    behind(made, monkeypatch)
    st.cache_data.clear()
    st.cache_resource.clear()
    yield made
    st.cache_data.clear()
    st.cache_resource.clear()


def behind(school: School, monkeypatch: pytest.MonkeyPatch, **settings: object) -> None:
    """Put these services behind the dashboard's door."""
    services = fakes.services(school, **settings)
    monkeypatch.setattr(door, "_services", lambda: services)
    monkeypatch.setattr(door, "_built", lambda: services)
    monkeypatch.setattr(door, "_settings", lambda: services.settings)


@pytest.fixture
def open_page(school: School) -> Opened:
    """Open a page as somebody with these roles: `open_page("batch.py", Role.ADMIN, id="1")`."""

    def opened(file: str, *roles: Role, **query: str) -> AppTest:
        test = AppTest.from_file(str(ROUTER), default_timeout=20)
        test.session_state["as"] = person_with(*roles).subject
        test.run()
        if file != navigation.HOME:
            test.switch_page(str(navigation.PAGES / file))
        for name, value in query.items():
            test.query_params[name] = value
        return test.run()

    return opened


def person_with(*roles: Role) -> Person:
    """One of the people for looking around."""
    return next(one for one in trial.BUILT_IN if one.roles == set(roles))


def words_of(test: AppTest) -> str:
    """All that the page says."""
    kinds = (test.title, test.subheader, test.caption, test.markdown, test.error, test.warning, test.button)
    said = [getattr(one, "label", None) or one.value for kind in kinds for one in kind]
    return "\n".join(str(one) for one in [*said, *(f"{m.label} {m.value}" for m in test.metric)])
