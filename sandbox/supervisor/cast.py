"""Who is started: a `Service` for each program, made from the layout."""

import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from sandbox import postgres
from sandbox.supervisor.keys import Keys
from sandbox.supervisor.layout import Layout
from sandbox.supervisor.service import Service

REPOSITORY = Path(__file__).parents[2]
HISTORY = {"SANDBOX_MUX_HISTORY_DAYS": "90"}
"""Of made-up views: a month has one before it to be compared with. Who runs it may say otherwise."""


def database(cluster: postgres.Cluster, env: Mapping[str, str]) -> Service:
    return Service(
        name="database",
        command=cluster.command,
        environment=env,
        folder=Path("/"),
        stop_signal=postgres.STOP_SIGNAL,
        identity=cluster.identity,
        before_start=partial(postgres.stop_leftover, cluster.folder),
        is_ready=partial(postgres.is_ready, cluster),
    )


def s3(layout: Layout, env: Mapping[str, str]) -> Service:
    command = python("-m", "sandbox.s3", "--port", str(layout.s3.port), "--state", str(layout.local / "s3"))
    return Service(
        name="s3",
        command=command,
        environment=env,
        folder=REPOSITORY,
        address=layout.s3,
        health_path="/_sandbox/health",
    )


def mux(layout: Layout, keys: Keys, env: Mapping[str, str]) -> Service:
    """Its secrets go by environment: everybody on the machine can read a command line."""
    command = python(
        "-m", "sandbox.mux", "--port", str(layout.mux.port), "--state", str(layout.local / "mux")
    )
    told = {
        "SANDBOX_MUX_WEBHOOK_URL": layout.webhook_url,
        "SANDBOX_MUX_WEBHOOK_SECRET": keys.webhook_secret,
        "SANDBOX_MUX_TOKEN_ID": keys.mux_token_id,
        "SANDBOX_MUX_TOKEN_SECRET": keys.mux_token_secret,
    }
    said = {**HISTORY, **env, **told}
    return Service(name="mux", command=command, environment=said, folder=REPOSITORY, address=layout.mux)


def faces(layout: Layout, root: Path, env: Mapping[str, str]) -> list[Service]:
    """Lectern itself, as the Procfile starts it in production."""
    return [
        Service(name="worker", command=python("worker.py"), environment=env, folder=root),
        Service(
            name="webhook", command=python("webhook.py"), environment=env, folder=root, address=layout.webhook
        ),
        Service(name="api", command=python("-m", "api"), environment=env, folder=root, address=layout.api),
        Service(
            name="dashboard",
            command=python("streamlit_app.py"),
            environment=env,
            folder=root,
            address=layout.dashboard,
            health_path="/_stcore/health",
        ),
    ]


def school(layout: Layout, env: Mapping[str, str], what: str, *options: str) -> Service:
    command = python("-m", "sandbox.school", what, "--media", str(layout.local / "media"), *options)
    return Service(name="school", command=command, environment=env, folder=REPOSITORY)


def demo(env: Mapping[str, str]) -> Service:
    return Service(
        name="school", command=python("-m", "sandbox.school.demo"), environment=env, folder=REPOSITORY
    )


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]
