"""Every setting, read once from the environment; all that is wrong is said at once."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core.errors import ConfigError
from core.playback import Hosts


class Secret(str):
    """Text that does not show itself in a repr."""

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A bucket to scan, or a part of one."""

    name: str
    prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings; a field's name is its variable in lower case. docs/deployment.md explains each."""

    database_url: Secret
    host_schema: str = "public"
    mux_token_id: str = ""
    mux_token_secret: Secret = Secret("")
    mux_base_url: str = "https://api.mux.com"
    mux_stream_url: str = "https://stream.mux.com"
    mux_image_url: str = "https://image.mux.com"
    mux_webhook_secret: tuple[Secret, ...] = ()
    mux_signing_key: str = ""
    mux_private_key: Secret = Secret("")
    mux_data_env_key: str = ""
    mux_playback_policy: str = "auto"
    mux_post_per_s: float = 1.0
    mux_other_per_s: float = 5.0
    mux_data_per_s: float = 5.0
    s3_endpoint_url: str = ""
    s3_buckets: tuple[Bucket, ...] = ()
    s3_domains: Mapping[str, str] = field(default_factory=dict)
    captions_prefix: str = "captions/"
    presign_lifetime_s: float = 86_400.0
    upload_max_bytes: int = 50_000_000_000
    webhook_address: str = "127.0.0.1:8502"
    api_address: str = "127.0.0.1:8503"
    api_key: Secret = Secret("")
    api_issuer: str = ""
    api_audience: str = ""
    auth: str = "off"
    oidc_server_metadata_url: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: Secret = Secret("")
    oidc_redirect_uri: str = ""
    oidc_cookie_secret: Secret = Secret("")
    oidc_roles_claim: str = "groups"
    host_user_claim: str = ""
    sweep_after_s: float = 120.0
    lost_grace_s: float = 20.0
    failpoint: str = ""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read the environment (`os.environ` by default), `NAME_FILE` for any secret included.

        Raises:
            ConfigError: names every variable that is missing or wrong, never a value.
        """
        reader = _Reader(os.environ if env is None else env)
        settings = cls(**{name: value for name, value in reader.read_all().items() if value is not None})
        problems = [*reader.problems, *settings.contradictions()]
        if problems:
            raise ConfigError("Settings: " + "; ".join(problems) + ".")
        return settings

    def contradictions(self) -> list[str]:
        """What cannot be true together."""
        oidc = ("oidc_server_metadata_url", "oidc_client_id", "oidc_redirect_uri", "oidc_cookie_secret")
        missing = [name.upper() for name in oidc if self.auth == "oidc" and not getattr(self, name)]
        problems = [f"AUTH=oidc needs {', '.join(missing)}"] if missing else []
        if bool(self.mux_signing_key) != bool(self.mux_private_key):
            problems.append("MUX_SIGNING_KEY and MUX_PRIVATE_KEY go together")
        if not 60 <= self.presign_lifetime_s <= 604_800:
            problems.append("PRESIGN_LIFETIME_S must lie between 60 and 604800 (7 days)")
        return problems

    @property
    def hosts(self) -> Hosts:
        """Where playback comes from."""
        return Hosts(stream_url=self.mux_stream_url, image_url=self.mux_image_url)

    @property
    def can_sign(self) -> bool:
        return bool(self.mux_signing_key and self.mux_private_key)

    @property
    def endpoint_hosts(self) -> tuple[str, ...]:
        """`host:port` of the S3-compatible server, so that its URLs are recognised in host rows."""
        host = urlsplit(self.s3_endpoint_url).netloc
        return (host,) if host else ()

    @property
    def s3_is_local(self) -> bool:
        """Whether only this machine reaches the object store; Mux then cannot pull from it."""
        return urlsplit(self.s3_endpoint_url).hostname in ("127.0.0.1", "localhost", "::1")

    @property
    def mux_is_real(self) -> bool:
        return urlsplit(self.mux_base_url).hostname == "api.mux.com"

    @property
    def pull_works(self) -> bool:
        """Whether Mux can fetch presigned URLs of this object store."""
        return not (self.mux_is_real and self.s3_is_local)


def read_buckets(text: str) -> tuple[Bucket, ...]:
    """`bucket[/prefix],…`"""
    names = [part.strip().partition("/") for part in text.split(",") if part.strip()]
    return tuple(Bucket(name=name, prefix=prefix) for name, _, prefix in names)


class WrongForm(ValueError):
    """Its message is the wanted form; a plain ValueError may quote the value, which may be secret."""


def read_domains(text: str) -> dict[str, str]:
    """`domain=bucket,…`"""
    pairs = [part.strip().partition("=") for part in text.split(",") if part.strip()]
    if any(not bucket for _, _, bucket in pairs):
        raise WrongForm("domain=bucket")
    return {domain.lower(): bucket for domain, _, bucket in pairs}


def read_secrets(text: str) -> tuple[Secret, ...]:
    return tuple(Secret(part.strip()) for part in text.split(",") if part.strip())


HOST = r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])"
HTTP_URL = re.compile(rf"https?://{HOST}(?::\d+)?(?:/[^\s?#]*)?")
ADDRESS = re.compile(rf"{HOST}:(?P<port>\d+)")


def read_url(text: str) -> str:
    if not HTTP_URL.fullmatch(text):
        raise WrongForm("http(s)://host[:port]")
    return text.rstrip("/")


def read_auth(text: str) -> str:
    if text not in ("off", "oidc"):
        raise WrongForm("off or oidc")
    return text


def read_policy(text: str) -> str:
    if text not in ("auto", "public", "signed"):
        raise WrongForm("auto, public or signed")
    return text


def read_address(text: str) -> str:
    address = ADDRESS.fullmatch(text)
    if not address or int(address["port"]) > 65_535:
        raise WrongForm("host:port")
    return text


def read_size(text: str) -> int:
    if not text.isdecimal():
        raise WrongForm("a whole number of bytes")
    return int(text)


def read_rate(text: str) -> float:
    """A number of seconds, or of calls per second; 0 and `inf` have their meaning where it is used."""
    value = float(text)
    if not value >= 0:  # NaN too
        raise WrongForm("a number ≥ 0")
    return value


CASTS: dict[str, Callable[[str], object]] = {
    "mux_base_url": read_url,
    "mux_stream_url": read_url,
    "mux_image_url": read_url,
    "mux_webhook_secret": read_secrets,
    "mux_playback_policy": read_policy,
    "s3_endpoint_url": read_url,
    "s3_buckets": read_buckets,
    "s3_domains": read_domains,
    "upload_max_bytes": read_size,
    "webhook_address": read_address,
    "api_address": read_address,
    "auth": read_auth,
    **dict.fromkeys(
        ("mux_post_per_s", "mux_other_per_s", "mux_data_per_s", "presign_lifetime_s", "sweep_after_s"),
        read_rate,
    ),
    "lost_grace_s": read_rate,
    **dict.fromkeys(
        ("database_url", "mux_token_secret", "mux_private_key", "api_key", "oidc_client_secret"), Secret
    ),
    "oidc_cookie_secret": Secret,
}
"""How a variable becomes a value; what is not here is text."""


class _Reader:
    """Reads one variable after another and keeps what was wrong."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.problems: list[str] = []

    def read_all(self) -> dict[str, Any]:
        values = {name: self.read(name) for name in Settings.__dataclass_fields__}
        if not values["database_url"]:
            self.problems.append("DATABASE_URL is missing (`make run` starts a database of its own)")
            values["database_url"] = Secret("")
        return values

    def read(self, name: str) -> object | None:
        """The value, or None where the default stands."""
        text = self.text(name.upper())
        if not text:
            return None
        try:
            return CASTS.get(name, str)(text)
        except ValueError as error:
            wanted = str(error) if isinstance(error, WrongForm) else "a number"
            self.problems.append(f"{name.upper()} is not of the right form ({wanted})")
            return None

    def text(self, variable: str) -> str:
        path = self.env.get(f"{variable}_FILE", "").strip()
        if not path:
            return self.env.get(variable, "").strip()
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            self.problems.append(f"{variable}_FILE cannot be read")
            return ""
