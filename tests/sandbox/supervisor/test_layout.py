"""What the sandbox stands in for, and what everybody is told."""

import pytest

from core.settings import Settings
from sandbox.supervisor.keys import SigningKey, new_keys
from sandbox.supervisor.layout import child_environment, lectern_variables, read_layout
from sandbox.supervisor.service import StartFailed

KEYS = new_keys()
SIGNING = SigningKey(id="key", private_key="cGVt")
URL = "postgresql://school@/school?host=%2Ftmp"


def test_where_nothing_is_configured_everything_is_the_sandboxs(tmp_path):
    layout = read_layout({}, tmp_path)
    assert (layout.own_database, layout.own_s3, layout.own_mux) == (True, True, True)
    assert [address.port for address in layout.addresses] == [8501, 8502, 8503, 8510, 8511]


@pytest.mark.parametrize(
    ("env", "real"),
    [
        ({"DATABASE_URL": URL}, "own_database"),
        ({"DATABASE_URL_FILE": "/run/secrets/url"}, "own_database"),
        ({"S3_ENDPOINT_URL": "https://s3.example"}, "own_s3"),
        ({"S3_BUCKETS": "lessons"}, "own_s3"),
        ({"MUX_TOKEN_ID": "id"}, "own_mux"),
    ],
)
def test_what_is_configured_for_real_is_left_alone(env, real, tmp_path):
    layout = read_layout(env, tmp_path)
    assert [name for name in ("own_database", "own_s3", "own_mux") if not getattr(layout, name)] == [real]
    said = lectern_variables(layout, KEYS, URL, SIGNING)
    assert not said.keys() & {name.removesuffix("_FILE") for name in env}


def test_an_account_of_ones_own_at_aws_does_not_make_s3_real_and_is_kept_out(tmp_path):
    env = {"AWS_PROFILE": "mine", "AWS_SESSION_TOKEN": "secret", "PATH": "/bin"}
    layout = read_layout(env, tmp_path)
    said = lectern_variables(layout, KEYS, URL, SIGNING)
    told = child_environment(layout, env, said)
    assert told["AWS_ACCESS_KEY_ID"] == KEYS.aws_access_key
    assert told["PATH"] == "/bin"
    assert not told.keys() & {"AWS_PROFILE", "AWS_SESSION_TOKEN"}


def test_real_aws_settings_reach_the_faces_untouched(tmp_path):
    env = {"S3_BUCKETS": "lessons", "AWS_PROFILE": "mine"}
    layout = read_layout(env, tmp_path)
    told = child_environment(layout, env, lectern_variables(layout, KEYS, URL, SIGNING))
    assert told["AWS_PROFILE"] == "mine"
    assert told["S3_BUCKETS"] == "lessons"
    assert "S3_ENDPOINT_URL" not in told


def test_what_the_sandbox_says_is_a_complete_set_of_settings(tmp_path):
    settings = Settings.from_env(lectern_variables(read_layout({}, tmp_path), KEYS, URL, SIGNING))
    assert settings.mux_signing_key == "key"
    assert [bucket.name for bucket in settings.s3_buckets] == ["school-media", "school-archive"]
    assert settings.s3_domains["media.school.example"] == "school-media"


def test_an_address_can_be_chosen(tmp_path):
    layout = read_layout({"DASHBOARD_ADDRESS": "0.0.0.0:9000", "SANDBOX_S3_PORT": "9001"}, tmp_path)
    assert (str(layout.dashboard), str(layout.s3)) == ("0.0.0.0:9000", "127.0.0.1:9001")


def test_an_address_that_is_none_is_named_with_its_variable(tmp_path):
    with pytest.raises(StartFailed, match="API_ADDRESS: expected HOST:PORT"):
        read_layout({"API_ADDRESS": "8503"}, tmp_path)


def test_the_person_in_auth_and_the_other_settings_may_be_chosen(tmp_path):
    layout = read_layout({}, tmp_path)
    assert child_environment(layout, {}, {})["AUTH"] == "off"
    assert child_environment(layout, {"AUTH": "oidc"}, {})["AUTH"] == "oidc"


def test_no_secret_shows_in_a_repr():
    assert KEYS.mux_token_secret not in repr(KEYS)
    assert "cGVt" not in repr(SIGNING)
