"""`make test-mux`, led to a double instead of to Mux."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from sandbox.mux.testing import running_mux
from tests.integration.clips import write_film
from tests.integration.serving import Reply, serving

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def film_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    film = Path(write_film(tmp_path_factory.mktemp("film") / "film.mp4")).read_bytes()
    with serving(lambda _: Reply(200, film), keeps=False) as server:
        yield f"{server.url}/film.mp4"


def run_suite(**env: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MUX_")}
    command = [sys.executable, "-m", "scripts.test_mux"]
    return subprocess.run(command, cwd=ROOT, env=kept | env, capture_output=True, text=True, timeout=300)


def against(url: str, film_url: str) -> dict[str, str]:
    """What a person sets, but for the addresses, which lead to the double."""
    token = {"MUX_TOKEN_ID": "the-token", "MUX_TOKEN_SECRET": "the-secret"}
    return token | {"MUX_BASE_URL": url, "MUX_STREAM_URL": f"{url}/stream", "MUX_TEST_FILE_URL": film_url}


def left(url: str) -> dict[str, int]:
    """How many assets, waiting uploads and signing keys are still there."""

    def listed(path: str) -> list[dict[str, str]]:
        headers = urllib3.make_headers(basic_auth="the-token:the-secret")
        return urllib3.request("GET", f"{url}{path}", headers=headers).json()["data"]

    return {
        "assets": len(listed("/video/v1/assets?limit=100")),
        "uploads": sum(upload["status"] == "waiting" for upload in listed("/video/v1/uploads?limit=100")),
        "keys": len(listed("/system/v1/signing-keys?limit=100")),
    }


NOTHING = {"assets": 0, "uploads": 0, "keys": 0}
TOKEN = {"token_id": "the-token", "token_secret": "the-secret"}


def test_without_a_token_it_refuses_in_one_sentence() -> None:
    ended = run_suite(MUX_TOKEN_ID="only-this")
    assert ended.returncode == 2
    assert ended.stderr == "test-mux: MUX_TOKEN_SECRET must be set, to a token of a Mux environment.\n"


def test_the_suite_passes_under_muxs_limits_and_leaves_nothing_behind(film_url: str) -> None:
    with running_mux(**TOKEN) as url:
        ended = run_suite(**against(url, film_url))
        assert ended.returncode == 0, ended.stdout[-3000:]
        assert "skipped" not in ended.stdout
        made = urllib3.request("GET", f"{url}/sandbox/assets").json()["assets"]
        assert len(made) >= 8
        assert {asset["test"] for asset in made} == {True}
        assert left(url) == NOTHING


def test_a_failing_suite_cleans_up_too_and_tells_no_secret(film_url: str) -> None:
    with running_mux(**TOKEN, limits=False, faults={"errored_rate": "1"}) as url:
        ended = run_suite(**against(url, film_url))
        assert ended.returncode == 1
        assert left(url) == NOTHING
        assert "the-secret" not in ended.stdout + ended.stderr
        assert "/upload/" not in ended.stdout + ended.stderr


def test_what_others_keep_in_the_environment_stays(film_url: str) -> None:
    with running_mux(**TOKEN, limits=False) as url:
        headers = urllib3.make_headers(basic_auth="the-token:the-secret")
        theirs = {"inputs": [{"url": film_url}], "passthrough": "lesson-1"}
        urllib3.request("POST", f"{url}/video/v1/assets", headers=headers, json=theirs)
        assert run_suite(**against(url, film_url)).returncode == 0
        assert left(url)["assets"] == 1
