"""Who somebody is: without sign-in, and as the provider's claims say."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.access import Person, Role
from core.batch import ItemState
from core.errors import ConfigError, Unavailable
from core.people import HostUser
from core.settings import Settings
from dashboard import navigation, provider, sign_in, trial
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
        "email_verified": True,
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
    assert {person.roles for person in trial.BUILT_IN} >= {frozenset({role}) for role in Role}


def test_without_sign_in_a_banner_says_so_and_who_one_is(open_page: Opened) -> None:
    text = words_of(open_page("home.py", Role.TEACHER))
    assert "Sign-in is off" in text
    assert "You look around as tess (teacher)." in text


def test_the_person_to_look_around_as_can_be_changed(open_page: Opened) -> None:
    test = open_page("home.py", Role.ADMIN)
    test.selectbox(key="as").set_value("finn").run()
    assert "What is left to move" in words_of(test)


def test_the_menu_shows_what_the_person_may_open(school: School) -> None:
    shown = {role: _menu(role) for role in Role}
    assert shown[Role.TEACHER] == ["Today", "Library", "Upload", "Analytics", "Batches"]
    assert shown[Role.FINANCE] == [
        "Today",
        *("Costs", "Cost table", "Forecast", "Savings", "Budgets", "Migrations", "Price cards"),
    ]
    assert shown[Role.OPS] == [
        "Today",
        "Library",
        "Analytics",
        "Batches",
        "Migrate",
        "Schema",
        "Events",
        "Health",
    ]


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
    assert "You have no role here" in test.warning[0].value
    assert "Ask whoever runs Lectern for one" in test.warning[0].value
    assert not test.metric
    assert not test.get("page_link")  # Today would refuse them as well


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


KIM = HostUser(id="usr_kim", email="Kim@School.example", role="teacher")


def test_a_verified_address_names_the_one_user_of_the_school_who_has_it(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.users = [KIM]
    assert _host_id(claims("teacher"), monkeypatch) == "usr_kim"
    assert _host_id(claims("teacher", school_id=None), monkeypatch, host_user_claim="school_id") == "usr_kim"


def test_an_address_of_two_users_or_of_none_names_nobody(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.users = [KIM, HostUser(id="usr_kim2", email="kim@school.example")]
    assert _host_id(claims("teacher"), monkeypatch) is None
    assert _host_id(claims("teacher", email="eve@school.example"), monkeypatch) is None
    assert _host_id(claims("teacher", email=""), monkeypatch) is None


@pytest.mark.parametrize("verified", [False, None, "false", "true", 1, "absent"])
def test_an_address_that_the_provider_does_not_call_verified_names_nobody(
    school: School, monkeypatch: pytest.MonkeyPatch, verified: object
) -> None:
    school.users = [KIM]
    told = claims("teacher", email_verified=verified)
    if verified == "absent":
        del told["email_verified"]
    person = _person(told, monkeypatch)
    assert person
    assert (person.email, person.host_user_id) == ("", None)


@pytest.mark.parametrize("value", [True, ["usr_kim"], {"id": 1}, "", 1.5])
def test_a_claim_that_is_no_id_gives_none(
    school: School, monkeypatch: pytest.MonkeyPatch, value: object
) -> None:
    assert _host_id(claims("teacher", school_id=value), monkeypatch, host_user_claim="school_id") is None


def test_while_the_database_is_away_a_person_owns_nothing_and_is_let_in(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.users, school.broken = [KIM], Unavailable("The database does not answer.")
    assert _host_id(claims("teacher"), monkeypatch) is None
    school.broken = None
    assert _host_id(claims("teacher"), monkeypatch) == "usr_kim"


def test_the_school_is_not_asked_again_for_a_minute(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    school.users = [KIM]
    assert _host_id(claims("teacher"), monkeypatch) == "usr_kim"
    school.broken = Unavailable("The database does not answer.")
    assert _host_id(claims("teacher"), monkeypatch) == "usr_kim"


USERS = [
    HostUser(id="usr_ida", email="ida@school.example", role="admin"),
    HostUser(id="usr_olu", email="olu@school.example", role="ops"),
    HostUser(id="usr_ana", email="ana.costa@school.example", role="teacher"),
    HostUser(id="usr_sam", email="sam@school.example", role="student"),
]


def test_one_can_be_each_of_the_schools_own_people_and_whoever_runs_the_machine(
    school: School, open_page: Opened
) -> None:
    school.users = USERS
    switch = open_page("home.py", Role.ADMIN).selectbox(key="as")
    assert switch.options == [
        "operator (admin, ops)",
        "ida (admin)",
        "olu (ops)",
        "ana.costa (teacher)",
        "sam (no role)",
    ]
    assert switch.value == "operator"


def test_somebody_of_the_school_who_may_do_all_comes_first(school: School) -> None:
    school.users = [*USERS, HostUser(id="usr_dana", email="dana@school.example", role="Admin, ops")]
    assert [one.subject for one in trial.offered()][:2] == ["usr_dana", "usr_ida"]


def test_a_teacher_to_look_around_as_has_their_id_in_the_school(school: School) -> None:
    school.users = USERS
    ana = next(one for one in trial.offered() if one.subject == "usr_ana")
    assert (ana.host_user_id, ana.roles) == ("usr_ana", {Role.TEACHER})


def test_the_address_says_whom_to_look_around_as_and_keeps_whom_one_chose(school: School) -> None:
    school.users = USERS
    test = AppTest.from_file(str(ROUTER), default_timeout=20)
    test.query_params["as"] = "usr_ana"
    assert "You look around as ana.costa (teacher)." in words_of(test.run())
    test.selectbox(key="as").set_value("usr_olu").run()
    assert "You look around as olu (ops)." in words_of(test)
    assert test.query_params["as"] in ("usr_olu", ["usr_olu"])


def test_an_address_with_somebody_unknown_is_the_first_of_the_list(school: School) -> None:
    test = AppTest.from_file(str(ROUTER), default_timeout=20)
    test.query_params["as"] = "nobody"
    assert "You look around as dana (admin, ops)." in words_of(test.run())


def test_many_people_are_found_by_a_search_and_the_chosen_one_stays(school: School) -> None:
    school.users = [HostUser(id=f"u{n}", email=f"u{n}@school.example") for n in range(250)]
    test = AppTest.from_file(str(ROUTER), default_timeout=20)
    test.query_params["as"] = "u240"
    test.run()
    assert len(test.selectbox(key="as").options) == trial.SHOWN + 1
    assert test.selectbox(key="as").value == "u240"
    test.text_input(key="as_search").set_value("u19").run()
    options = test.selectbox(key="as").options
    assert "u199 (no role)" in options
    assert "u240 (no role)" in options
    assert len(options) < 20


def test_the_person_stays_while_the_database_is_away(school: School) -> None:
    school.users = USERS
    test = AppTest.from_file(str(ROUTER), default_timeout=20)
    test.query_params["as"] = "usr_ana"
    test.run()
    school.broken = Unavailable("The database does not answer.")
    st.cache_data.clear()
    assert "You look around as ana.costa (teacher)." in words_of(test.run())


def test_the_providers_settings_are_handed_to_streamlit_and_only_with_sign_in() -> None:
    from tests.pages.test_security import settings

    assert provider.secrets(settings()) is None
    auth = (provider.secrets(settings(**OIDC)) or {})["auth"]
    assert auth["client_id"] == "lectern"
    assert auth["redirect_uri"] == OIDC["oidc_redirect_uri"]
    assert auth["client_kwargs"]["scope"] == "openid profile email"


@pytest.mark.parametrize("text", ["openid,groups", "openid groups", " openid , groups "])
def test_a_scope_for_groups_is_asked_of_the_provider(text: str) -> None:
    env = {name.upper(): value for name, value in OIDC.items()}
    told = Settings.from_env(env | {"DATABASE_URL": "postgresql://db.test/school", "OIDC_SCOPE": text})
    assert (provider.secrets(told) or {})["auth"]["client_kwargs"] == {"scope": "openid groups"}


def test_a_scope_without_openid_is_refused() -> None:
    with pytest.raises(ConfigError, match="OIDC_SCOPE"):
        Settings.from_env({"DATABASE_URL": "postgresql://db.test/school", "OIDC_SCOPE": "profile"})


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
    assert {one.key for one in test.get("bidi_component")} == {"batch_states", "reveal_item"}
    assert any("asset" in code.value for code in test.code)
    played = open_page("batch.py", Role.ADMIN, id="1", item=item)
    assert "player" in {one.key for one in played.get("bidi_component")}


def _host_id(user: dict[str, Any], monkeypatch: pytest.MonkeyPatch, **settings: Any) -> str | None:
    person = _person(user, monkeypatch, **settings)
    assert person
    return person.host_user_id
