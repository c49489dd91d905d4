"""Decides what the sandbox stands in for, and what everybody is told. No files, no processes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.school.spellings import BUCKETS, DOMAINS, REGION
from sandbox.supervisor.keys import Keys, SigningKey
from sandbox.supervisor.service import Address, StartFailed

WEBHOOK_PATH = "/api/videos/mux/webhook"
DEFAULT_ADDRESSES = {
    "DASHBOARD_ADDRESS": "127.0.0.1:8501",
    "WEBHOOK_ADDRESS": "127.0.0.1:8502",
    "API_ADDRESS": "127.0.0.1:8503",
}
DEFAULT_PORTS = {"SANDBOX_MUX_PORT": "8510", "SANDBOX_S3_PORT": "8511"}
# Somebody's own AWS account must not answer for the sandbox.
AWS_ACCOUNT = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    local: Path
    own_database: bool  # "own": the sandbox's, because nothing real is configured
    own_s3: bool
    own_mux: bool
    dashboard: Address
    webhook: Address
    api: Address
    mux: Address
    s3: Address

    @property
    def addresses(self) -> list[Address]:
        """All that somebody will listen on."""
        sandbox = [(self.own_mux, self.mux), (self.own_s3, self.s3)]
        return [self.dashboard, self.webhook, self.api, *(address for own, address in sandbox if own)]

    @property
    def webhook_url(self) -> str:
        return f"{self.webhook.url}{WEBHOOK_PATH}"

    @property
    def origins(self) -> list[str]:
        """What a browser may call the dashboard."""
        return [self.dashboard.url, f"http://localhost:{self.dashboard.port}"]


def read_layout(env: Mapping[str, str], local: Path) -> Layout:
    faces = {name: address(env.get(name) or text, name) for name, text in DEFAULT_ADDRESSES.items()}
    ports = {
        name: address(f"127.0.0.1:{env.get(name) or text}", name) for name, text in DEFAULT_PORTS.items()
    }
    return Layout(
        local=local,
        own_database=not is_set(env, "DATABASE_URL"),
        own_s3=not (is_set(env, "S3_ENDPOINT_URL") or is_set(env, "S3_BUCKETS")),
        own_mux=not is_set(env, "MUX_TOKEN_ID"),
        dashboard=faces["DASHBOARD_ADDRESS"],
        webhook=faces["WEBHOOK_ADDRESS"],
        api=faces["API_ADDRESS"],
        mux=ports["SANDBOX_MUX_PORT"],
        s3=ports["SANDBOX_S3_PORT"],
    )


def is_set(env: Mapping[str, str], name: str) -> bool:
    return bool(env.get(name) or env.get(f"{name}_FILE"))


def address(text: str, variable: str) -> Address:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise StartFailed(f"{variable}: expected HOST:PORT, as in 127.0.0.1:8501")
    return Address(host=host, port=int(port), variable=variable)


def lectern_variables(
    layout: Layout, keys: Keys, database_url: str | None, signing: SigningKey | None
) -> dict[str, str]:
    """What the sandbox sets for the faces and for `cli.py` in another shell; what is real it leaves."""
    said = {
        "WEBHOOK_ADDRESS": str(layout.webhook),
        "API_ADDRESS": str(layout.api),
        "DASHBOARD_ADDRESS": str(layout.dashboard),
    }
    if layout.own_database and database_url:
        said["DATABASE_URL"] = database_url
    if layout.own_s3:
        said |= s3_variables(layout, keys)
    if layout.own_mux:
        said |= mux_variables(layout, keys)
    if layout.own_mux and signing:
        said |= {"MUX_SIGNING_KEY": signing.id, "MUX_PRIVATE_KEY": signing.private_key}
    return said


def s3_variables(layout: Layout, keys: Keys) -> dict[str, str]:
    return {
        "S3_ENDPOINT_URL": layout.s3.url,
        "S3_BUCKETS": BUCKETS,
        "S3_DOMAINS": DOMAINS,
        "AWS_ACCESS_KEY_ID": keys.aws_access_key,
        "AWS_SECRET_ACCESS_KEY": keys.aws_secret_key,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
    }


def mux_variables(layout: Layout, keys: Keys) -> dict[str, str]:
    return {
        "MUX_TOKEN_ID": keys.mux_token_id,
        "MUX_TOKEN_SECRET": keys.mux_token_secret,
        "MUX_WEBHOOK_SECRET": keys.webhook_secret,
        "MUX_BASE_URL": layout.mux.url,
        "MUX_STREAM_URL": f"{layout.mux.url}/stream",
        "MUX_IMAGE_URL": f"{layout.mux.url}/image",
    }


def child_environment(layout: Layout, env: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    """The environment that we were given, with what the sandbox sets, for one of the faces."""
    hidden = AWS_ACCOUNT if layout.own_s3 else ()
    kept = {name: value for name, value in env.items() if name not in hidden}
    defaults = {
        "AUTH": "off",
        "STREAMLIT_SERVER_ADDRESS": layout.dashboard.host,
        "STREAMLIT_SERVER_PORT": str(layout.dashboard.port),
        "PYTHONUNBUFFERED": "1",
    }
    return defaults | kept | dict(said)
