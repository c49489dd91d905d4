from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from typing import Any

import pytest

from core.s3.client import s3_client
from core.s3.store import S3Store
from sandbox.s3.testing import RunningS3, running_s3

NUMBERS = count(1)


@cache
def client_of(url: str) -> Any:
    """The one client for a server, as in a process: to make one reads all that S3 can do."""
    return s3_client(endpoint_url=url)


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningS3]:
    with running_s3(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(autouse=True)
def _environment(s3: RunningS3, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def bucket(s3: RunningS3) -> Iterator[str]:
    """A bucket of the test's own; faults end with it."""
    yield s3.make_bucket(f"bucket-{next(NUMBERS)}")
    s3.set_faults()


@pytest.fixture
def store(s3: RunningS3) -> S3Store:
    return S3Store(client_of(s3.url), chunk_bytes=1000)


@pytest.fixture
def put(s3: RunningS3, bucket: str) -> Callable[..., None]:
    """Writes an object of the test's bucket."""
    client = s3.client()
    return lambda key, body=b"content", **options: client.put_object(
        Bucket=bucket, Key=key, Body=body, **options
    )
