"""Settings: read once, all that is wrong said at once, no secret ever shown."""

from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.engine import make_url

from core.errors import ConfigError
from core.letter import Via
from core.settings import Bucket, Secret, Settings

DATABASE = {"DATABASE_URL": "postgresql://lectern:hunter2@db.test/school"}
SECRETS = {
    "MUX_TOKEN_ID": "token",
    "MUX_TOKEN_SECRET": "hunter3",
    "MUX_PRIVATE_KEY": "hunter4",
    "MUX_SIGNING_KEY": "key1",
    "MUX_WEBHOOK_SECRET": "hunter5,hunter6",
    "API_KEY": "hunter7",
    "OIDC_CLIENT_SECRET": "hunter8",
    "OIDC_COOKIE_SECRET": "hunter9",
    "DIGEST_SMTP_USER": "lectern",
    "DIGEST_SMTP_PASSWORD": "hunter10",
    "BUDGET_WEBHOOK_URL": "https://hooks.school.test/hunter11?hunter12",
}


def read(**env: str) -> Settings:
    return Settings.from_env(DATABASE | env)


def problems(**env: str) -> str:
    with pytest.raises(ConfigError) as error:
        read(**env)
    return str(error.value)


def test_a_database_is_all_that_must_be_said() -> None:
    settings = Settings.from_env(DATABASE)
    assert settings.database_url == "postgresql://lectern:hunter2@db.test/school"
    assert settings == Settings(database_url=Secret(DATABASE["DATABASE_URL"]))


def test_without_a_database_the_command_that_brings_one_is_named() -> None:
    with pytest.raises(ConfigError, match=r"DATABASE_URL is missing \(`make run`"):
        Settings.from_env({})


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(ConfigError) as error:
        Settings.from_env(
            {
                "MUX_BASE_URL": "api.mux.com",
                "MUX_POST_PER_S": "fast",
                "AUTH": "ldap",
                "WEBHOOK_ADDRESS": "8502",
                "S3_DOMAINS": "cdn.school.test",
                "MUX_SIGNING_KEY": "key1",
                "PRESIGN_LIFETIME_S": "59",
            }
        )
    for name in (
        "DATABASE_URL is missing",
        "MUX_BASE_URL is not of the right form (http(s)://host[:port])",
        "MUX_POST_PER_S is not of the right form (a number)",
        "AUTH is not of the right form (off or oidc)",
        "WEBHOOK_ADDRESS is not of the right form (host:port)",
        "S3_DOMAINS is not of the right form (domain=bucket)",
        "MUX_SIGNING_KEY and MUX_PRIVATE_KEY go together",
        "PRESIGN_LIFETIME_S must lie between 60 and 604800",
    ):
        assert name in str(error.value)
    assert "doctor" in error.value.hint


FORMED = [
    *("MUX_BASE_URL", "MUX_STREAM_URL", "MUX_IMAGE_URL", "S3_ENDPOINT_URL", "S3_DOMAINS", "AUTH"),
    *("MUX_POST_PER_S", "MUX_OTHER_PER_S", "MUX_DATA_PER_S", "PRESIGN_LIFETIME_S", "UPLOAD_MAX_BYTES"),
    *(
        "SCHOOL_TIMEZONE",
        "SWEEP_AFTER_S",
        "LOST_GRACE_S",
        "MUX_PLAYBACK_POLICY",
        "WEBHOOK_ADDRESS",
        "API_ADDRESS",
    ),
]


@pytest.mark.parametrize("name", FORMED)
@pytest.mark.parametrize("value", ["hunter2", "http://hunter2:[::1", "http://℀hunter2"])
def test_a_wrong_value_is_named_but_never_repeated(name: str, value: str) -> None:
    text = problems(**{name: value})
    assert name in text
    assert "hunter2" not in text


@pytest.mark.parametrize("value", ["-1", "nan", "fast", "1,5", "0x10"])
def test_a_rate_is_a_number_that_is_not_negative(value: str) -> None:
    assert "MUX_POST_PER_S is not of the right form" in problems(MUX_POST_PER_S=value)


