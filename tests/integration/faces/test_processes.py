"""The faces as processes: they say what is wrong in one line, serve, and end in order."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bench.webhook import delivery
from sandbox.stack import Stack, free_port, query, running_stack, wait_until

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[3]
FACES = (["streamlit_app.py"], ["webhook.py"], ["worker.py"], ["-m", "api"])


def run(*command: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A process that ends by itself, in an environment of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=kept | env, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("command", FACES, ids=" ".join)
def test_a_face_without_a_database_says_so_in_one_line(command: list[str]) -> None:
    ended = run(*command, env={"MUX_POST_PER_S": "fast"})
    assert ended.returncode == 1
    [line] = ended.stderr.splitlines()
    assert "DATABASE_URL is missing" in line
    assert "MUX_POST_PER_S is not of the right form (a number)" in line


@pytest.mark.parametrize(
    ("command", "missing"),
    [("worker.py", "MUX_TOKEN_ID, MUX_TOKEN_SECRET"), ("webhook.py", "MUX_WEBHOOK_SECRET")],
)
def test_a_face_without_what_it_cannot_do_without_names_it_before_it_connects(
    command: str, missing: str
) -> None:
    ended = run(command, env={"DATABASE_URL": f"postgresql://nobody@127.0.0.1:{free_port()}/none"})
    assert ended.returncode == 1
    [line] = ended.stderr.splitlines()
    assert f"{missing} must be set" in line


def test_a_database_that_does_not_answer_is_a_sentence() -> None:
    env = {"DATABASE_URL": f"postgresql://nobody@127.0.0.1:{free_port()}/none", "MUX_WEBHOOK_SECRET": "s"}
    ended = run("webhook.py", env=env)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "database" in ended.stderr


def test_the_doctor_names_wrong_settings_and_exits_with_1() -> None:
    ended = run("cli.py", "doctor", "--json", env={"AUTH": "ldap"})
    answer = json.loads(ended.stdout)
    assert (ended.returncode, answer["ok"], answer["checks"][0]["state"]) == (1, False, "failed")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    api = f"127.0.0.1:{free_port()}"
    with running_stack(tmp_path_factory.mktemp("stack"), API_ADDRESS=api, API_KEY="key") as stack:
        stack.webhook()
        stack.part("api", "-m", "api", port=int(api.rpartition(":")[2]))
        yield stack


@pytest.mark.parametrize(
    ("name", "command", "setting"),
    [("webhook", ["webhook.py"], "WEBHOOK_ADDRESS"), ("api", ["-m", "api"], "API_ADDRESS")],
)
def test_a_face_whose_address_is_taken_names_the_setting(
    stack: Stack, name: str, command: list[str], setting: str
) -> None:
    ended = run(*command, env=stack.env)
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == (
        f"{name}: cannot listen on {stack.env[setting]}: Address already in use. "
        f"Stop what listens there, or set {setting}."
    )
    assert "listening on" not in ended.stderr


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_ctrl_c_ends_a_face_in_order_and_without_a_traceback(stack: Stack, host: str) -> None:
    address = f"{host}:{free_port()}"
    process = subprocess.Popen(
        [sys.executable, "webhook.py"],
        cwd=ROOT,
        env={**os.environ, **stack.env, "WEBHOOK_ADDRESS": address},
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: answers(f"http://{address}/"), "the webhook did not listen")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert said.splitlines() == [f"webhook: listening on http://{address}"]


def answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 404
    except httpx.ConnectError:
        return False


def post(stack: Stack, *, body: bytes | None = None) -> httpx.Response:
    signed, headers = delivery(ready=True)
    url = f"http://{stack.env['WEBHOOK_ADDRESS']}/api/videos/mux/webhook"
    return httpx.post(url, content=body or signed, headers=headers)


def test_a_delivery_is_kept_and_a_forgery_is_not(stack: Stack) -> None:
    before = query(stack, "SELECT count(*) FROM mux_admin.webhook_events")[0][0]
    assert post(stack).json() == {"received": True, "new": True}
    assert post(stack, body=b"{}").status_code == 400
    assert query(stack, "SELECT count(*) FROM mux_admin.webhook_events")[0][0] == before + 1


def test_the_api_answers_and_asks_for_the_key(stack: Stack) -> None:
    url = f"http://{stack.env['API_ADDRESS']}"
    assert httpx.get(f"{url}/api/health/ready").json() == {"status": "ok"}
    assert httpx.get(f"{url}/api/database/health").status_code == 401
    keyed = httpx.get(f"{url}/api/database/health", headers={"Authorization": "Bearer key"})
    assert keyed.json()["status"] == "ok"


def test_the_command_line_finds_everything_in_order(stack: Stack) -> None:
    ended = run("cli.py", "doctor", "--json", env=stack.env)
    checks = {check["name"]: check["state"] for check in json.loads(ended.stdout)["checks"]}
    assert [name for name, state in checks.items() if state == "failed"] == []
    assert (
        checks["database"]
        == checks["mux_admin"]
        == checks["mux"]
        == checks["s3 school-videos"].replace("warn", "ok")
    )
    assert "token-secret" not in ended.stdout


def test_while_the_database_is_away_mux_is_asked_to_come_again(stack: Stack) -> None:
    stack.postgres.kill()
    try:
        began_s = time.monotonic()
        assert post(stack).status_code == 503
        assert time.monotonic() - began_s < 5  # Mux gives up after five seconds
        assert httpx.get(f"http://{stack.env['API_ADDRESS']}/api/health/ready").status_code == 503
        assert httpx.get(f"http://{stack.env['API_ADDRESS']}/api/health/live").status_code == 200
    finally:
        stack.postgres.start()
    wait_until(lambda: post(stack).status_code == 200, "the webhook did not find the database again")


def test_a_worker_says_what_it_runs_with_and_ends_in_order(stack: Stack) -> None:
    worker = stack.worker()
    wait_until(lambda: "Mux at http" in worker.log.read_text(), "the worker said nothing")
    assert worker.process is not None
    worker.process.terminate()
    assert worker.process.wait(timeout=30) == 0
    text = worker.log.read_text()
    assert "token-secret" not in text
    assert "post 1/s" in text
