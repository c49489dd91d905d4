"""Whom the dashboard's server answers, and what its answers carry."""

import re

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.web.server.app_discovery import discover_asgi_app

from core.errors import ConfigError
from core.settings import Secret, Settings
from dashboard import coming_back, navigation, security, serving

HOSTS = ["127.0.0.1", "localhost"]


def settings(**facts: object) -> Settings:
    return Settings(**{"database_url": Secret("postgresql://none"), **facts})  # type: ignore[arg-type]


def client(of: Settings, *, host: str = "127.0.0.1") -> TestClient:
    """Somebody at this address, before a server with the layers of these settings."""
    routes = [Route("/", lambda _request: PlainTextResponse("hello"))]
    app = Starlette(routes=routes, middleware=security.middleware(of, HOSTS))
    return TestClient(app, base_url="http://127.0.0.1", client=(host, 50_000))


def test_every_answer_carries_the_policy_and_the_headers() -> None:
    headers = client(settings()).get("/").headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_a_foreign_host_name_is_refused() -> None:
    assert client(settings()).get("/", headers={"host": "evil.example"}).status_code == 400


def test_without_sign_in_only_this_machine_is_answered() -> None:
    assert client(settings()).get("/").status_code == 200
    assert client(settings(), host="10.1.2.3").get("/").status_code == 403


def test_with_sign_in_others_are_answered() -> None:
    assert client(settings(auth="oidc"), host="10.1.2.3").get("/").status_code == 200


def test_scripts_come_from_here_alone_and_are_never_evaluated_from_text() -> None:
    policy = security.content_policy(settings(), ["'sha256-x'"])
    scripts = re.search(r"script-src ([^;]+)", policy)
    assert scripts
    assert scripts[1] == "'self' blob: 'sha256-x'"
    assert "unsafe-eval" not in policy


def test_streams_and_pictures_come_from_where_the_settings_say() -> None:
    double = settings(mux_stream_url="http://127.0.0.1:8510/s", mux_image_url="http://127.0.0.1:8510/i")
    policy = security.content_policy(double, [])
    for directive in ("img-src", "connect-src", "media-src"):
        sources = re.search(rf"{directive} ([^;]+)", policy)
        assert sources
        assert "http://127.0.0.1:8510" in sources[1].split()
        assert "https://*.mux.com" in sources[1].split()


def sources(policy: str, directive: str) -> list[str]:
    found = re.search(rf"{directive} ([^;]+)", policy)
    return found[1].split() if found else []


def test_bytes_go_to_mux_and_s3_and_nowhere_else() -> None:
    local = settings(mux_base_url="http://127.0.0.1:8510", s3_endpoint_url="http://127.0.0.1:8511")
    sent = sources(security.content_policy(local, []), "connect-src")
    assert {"http://127.0.0.1:8510", "http://127.0.0.1:8511", "https://storage.googleapis.com"} <= set(sent)
    assert "http://127.0.0.1:8511" in sources(security.content_policy(local, []), "media-src")
    assert not [one for one in sent if "amazonaws" in one or "litix" in one or one in ("*", "https:")]


def test_on_amazon_originals_come_from_there_and_from_the_schools_own_domains() -> None:
    policy = security.content_policy(settings(s3_domains={"media.school.example": "videos"}), [])
    assert {"https://*.amazonaws.com", "https://media.school.example"} <= set(sources(policy, "media-src"))


def test_mux_data_is_told_only_where_its_key_is_set() -> None:
    policy = security.content_policy(settings(mux_data_env_key="key"), [])
    assert "https://*.litix.io" in sources(policy, "connect-src")


def test_the_page_itself_may_use_camera_microphone_and_screen_and_no_other_site() -> None:
    allowed = client(settings()).get("/").headers["permissions-policy"]
    assert "camera=(self), microphone=(self), display-capture=(self)" in allowed


def test_a_browser_asks_whether_our_scripts_have_changed() -> None:
    routes = [Route("/{rest:path}", lambda _request: PlainTextResponse("x"))]
    app = Starlette(routes=routes, middleware=security.middleware(settings(), HOSTS))
    browser = TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 50_000))
    assert browser.get("/app/static/parts/uploader.js").headers["cache-control"] == "no-cache"
    assert "cache-control" not in browser.get("/app/static/vendor/mux-player.mjs").headers


def test_the_inline_script_of_streamlits_page_is_allowed_by_its_hash() -> None:
    # sha256 of "a()" in base64
    html = '<script src="x.js"></script><script>a()</script>'
    assert security.inline_script_hashes(html) == ["'sha256-qVpDBgj7bpq5hMAcGp3AOc79J3Y1Z4HvySTwKrWDoy4='"]
    assert security.inline_script_hashes(security.INDEX.read_text("utf-8"))


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "10.1.2.3", None, ""])
def test_without_sign_in_it_does_not_start_on_a_reachable_address(address: str | None) -> None:
    with pytest.raises(ConfigError, match="AUTH=off"):
        security.check_exposure(settings(), address)


