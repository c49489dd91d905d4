"""Flags over environment over defaults."""

from pathlib import Path

import pytest

from sandbox.mux.config import from_args


def test_the_environment_speaks_where_flags_are_silent():
    env = {"SANDBOX_MUX_PORT": "9000", "SANDBOX_MUX_STATE": "/tmp/x", "SANDBOX_MUX_NO_LIMITS": "1"}
    config = from_args([], env)
    assert (config.port, config.state, config.limits) == (9000, Path("/tmp/x"), False)
    assert from_args(["--port", "9001"], env).port == 9001


def test_limits_are_on_unless_switched_off():
    config = from_args([], {})
    assert (config.limits, config.post_per_s, config.other_per_s) == (True, 1.0, 5.0)
    assert config.public_url == "http://127.0.0.1:8510"


def test_faults_are_given_one_by_one():
    config = from_args(["--fault", "error_rate=0.2", "--fault", "shuffled=true"], {})
    assert config.faults == {"error_rate": "0.2", "shuffled": "true"}


def test_a_fault_without_a_value_ends_with_a_sentence(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        from_args(["--fault", "error_rate"], {})
    assert "NAME=VALUE" in capsys.readouterr().err


def test_an_unknown_permission_ends_with_a_sentence(capsys: pytest.CaptureFixture[str]):
    assert from_args(["--permissions", "video:read"], {}).granted == ["video:read"]
    with pytest.raises(SystemExit):
        from_args(["--permissions", "video:red"], {})
    assert "'video:red' is none of video:read, video:write" in capsys.readouterr().err


def test_secrets_do_not_show():
    config = from_args(["--webhook-secret", "s3cret", "--token-secret", "t0ken"], {})
    assert "s3cret" not in repr(config)
    assert "t0ken" not in repr(config)
