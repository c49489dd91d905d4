"""Fetches an input's bytes from its URL, as Mux does after an asset was created."""

import logging
import shutil
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import av
import urllib3

from sandbox.mux.errors import ApiError

CHUNK_BYTES = 1024 * 1024
TIMEOUT = urllib3.Timeout(connect=5.0, read=30.0)

log = logging.getLogger(__name__)
_pool = urllib3.PoolManager(num_pools=8, maxsize=8)


class InputRefused(Exception):
    """The asset ends `errored`: `kind` and the message are what its `errors` say."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


@contextmanager
def damage_refused() -> Iterator[None]:
    """What FFmpeg stumbles over while working on a file is the file's fault; the rest is ours.

    Either way the work ends with a refusal: nothing is `preparing` for ever.
    """
    try:
        yield
    except (InputRefused, ApiError):
        raise
    except (av.error.FFmpegError, ValueError) as error:
        message = f"The input could not be processed ({type(error).__name__})"
        raise InputRefused("invalid_input", message) from None
    except Exception as error:
        # Where it happened, but not its words: they may hold a presigned URL.
        place = traceback.extract_tb(error.__traceback__)[-1]
        log.error("Media work failed: %s at %s:%s", type(error).__name__, place.filename, place.lineno)
        raise InputRefused("internal_error", "Something went wrong on our side") from None


def download_failed(message: str) -> InputRefused:
    """Never carries the URL: a presigned one is a secret."""
    return InputRefused("download_failed", message)


def fetch(url: str, target: Path, now_s: float) -> None:
    """Streams the URL's body into `target`, which appears only when it is whole."""
    refuse_expired(url, now_s)
    part = target.with_suffix(".part")
    try:
        with _pool.request(
            "GET", url, preload_content=False, timeout=TIMEOUT, retries=_redirects()
        ) as answer:
            if answer.status != 200:
                raise download_failed(f"The input could not be downloaded: HTTP {answer.status}")
            with part.open("wb") as file:
                shutil.copyfileobj(answer, file, CHUNK_BYTES)
    except urllib3.exceptions.HTTPError as error:
        # The text of the error holds the URL, and with it a signature.
        name = type(error).__name__
        raise download_failed(f"The input could not be downloaded: {name}") from None
    part.replace(target)


def refuse_expired(url: str, now_s: float) -> None:
    """Looks at a presigned URL as S3 would, so that a lenient test server cannot hide the mistake."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    ends_at = _ends_at(query)
    if ends_at is not None and now_s > ends_at.timestamp():
        raise download_failed("The input could not be downloaded: HTTP 403 (Request has expired)")


def _ends_at(query: dict[str, str]) -> datetime | None:
    signed_at, lifetime_s = query.get("X-Amz-Date"), query.get("X-Amz-Expires", "")
    try:
        if signed_at and lifetime_s.isdecimal():
            start = datetime.strptime(signed_at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            return start + timedelta(seconds=int(lifetime_s))
        if "Signature" in query and query.get("Expires", "").isdecimal():
            return datetime.fromtimestamp(int(query["Expires"]), UTC)
    except ValueError:
        raise download_failed("The input could not be downloaded: HTTP 403 (malformed signature)") from None
    return None


def _redirects() -> urllib3.Retry:
    # Buckets redirect between regions; anything else is tried once, as the asset then tells.
    return urllib3.Retry(total=None, connect=0, read=0, status=0, other=0, redirect=5)