def test_without_sign_in_it_starts_on_loopback_and_with_it_anywhere() -> None:
    security.check_exposure(settings(), "127.0.0.1")
    security.check_exposure(settings(auth="oidc"), "0.0.0.0")


def test_where_it_listens_comes_from_the_environment_or_the_file() -> None:
    env = {
        serving.ADDRESS: "10.0.0.5",
        serving.PORT: "9000",
        serving.ALLOWED_HOSTS: "lectern.school, www.lectern.school",
    }
    assert serving.options(env) == {
        "server.address": "10.0.0.5",
        "server.port": 9000,
        "server.allowedHosts": ["lectern.school", "www.lectern.school"],
    }
    assert serving.options({})["server.address"] == "127.0.0.1"
    assert serving.options({})["server.allowedHosts"] == HOSTS[::-1]


def test_the_host_that_the_provider_sends_people_to_is_allowed_without_a_word() -> None:
    usual = serving.options({}, sign_in_url="https://Lectern.school:8443/oauth2callback")
    assert usual["server.allowedHosts"] == [*HOSTS[::-1], "lectern.school"]
    told = serving.options({serving.ALLOWED_HOSTS: "a.school"}, sign_in_url="https://lectern.school/x")
    assert told["server.allowedHosts"] == ["a.school"]


@pytest.mark.parametrize("port", ["x", "0", "70000", "-1"])
def test_a_wrong_port_is_named(port: str) -> None:
    with pytest.raises(ConfigError, match="STREAMLIT_SERVER_PORT"):
        serving.options({serving.PORT: port})


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("https://lectern.school/batches", "/batches"),
        ("https://lectern.school/batch?id=12&state=failed&item=a-1", "/batch?id=12&item=a-1"),
        ("/batch?id=1%0d%0aSet-Cookie:x", "/batch"),
        ("/batch?token=secret&id=", "/batch"),
        ("/lesson?lesson=12&x=1", "/lesson?lesson=12"),
        ("/batches/", "/batches"),
        ("//evil.example/batches", "/batches"),
        ("https://lectern.school/", None),
        ("/home", None),
        ("/oauth2callback?code=secret", None),
        ("/batches/../static", None),
        ("https://lectern.school", None),
        ("", None),
    ],
)
def test_only_a_page_of_ours_is_come_back_to(address: str, page: str | None) -> None:
    assert coming_back.safe(address) == page


def signing_in(*, referer: str, cookie: str = "") -> tuple[str, str]:
    """Where the callback leads after a sign-in that began on this page, and the cookie that was noted."""

    def callback(_request: Request) -> RedirectResponse:
        return RedirectResponse("/", 302)

    routes = [Route(coming_back.LOGIN, callback), Route(coming_back.CALLBACK, callback)]
    app = Starlette(routes=routes, middleware=security.middleware(settings(auth="oidc"), HOSTS))
    browser = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
    noted = browser.get(coming_back.LOGIN, headers={"referer": referer}).headers["set-cookie"]
    sent = {"cookie": cookie or noted.partition(";")[0]}
    return browser.get(coming_back.CALLBACK, headers=sent).headers["location"], noted


def test_after_a_sign_in_one_is_back_on_the_page_that_asked_for_it() -> None:
    location, noted = signing_in(referer="http://127.0.0.1/batch?id=7&search=x")
    assert location == "/batch?id=7"
    assert noted == ("lectern_back=/batch?id=7; Max-Age=600; Path=/oauth2callback; HttpOnly; SameSite=Lax")


def test_a_page_of_another_site_is_not_come_back_to() -> None:
    location, noted = signing_in(referer="http://evil.example/batches")
    assert (location, noted.partition(";")[0]) == ("/", "lectern_back=")


@pytest.mark.parametrize(
    "cookie", ["lectern_back=//evil.example", "lectern_back=/x", "a=b; ;;", "lectern_back"]
)
def test_a_forged_note_leads_to_the_first_page(cookie: str) -> None:
    assert signing_in(referer="", cookie=cookie)[0] == "/"


def test_streamlit_run_finds_the_application_and_not_a_page() -> None:
    # Run as a page, the launcher would leave pages/ beside it open to everybody.
    launcher = navigation.PAGES.parent / "streamlit_app.py"
    found = discover_asgi_app(launcher)
    assert found.is_asgi_app
    assert found.app_name == "app"
