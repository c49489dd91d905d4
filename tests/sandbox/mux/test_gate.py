"""Who may call, and how often."""

from typing import Any

import pytest

from sandbox.mux.config import Config
from sandbox.mux.limits import Bucket, Limits, bucket_of
from tests.sandbox.mux.stage import Caller

WHOAMI = "/system/v1/whoami"


class TestCredentials:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"token_id": "the-id", "token_secret": "the-secret"}

    @pytest.mark.parametrize("auth", [None, "the-id:wrong", "other:the-secret", "the-id"])
    def test_a_wrong_token_is_refused(self, mux: Caller, auth: str | None):
        answer = mux.get(WHOAMI, auth=auth)
        assert answer.status == 401
        assert answer.json == {"error": {"type": "unauthorized", "messages": ["Unauthorized request"]}}

    def test_the_right_token_learns_what_it_may_do(self, mux: Caller):
        answer = mux.get(WHOAMI, auth="the-id:the-secret")
        assert "video:write" in answer.data["permissions"]

    @pytest.mark.parametrize("header", ["Basic !!!", "Bearer abc", "Basic"])
    def test_a_header_that_is_no_basic_auth_is_refused(self, mux: Caller, header: str):
        assert mux.get(WHOAMI, auth=None, headers={"authorization": header}).status == 401


class TestAWeakToken:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"permissions": "video:read,data:read"}

    def test_it_learns_what_it_may_do(self, mux: Caller):
        assert mux.get(WHOAMI).data["permissions"] == ["video:read", "data:read"]

    @pytest.mark.parametrize("path", ["/video/v1/assets", "/data/v1/metrics/views/overall"])
    def test_it_may_do_that(self, mux: Caller, path: str):
        assert mux.get(path).status == 200

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("POST", "/video/v1/assets"),
            ("DELETE", "/video/v1/assets/x"),
            ("PUT", "/video/v1/uploads/x/cancel"),
            ("GET", "/system/v1/signing-keys/x"),
            ("GET", "/video/v1/signing-keys"),
        ],
    )
    def test_it_may_do_nothing_else(self, mux: Caller, method: str, path: str):
        answer = mux.call(method, path)
        assert (answer.status, answer.json["error"]["type"]) == (403, "forbidden")


def test_without_a_configured_token_any_pair_will_do(mux: Caller):
    assert mux.get(WHOAMI, auth="any:thing").status == 200
    assert mux.get(WHOAMI, auth=":").status == 401


class TestLimits:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"limits": True}

    def test_posts_beyond_the_burst_are_refused_in_both_shapes(self, mux: Caller):
        answers = [mux.post("/video/v1/assets", {}) for _ in range(16)]
        refused = [answer.json for answer in answers if answer.status == 429]
        assert len(refused) >= 4
        assert {next(iter(body)) for body in refused} == {"error", "errors"}
        assert mux.stats()["limited"]["video_post"] == len(refused)

    def test_answers_carry_the_state_of_the_bucket(self, mux: Caller):
        headers = mux.get("/video/v1/assets").headers
        assert (headers["x-ratelimit-limit"], headers["x-ratelimit-remaining"]) == ("10", "9")

    def test_no_retry_after_unless_asked_for(self, mux: Caller):
        refused = next(a for _ in range(20) if (a := mux.post("/video/v1/assets", {})).status == 429)
        assert "retry-after" not in refused.headers
        mux.faults(retry_after=True)
        refused = next(a for _ in range(20) if (a := mux.post("/video/v1/assets", {})).status == 429)
        assert int(refused.headers["retry-after"]) >= 1

    def test_one_bucket_does_not_empty_another(self, mux: Caller):
        assert any(mux.post("/video/v1/assets", {}).status == 429 for _ in range(30))
        assert mux.get("/video/v1/assets").status == 200

    def test_playback_and_the_console_are_not_counted(self, mux: Caller):
        statuses = {mux.get("/stream/abc.m3u8").status for _ in range(30)}
        assert statuses == {404}
        assert mux.stats()["requests"] == {}


class TestBucket:
    def limits(self) -> Limits:
        return Limits(Config(state=None, post_per_s=1.0, burst_s=2.0))  # type: ignore[arg-type]

    def allowed(self, limits: Limits, *at_s: float) -> list[bool]:
        return [limits.take(Bucket.VIDEO_POST, at).allowed for at in at_s]

    def test_a_caller_who_keeps_the_rate_is_never_refused(self):
        assert all(self.allowed(self.limits(), *[n * 1.0 for n in range(100)]))

    def test_a_burst_is_served_from_what_was_saved(self):
        assert self.allowed(self.limits(), 5.0, 5.0, 5.0) == [True, True, False]

    def test_what_remains_is_told(self):
        limits = self.limits()
        assert [limits.take(Bucket.VIDEO_POST, 5.0).remaining for _ in range(3)] == [1, 0, 0]

    def test_refused_requests_cost_nothing(self):
        limits = self.limits()
        self.allowed(limits, 5.0, 5.0, *[5.1] * 50)
        assert self.allowed(limits, 6.0) == [True]

    def test_twice_the_rate_is_served_half(self):
        served = sum(self.allowed(self.limits(), *[n * 0.5 for n in range(200)]))
        assert 100 <= served <= 102


@pytest.mark.parametrize(
    ("method", "path", "bucket"),
    [
        ("POST", "/video/v1/assets", Bucket.VIDEO_POST),
        ("PUT", "/video/v1/uploads/x/cancel", Bucket.VIDEO_OTHER),
        ("GET", "/video/v1/assets", Bucket.VIDEO_OTHER),
        ("GET", "/data/v1/metrics/views/overall", Bucket.DATA),
        ("GET", "/data/v1/monitoring/metrics", Bucket.MONITORING),
        ("POST", "/system/v1/signing-keys", Bucket.SYSTEM),
    ],
)
def test_requests_fall_into_muxs_buckets(method: str, path: str, bucket: Bucket):
    assert bucket_of(method, path) is bucket
