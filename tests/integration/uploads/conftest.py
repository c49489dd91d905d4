"""A stage per test; S3 and the film are made once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from core import applying
from core.access import SYSTEM
from sandbox.mux.testing import running_mux
from sandbox.s3.testing import ACCESS_KEY, SECRET_KEY, RunningS3, running_s3
from tests.integration.clips import write_film
from tests.integration.serving import serving
from tests.integration.uploads.stage import BUCKET, SECRET, Clock, Stage, Webhook


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningS3]:
    with running_s3(tmp_path_factory.mktemp("s3")) as server:
        server.make_bucket(BUCKET)
        yield server


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_film(tmp_path_factory.mktemp("film") / "lesson.mp4", seconds=2.0, movflags="faststart")


@pytest.fixture
def webhook() -> Webhook:
    return Webhook()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def mux_seed() -> int | None:
    """Of what the double leaves to chance; None: any."""
    return None


@pytest.fixture
def mux_url(webhook: Webhook, clock: Clock, mux_seed: int | None) -> Iterator[str]:
    with (
        serving(webhook) as hook,
        running_mux(
            clock=clock.seconds,
            limits=False,
            seed=mux_seed,
            webhook_url=f"{hook.url}/hook",
            webhook_secret=SECRET,
        ) as url,
    ):
        yield url


@pytest.fixture
def early(
    engine: Engine,
    database_url: str,
    s3: RunningS3,
    mux_url: str,
    webhook: Webhook,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> Stage:
    """Before ops have added the Mux columns."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    made = Stage(engine, database_url, s3=s3, mux_url=mux_url, clock=clock)
    webhook.stage = made
    return made


@pytest.fixture
def stage(early: Stage) -> Stage:
    """The school's tables have the Mux columns."""
    applying.apply(by=SYSTEM, services=early.services)
    return early
