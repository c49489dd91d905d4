"""Inputs behind presigned URLs, and load runs that leave the bytes where they are."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.mux.media.pull import InputRefused, refuse_expired
from tests.sandbox.mux.stage import Caller

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def presigned(url: str, signed_at: datetime, lifetime_s: int) -> str:
    return f"{url}?X-Amz-Date={signed_at:%Y%m%dT%H%M%SZ}&X-Amz-Expires={lifetime_s}&X-Amz-Signature=s3cret"


def test_a_living_presigned_url_is_pulled(mux: Caller, host: str):
    url = presigned(f"{host}/film.mp4", datetime.now(UTC), 3600)
    assert mux.ready(url)["status"] == "ready"


def test_an_expired_presigned_url_ends_errored_even_where_the_host_is_lenient(mux: Caller, host: str):
    url = presigned(f"{host}/film.mp4", datetime.now(UTC) - timedelta(hours=2), 3600)
    asset = mux.settled(mux.add(url)["id"])
    assert asset["errors"]["type"] == "download_failed"
    assert "expired" in asset["errors"]["messages"][0]
    assert "s3cret" not in str(asset)


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        (presigned("http://h/k", NOW - timedelta(seconds=3599), 3600), False),
        (presigned("http://h/k", NOW - timedelta(seconds=3601), 3600), True),
        (f"http://h/k?Signature=x&Expires={int(NOW.timestamp()) + 1}", False),
        (f"http://h/k?Signature=x&Expires={int(NOW.timestamp()) - 1}", True),
        ("http://h/k?X-Amz-Date=yesterday&X-Amz-Expires=5", True),
        ("http://h/k?Expires=1", False),
    ],
)
def test_presigned_urls_end_when_s3_says(url: str, refused: bool):
    if not refused:
        refuse_expired(url, NOW.timestamp())
        return
    with pytest.raises(InputRefused, match="403"):
        refuse_expired(url, NOW.timestamp())


class TestInstant:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"instant": True}

    def test_the_asset_knows_its_duration_and_still_plays(self, mux: Caller, host: str):
        asset = mux.ready(f"{host}/film.mp4")
        assert asset["duration"] == pytest.approx(6.0, abs=0.1)
        assert mux.get(f"/stream/{asset['playback_ids'][0]['id']}/0.ts").status == 200

    @pytest.mark.parametrize(
        ("name", "kind"), [("paper.pdf", "invalid_input"), ("nothing.mp4", "download_failed")]
    )
    def test_wrong_inputs_are_still_noticed(self, mux: Caller, host: str, name: str, kind: str):
        assert mux.settled(mux.add(f"{host}/{name}")["id"])["errors"]["type"] == kind

    def test_expired_urls_are_still_noticed(self, mux: Caller, host: str):
        url = presigned(f"{host}/film.mp4", datetime.now(UTC) - timedelta(hours=2), 60)
        assert mux.settled(mux.add(url)["id"])["errors"]["type"] == "download_failed"
