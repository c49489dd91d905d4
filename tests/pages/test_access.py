"""Who somebody is: without sign-in, and as the provider's claims say."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.access import Person, Role
from core.batch import ItemState
from dashboard import access, navigation, sign_in
from dashboard import services as door
from tests.pages.conftest import ROUTER, Opened, behind, person_with, words_of
from tests.pages.fakes import School
from tests.pages.school import item_in

OIDC = {
    "auth": "oidc",
    "oidc_server_metadata_url": "https://id.example/.well-known/openid-configuration",
    "oidc_client_id": "lectern",
    "oidc_redirect_uri": "https://lectern.example/oauth2callback",
    "oidc_cookie_secret": "cookie",
}


def claims(*groups: str, age: timedelta = timedelta(minutes=1), **more: Any) -> dict[str, Any]:
    issued = (datetime.now(UTC) - age).timestamp()
    return {
        "is_logged_in": True,
        "sub": "u1",
        "email": "kim@school.example",
        "groups": [*groups],
        "iat": issued,
    } | more


def as_user(
    user: dict[str, Any], school: School, monkeypatch: pytest.MonkeyPatch, **settings: Any
) -> AppTest:
    behind(school, monkeypatch, **OIDC, **settings)
    test = AppTest.from_file(str(ROUTER), default_timeout=20)
    test.user = user
    return test.run()


def test_every_role_alone_can_be_tried() -> None:
    assert {person.roles for person in access.TRIAL_PEOPLE} >= {frozenset({role}) for role in Role}


def test_without_sign_in_a_banner_says_so_and_who_one_is(open_page: Opened) -> None:
    text = words_of(open_page("home.py", Role.TEACHER))
    assert "Sign-in is off" in text
    assert "You look around as tess (teacher)." in text


def test_the_person_to_look_around_as_can_be_changed(open_page: Opened) -> None:
    test = open_page("home.py", Role.ADMIN)
    test.selectbox(key="as").set_value("finn (finance)").run()
    assert "What is left to move" in words_of(test)


def test_the_menu_shows_what_the_person_may_open(school: School) -> None:
    shown = {role: _menu(role) for role in Role}
    assert shown[Role.TEACHER] == shown[Role.FINANCE] == ["Today"]
    assert shown[Role.OPS] == ["Today", "Migrate", "Batches", "Events", "Health"]


def test_somebody_not_signed_in_sees_the_door_and_no_figure(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = as_user({"is_logged_in": False}, school, monkeypatch)
    assert [button.label for button in test.button] == ["Sign in"]
    assert not test.metric


def test_groups_become_roles(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    test = as_user(claims("finance", "strangers"), school, monkeypatch)
    text = words_of(test)
    assert "kim (finance)" in text
    assert "What is left to move" in text
    assert "Sign-in is off" not in text


def test_a_known_person_without_a_known_group_is_told_whom_to_ask(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = as_user(claims("strangers"), school, monkeypatch)
    assert "Your roles do not allow you to see the first page." in test.warning[0].value
    assert not test.metric


@pytest.mark.parametrize("age", [timedelta(hours=12, minutes=1), timedelta(days=29)])
def test_claims_older_than_twelve_hours_ask_for_a_new_sign_in(
    age: timedelta, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = as_user(claims("admin", age=age), school, monkeypatch)
    assert "older than 12 hours" in words_of(test)
    assert not test.metric


def test_claims_that_do_not_say_their_age_count_as_old(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = as_user(claims("admin") | {"iat": None}, school, monkeypatch)
    assert [button.label for button in test.button] == ["Sign in"]


def test_the_hosts_id_comes_from_the_claim_that_the_settings_name(monkeypatch: pytest.MonkeyPatch) -> None:
    person = _person(claims("teacher", school_id=17), monkeypatch, host_user_claim="school_id")
    assert person
    assert person.host_user_id == "17"
    assert person.roles == {Role.TEACHER}


def test_an_unverified_address_names_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    person = _person(claims("teacher", email_verified=False), monkeypatch)
    assert person
    assert person.email == ""


def test_the_providers_settings_are_handed_to_streamlit_and_only_with_sign_in() -> None:
    from tests.pages.test_security import settings

    assert sign_in.secrets(settings()) is None
    auth = (sign_in.secrets(settings(**OIDC)) or {})["auth"]
    assert auth["client_id"] == "lectern"
    assert auth["redirect_uri"] == OIDC["oidc_redirect_uri"]


def test_an_action_asks_again_after_the_claims_have_grown_old(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = as_user(claims("admin"), school, monkeypatch)
    test.switch_page(str(navigation.PAGES / "batch.py"))
    test.query_params["id"] = "1"
    test.run()
    test.user = claims("admin", age=timedelta(hours=13))
    next(one for one in test.button if one.label == "Pause").click().run()
    assert not school.audited
    assert "not signed in" in test.warning[0].value


def _menu(role: Role) -> list[str]:
    return [page.title for page in navigation.REGISTRY if navigation.in_menu(page, person_with(role))]


def _person(user: dict[str, Any], monkeypatch: pytest.MonkeyPatch, **settings: Any) -> Person | None:
    from tests.pages.test_security import settings as made

    monkeypatch.setattr(sign_in.st, "user", user)
    monkeypatch.setattr(door, "_settings", lambda: made(**OIDC, **settings))
    return sign_in.signed_in(door.settings(), now=datetime.now(UTC))


def test_ops_see_a_videos_facts_but_play_only_what_the_school_lets_them(
    school: School, open_page: Opened
) -> None:
    item = str(item_in(school, ItemState.DONE))
    test = open_page("batch.py", Role.OPS, id="1", item=item)
    assert "whoever may play one of its lessons" in words_of(test)
    assert len(test.get("bidi_component")) == 1  # the state bar alone
    assert any("asset" in code.value for code in test.code)
    assert len(open_page("batch.py", Role.ADMIN, id="1", item=item).get("bidi_component")) == 2