@pytest.mark.parametrize(("value", "rate"), [("0", 0.0), ("0.5", 0.5), ("20", 20.0)])
def test_a_rate_is_read(value: str, rate: float) -> None:
    assert read(MUX_POST_PER_S=value).mux_post_per_s == rate


@pytest.mark.parametrize("value", ["-1", "1e9", "5 GB", "1.5"])
def test_a_size_is_a_whole_number_of_bytes(value: str) -> None:
    assert "UPLOAD_MAX_BYTES" in problems(UPLOAD_MAX_BYTES=value)


@pytest.mark.parametrize("value", ["localhost", ":8502", "localhost:http", "localhost:70000"])
def test_an_address_has_a_host_and_a_port(value: str) -> None:
    assert "API_ADDRESS is not of the right form (host:port)" in problems(API_ADDRESS=value)


@pytest.mark.parametrize("value", ["mux.test", "ftp://mux.test", "https://", "https:// mux.test"])
def test_an_address_of_a_service_has_a_scheme_and_a_host(value: str) -> None:
    assert "S3_ENDPOINT_URL" in problems(S3_ENDPOINT_URL=value)


def test_a_trailing_slash_does_not_double() -> None:
    assert read(MUX_BASE_URL="http://127.0.0.1:8510/").mux_base_url == "http://127.0.0.1:8510"


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert read(MUX_POST_PER_S="", MUX_BASE_URL=" ") == read()


