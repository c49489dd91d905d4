"""Every setting, read once from the environment; all that is wrong is said at once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from core.casts import CASTS
from core.environment import Reader
from core.errors import ConfigError
from core.forms import Bucket, Secret
from core.letter import Via
from core.playback import Hosts
from core.reach import is_private
from core.source import Location, parse_s3_url

__all__ = ["Bucket", "Secret", "Settings"]

PAIRS = (
    ("mux_token_id", "mux_token_secret"),
    ("mux_signing_key", "mux_private_key"),
    ("digest_smtp_user", "digest_smtp_password"),
)
DIGEST_NEEDS: Mapping[Via, tuple[str, ...]] = {
    Via.OFF: (),
    Via.SMTP: ("digest_from", "digest_smtp_host"),
    Via.FOLDER: ("digest_from", "digest_folder"),
}


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
    aws_region: str = ""
    captions_prefix: str = "captions/"
    presign_lifetime_s: float = 86_400.0
    playback_beyond_s: float = 3600.0
    upload_bucket: tuple[Bucket, ...] = ()
    upload_max_bytes: int = 50_000_000_000
    webhook_address: str = "127.0.0.1:8502"
    api_address: str = "127.0.0.1:8503"
    api_url: str = ""
    api_key: Secret = Secret("")
    api_cors_origins: tuple[str, ...] = ()
    api_per_s: float = 20.0
    api_key_per_s: float = 500.0
    api_issuer: str = ""
    api_audience: str = ""
    auth: str = "off"
    oidc_server_metadata_url: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: Secret = Secret("")
    oidc_redirect_uri: str = ""
    oidc_cookie_secret: Secret = Secret("")
    oidc_scope: str = "openid profile email"
    oidc_roles_claim: str = "groups"
    host_user_claim: str = ""
    sweep_after_s: float = 120.0
    lost_grace_s: float = 20.0
    keep_events_d: float = 90.0
    keep_history_d: float = 400.0
    rendition_kept_days: float = 30.0
    former_kept_days: float = 30.0
    school_timezone: ZoneInfo = ZoneInfo("UTC")
    digest: Via = Via.OFF
    digest_from: str = ""
    digest_folder: str = ""
    digest_smtp_host: str = ""
    digest_smtp_port: int = 587
    digest_smtp_tls: str = "starttls"
    digest_smtp_user: str = ""
    digest_smtp_password: Secret = Secret("")
    budget_webhook_url: Secret = Secret("")
    costs_for_teachers: bool = False
    failpoint: str = ""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read the environment (`os.environ` by default), `NAME_FILE` for any secret included.

        Raises:
            ConfigError: names every variable that is missing or wrong, never a value.
        """
        reader = Reader(os.environ if env is None else env, CASTS)
        values: dict[str, Any] = {name: reader.read(name) for name in cls.__dataclass_fields__}
        if values["database_url"] is None:
            values["database_url"] = Secret("")
            if not any("DATABASE_URL" in problem for problem in reader.problems):
                reader.problems.append("DATABASE_URL is missing (`make run` starts a database of its own)")
        settings = cls(**{name: value for name, value in values.items() if value is not None})
        problems = [*reader.problems, *settings.contradictions()]
        if problems:
            raise ConfigError("Settings: " + "; ".join(problems) + ".")
        return settings

    def contradictions(self) -> list[str]:
        """What cannot be true together."""
        oidc = ("oidc_server_metadata_url", "oidc_client_id", "oidc_redirect_uri", "oidc_cookie_secret")
        missing = [name.upper() for name in oidc if self.auth == "oidc" and not getattr(self, name)]
        problems = [f"AUTH=oidc needs {', '.join(missing)}"] if missing else []
        for one, other in PAIRS:
            if bool(getattr(self, one)) != bool(getattr(self, other)):
                problems.append(f"{one.upper()} and {other.upper()} go together")
        needed = [name.upper() for name in DIGEST_NEEDS[self.digest] if not getattr(self, name)]
        if needed:
            problems.append(f"DIGEST={self.digest} needs {', '.join(needed)}")
        if (
            self.digest_smtp_password
            and self.digest_smtp_tls == "off"
            and not is_private(self.digest_smtp_host)
        ):
            problems.append("DIGEST_SMTP_TLS=off would show DIGEST_SMTP_PASSWORD to the internet")
        if not 60 <= self.presign_lifetime_s <= 604_800:
            problems.append("PRESIGN_LIFETIME_S must lie between 60 and 604800 (7 days)")
        return problems

    def check_buckets(self) -> None:
        """Raise `ConfigError` where there is no bucket to scan: else nobody is told why nothing is found."""
        if not self.s3_buckets:
            hint = "Set it, for example school-videos,archive/2024."
            raise ConfigError("S3_BUCKETS names no bucket.", hint=hint)

    @property
    def upload_place(self) -> Bucket | None:
        """Where files lie that people bring in; None where no bucket is named."""
        return next(iter((*self.upload_bucket, *self.s3_buckets)), None)

    @property
    def hosts(self) -> Hosts:
        """Where playback comes from."""
        return Hosts(stream_url=self.mux_stream_url, image_url=self.mux_image_url)

    @property
    def can_sign(self) -> bool:
        """Whether playback tokens can be made; without, signed playback is refused."""
        return bool(self.mux_signing_key and self.mux_private_key)

    @property
    def api_origin(self) -> str:
        """The API's address as browsers know it."""
        return self.api_url or f"http://{self.api_address}"

    def serves(self, bucket: str, key: str) -> bool:
        """Whether viewers may be given this object: it lies in a bucket of ours, or behind a domain."""
        places = (*self.s3_buckets, *self.upload_bucket)
        is_ours = any(bucket == place.name and key.startswith(place.prefix) for place in places)
        return is_ours or bucket in self.s3_domains.values()

    def location_of(self, address: str) -> Location | None:
        """The object that an address of the school's names; None where it is none of S3's."""
        return parse_s3_url(address, domains=self.s3_domains, endpoint_hosts=self.endpoint_hosts)

    @property
    def dashboard_origin(self) -> str | None:
        """The dashboard's address as browsers know it, such as `https://host`; None where nothing says it."""
        url = urlsplit(self.oidc_redirect_uri)
        return f"{url.scheme}://{url.netloc}" if url.netloc else None

    @property
    def endpoint_hosts(self) -> tuple[str, ...]:
        """`host:port` of the S3-compatible server, so that its URLs are recognised in host rows."""
        host = urlsplit(self.s3_endpoint_url).netloc
        return (host,) if host else ()

    @property
    def s3_is_private(self) -> bool:
        """Whether only this machine or its network reaches the object store; Mux then cannot pull from it."""
        return is_private(urlsplit(self.s3_endpoint_url).hostname or "")

    @property
    def mux_is_real(self) -> bool:
        """Whether this is Mux itself, not a double of it."""
        return urlsplit(self.mux_base_url).hostname == "api.mux.com"

    @property
    def pull_works(self) -> bool:
        """Whether Mux can fetch presigned URLs of this object store."""
        return not (self.mux_is_real and self.s3_is_private)
