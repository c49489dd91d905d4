"""The doctor as every start builds it, over a real S3 server and the Mux double."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from core import bootstrap, checking
from core.diagnosis import Check, CheckState
from core.settings import Settings
from core.source import Location
from sandbox.mux.testing import running_mux
from sandbox.s3.testing import RunningS3, running_s3
from sandbox.stack import free_port
from tests.integration.mux.double import signing_key

ORIGIN = "https://lectern.school.test"


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningS3]:
    with running_s3(tmp_path_factory.mktemp("s3")) as server:
        client = server.client()
        server.make_bucket("videos")
        client.put_object(Bucket="videos", Key="a.mp4", Body=b"x")
        rules = [{"AllowedMethods": ["GET", "HEAD"], "AllowedOrigins": ["https://*.school.test"]}]
        client.put_bucket_cors(Bucket="videos", CORSConfiguration={"CORSRules": rules})
        yield server


@pytest.fixture(scope="module")
def mux_url() -> Iterator[str]:
    with running_mux() as url:
        yield url


@pytest.fixture
def env(s3: RunningS3, mux_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """Settings without a database; AWS_REGION alone says the region."""
    said = s3.environment
    region = said.pop("AWS_DEFAULT_REGION")
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in (said | {"AWS_CONFIG_FILE": str(tmp_path / "none")}).items():
        monkeypatch.setenv(name, value)
    key_id, private_key = signing_key(mux_url)
    return said | {
        "DATABASE_URL": f"postgresql://nobody@127.0.0.1:{free_port()}/none",
        "AWS_REGION": region,
        "S3_BUCKETS": "videos",
        "MUX_BASE_URL": mux_url,
        "MUX_TOKEN_ID": "id",
        "MUX_TOKEN_SECRET": "secret",
        "MUX_WEBHOOK_SECRET": "secret",
        "MUX_SIGNING_KEY": key_id,
        "MUX_PRIVATE_KEY": private_key,
        "OIDC_REDIRECT_URI": f"{ORIGIN}/oauth2callback",
    }


def examine(env: dict[str, str]) -> dict[str, Check]:
    services = bootstrap.build(Settings.from_env(env))
    found = checking.doctor(services=services, prepare=bootstrap.prepare)
    return {check.name: check for check in found}


def test_with_the_database_away_everything_else_still_gets_its_true_answer(env: dict[str, str]) -> None:
    checks = examine(env)
    assert {name for name, check in checks.items() if check.state is CheckState.FAILED} == {"database"}
    assert checks["mux"].sentence == "The token is of Mux's environment Sandbox (development)."
    assert checks["signing key"].sentence == "A playback token can be signed, and Mux knows the key."
    assert checks["cors videos"].sentence == f"Browsers at {ORIGIN} may load from the bucket."
    assert (checks["clock"].state, checks["clock s3"].state) == (CheckState.OK, CheckState.OK)


def test_a_database_that_answers_is_said_to(env: dict[str, str], database_url: str) -> None:
    checks = examine(env | {"DATABASE_URL": database_url})
    assert checks["database"].state is CheckState.OK
    assert checks["mux_admin"].state is CheckState.OK


def test_a_signing_key_that_was_deleted_is_a_failure(env: dict[str, str], mux_url: str) -> None:
    url = f"{mux_url}/system/v1/signing-keys/{env['MUX_SIGNING_KEY']}"
    urllib3.request("DELETE", url, headers=urllib3.make_headers(basic_auth="id:secret"))
    assert examine(env)["signing key"].state is CheckState.FAILED


def test_the_regions_setting_reaches_s3(env: dict[str, str]) -> None:
    services = bootstrap.build(Settings.from_env(env | {"AWS_REGION": "sa-east-1", "S3_ENDPOINT_URL": ""}))
    url = services.store.presign(Location("videos", "a.mp4"), lifetime_s=60)
    assert url.startswith("https://videos.s3.sa-east-1.amazonaws.com/")