WRONG = [
    ("DATABASE_URL", "school"),
    ("DATABASE_URL", "mysql://lectern:hunter2@db.test/school"),
    ("DATABASE_URL", "postgresql://lectern:hunter2@db.test:54x2/school"),
    ("DATABASE_URL", "postgresql://lectern:hunter2@db.test:65536/school"),
    ("DATABASE_URL", "postgresql://lectern:hunter/2@db.test/school"),
    ("DATABASE_URL", "postgresql://lectern:hunter2@db.test/"),
    ("DATABASE_URL", "postgresql+psycopg://lectern:hunter2@db.test/school"),
    ("DATABASE_URL", "host=db.test dbname=school"),
    ("S3_BUCKETS", "s3://videos"),
    ("S3_BUCKETS", "/archive"),
    ("S3_BUCKETS", "videos,my bucket"),
    ("S3_DOMAINS", "=b"),
    ("S3_DOMAINS", "cdn.school.test="),
    ("S3_DOMAINS", "https://cdn.school.test=videos"),
    ("AWS_REGION", "eu central"),
    ("OIDC_SERVER_METADATA_URL", "nope"),
    ("OIDC_REDIRECT_URI", "nope"),
    ("SWEEP_AFTER_S", "inf"),
    ("LOST_GRACE_S", "1e9"),
    ("PRESIGN_LIFETIME_S", "inf"),
    ("SCHOOL_TIMEZONE", "Berlin"),
    ("SCHOOL_TIMEZONE", "../etc/localtime"),
    ("FAILPOINT", "x:before:y"),
    ("FAILPOINT", "x"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_what_would_only_fail_later_is_named_at_the_start(name: str, value: str) -> None:
    text = problems(**{name: value})
    assert f"{name} is not of the right form" in text
    assert "is missing" not in text
    assert "hunter" not in text


@pytest.mark.parametrize(
    "url",
    [
        "postgres://db.test/school",
        "postgresql://lectern:p%40ss@db.test:6432/school?sslmode=require",
        "postgresql://postgres@/school?host=%2Frun%2Fpostgresql",
        "postgresql:///school",
        "postgresql://lectern@[::1]:5432/school",
        "postgresql://lectern:p#s?s:s@db.test/school",
    ],
)
def test_a_database_is_named_by_the_urls_that_its_drivers_take(url: str) -> None:
    assert read(DATABASE_URL=url).database_url == url
    assert make_url(url).database == "school"
    assert conninfo_to_dict(url)["dbname"] == "school"


def test_a_providers_metadata_may_have_a_query() -> None:
    url = "https://id.school.test/.well-known/openid-configuration?appid=7"
    assert read(OIDC_SERVER_METADATA_URL=url).oidc_server_metadata_url == url


@pytest.mark.parametrize(
    ("env", "region"),
    [
        ({}, ""),
        ({"AWS_REGION": "eu-central-1"}, "eu-central-1"),
        ({"AWS_DEFAULT_REGION": "us-east-2"}, "us-east-2"),
        ({"AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "us-east-2"}, "eu-central-1"),
    ],
)
def test_the_region_goes_by_either_of_its_names(env: dict[str, str], region: str) -> None:
    assert read(**env).aws_region == region


def test_a_value_and_a_file_for_it_contradict_each_other(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("hunter3", encoding="utf-8")
    text = problems(API_KEY="hunter2", API_KEY_FILE=str(file))
    assert text == "Settings: API_KEY and API_KEY_FILE are both set: keep one."


@pytest.mark.parametrize("name", ["MUX_TOKEN_ID", "MUX_TOKEN_SECRET"])
def test_half_an_access_token_is_none(name: str) -> None:
    assert "MUX_TOKEN_ID and MUX_TOKEN_SECRET go together" in problems(**{name: "hunter2"})


def test_buckets_may_be_parts_of_buckets() -> None:
    assert read(S3_BUCKETS="videos, archive/2024/math,").s3_buckets == (
        Bucket(name="videos"),
        Bucket(name="archive", prefix="2024/math"),
    )


def test_domains_are_told_apart_without_regard_to_case() -> None:
    assert read(S3_DOMAINS="CDN.school.test=videos").s3_domains == {"cdn.school.test": "videos"}


def test_several_webhook_secrets_count_while_they_rotate() -> None:
    assert read(MUX_WEBHOOK_SECRET="new, old").mux_webhook_secret == ("new", "old")


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("hunter3\n", encoding="utf-8")
    read_one = read(MUX_TOKEN_ID="token", MUX_TOKEN_SECRET_FILE=str(file))
    assert read_one.mux_token_secret == "hunter3"


def test_the_database_may_lie_in_a_file_too(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text(DATABASE["DATABASE_URL"], encoding="utf-8")
    assert Settings.from_env({"DATABASE_URL_FILE": str(file)}) == Settings.from_env(DATABASE)


def test_a_file_that_cannot_be_read_is_named_by_its_variable(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    for path in (tmp_path / "missing", tmp_path, binary):
        assert "API_KEY_FILE cannot be read" in problems(API_KEY_FILE=str(path))


def test_no_secret_shows_itself() -> None:
    shown = repr(read(**SECRETS))
    assert "hunter" not in shown
    assert (
        shown.count("Secret(…)") == 10
    )  # database, token, private key, 2 webhook, API, 2 OIDC, mail, budgets


def test_sign_in_by_oidc_needs_its_settings() -> None:
    text = problems(AUTH="oidc", OIDC_CLIENT_ID="lectern")
    assert "AUTH=oidc needs OIDC_SERVER_METADATA_URL, OIDC_REDIRECT_URI, OIDC_COOKIE_SECRET" in text


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"DIGEST": "smtp"}, "DIGEST=smtp needs DIGEST_FROM, DIGEST_SMTP_HOST"),
        ({"DIGEST": "folder"}, "DIGEST=folder needs DIGEST_FROM, DIGEST_FOLDER"),
        ({"DIGEST": "yes"}, "DIGEST is not of the right form (off, smtp or folder)"),
        ({"DIGEST_FROM": "School <a@b.c>"}, "DIGEST_FROM is not of the right form (one address"),
        ({"DIGEST_SMTP_PORT": "0"}, "DIGEST_SMTP_PORT is not of the right form (a port"),
        ({"DIGEST_SMTP_TLS": "ssl"}, "DIGEST_SMTP_TLS is not of the right form (starttls, tls or off)"),
        (
            {"DIGEST_SMTP_TLS": "off", "DIGEST_SMTP_HOST": "mail.school.org", "DIGEST_SMTP_PASSWORD": "x"},
            "DIGEST_SMTP_TLS=off would show DIGEST_SMTP_PASSWORD to the internet",
        ),
        ({"DIGEST_SMTP_USER": "lectern"}, "DIGEST_SMTP_USER and DIGEST_SMTP_PASSWORD go together"),
    ],
)
def test_a_digest_needs_a_way_out(env: dict[str, str], said: str) -> None:
    assert said in problems(**env)


def test_a_digest_has_no_way_out_unless_one_is_named() -> None:
    assert read().digest is Via.OFF
    assert read(DIGEST="folder", DIGEST_FROM="a@b.c", DIGEST_FOLDER="out").digest is Via.FOLDER


@pytest.mark.parametrize(
    ("env", "works"),
    [
        ({}, True),
        ({"S3_ENDPOINT_URL": "http://127.0.0.1:8511"}, False),
        ({"S3_ENDPOINT_URL": "http://localhost:8511"}, False),
        ({"S3_ENDPOINT_URL": "https://objects.school.test"}, True),
        ({"S3_ENDPOINT_URL": "https://8.8.8.8:9000"}, True),
        ({"S3_ENDPOINT_URL": "http://10.0.0.5:9000"}, False),
        ({"S3_ENDPOINT_URL": "http://192.168.1.20:9000"}, False),
        ({"S3_ENDPOINT_URL": "http://[::1]:9000"}, False),
        ({"S3_ENDPOINT_URL": "http://[fd00::5]:9000"}, False),
        ({"S3_ENDPOINT_URL": "http://minio:9000"}, False),
        ({"S3_ENDPOINT_URL": "http://minio.local:9000"}, False),
        ({"S3_ENDPOINT_URL": "http://127.0.0.1:8511", "MUX_BASE_URL": "http://127.0.0.1:8510"}, True),
    ],
)
def test_the_real_mux_cannot_pull_from_this_machine_or_its_network(env: dict[str, str], works: bool) -> None:
    assert read(**env).pull_works is works


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("", ()),
        ("http://127.0.0.1:8511", ("127.0.0.1:8511",)),
        ("https://s3.school.test", ("s3.school.test",)),
    ],
)
def test_the_object_stores_own_host_is_known(url: str, hosts: tuple[str, ...]) -> None:
    assert read(S3_ENDPOINT_URL=url).endpoint_hosts == hosts


def test_signing_needs_both_halves_of_the_key() -> None:
    assert not read().can_sign
    assert read(**SECRETS).can_sign


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com/services/T0/B0/word",
        "https://chat.school.test/hook?token=word",
        "http://localhost:9000/hook",
        "http://10.0.0.7/hook",
        "http://chat:8065/hooks/word",
    ],
)
def test_a_webhook_for_budgets_is_safe_or_near(url: str) -> None:
    found = read(BUDGET_WEBHOOK_URL=url).budget_webhook_url
    assert (found, repr(found)) == (url, "Secret(…)")


@pytest.mark.parametrize(
    "url",
    ["http://hooks.slack.com/services/word", "hooks.slack.com", "ftp://chat/word", "https://", "word word"],
)
def test_a_webhook_over_the_internet_is_not_told_in_the_clear(url: str) -> None:
    said = problems(BUDGET_WEBHOOK_URL=url)
    assert "BUDGET_WEBHOOK_URL" in said
    assert "word" not in said


def test_teachers_are_told_of_costs_where_it_is_said_so() -> None:
    assert not Settings.from_env(DATABASE).costs_for_teachers
    assert Settings.from_env({**DATABASE, "COSTS_FOR_TEACHERS": "on"}).costs_for_teachers
    with pytest.raises(ConfigError, match="COSTS_FOR_TEACHERS"):
        Settings.from_env({**DATABASE, "COSTS_FOR_TEACHERS": "yes"})
