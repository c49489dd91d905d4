"""What one running double is told at start: by flag, or by environment as `SANDBOX_MUX_<NAME>`."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ENV_PREFIX = "SANDBOX_MUX_"
PERMISSIONS = [f"{area}:{right}" for area in ("video", "data", "system") for right in ("read", "write")]
ENVIRONMENT_NAME, ENVIRONMENT_ID = "Sandbox", "sandbox"
SWITCHED_OFF = ("no_limits", "no_usage_exports")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one double. Rates are requests per second, as Mux documents them."""

    state: Path
    host: str = "127.0.0.1"
    port: int = 8510
    base_url: str = ""
    """How clients reach the double; upload and master URLs start with it."""
    webhook_url: str = ""
    webhook_secret: str = field(default="", repr=False)
    token_id: str = ""
    token_secret: str = field(default="", repr=False)
    permissions: str = ""
    """What the token may do, as in `video:read,data:read`; empty: everything."""
    seed: int | None = None
    limits: bool = True
    post_per_s: float = 1.0
    other_per_s: float = 5.0
    data_per_s: float = 5.0
    monitoring_per_s: float = 1.0
    burst_s: float = 2.0
    """A bucket at rest holds this many seconds' worth of requests (Mux does not publish its burst)."""
    instant: bool = False
    """For load runs: ready at once, duration from the file's header, bytes fetched when first played."""
    media_threads: int = 3
    retry_base_s: float = 1.0
    """Delay before the second attempt of a webhook; doubles up to `retry_cap_s`."""
    retry_cap_s: float = 3600.0
    clock_ahead_s: float = 0.0
    """How far its clock is off (less than 0: behind): it dates assets, signatures, and what is expired."""
    history_days: int = 30
    """Made-up views begin this long before their asset was created, so that charts have something to show."""
    usage_exports: bool = True
    """Billing exports are enabled, as somebody has to do by hand in Mux's dashboard."""
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def granted(self) -> list[str]:
        return self.permissions.split(",") if self.permissions else PERMISSIONS

    @property
    def public_url(self) -> str:
        return self.base_url or f"http://{self.host}:{self.port}"


def from_args(argv: Sequence[str], env: Mapping[str, str]) -> Config:
    """Reads flags over environment over defaults; a wrong value ends the program with a sentence."""
    parser = _parser(env)
    given = parser.parse_args(argv)
    # Checked where faults are known, not here: the flag only parts name and value.
    faults = dict(_name_and_value(parser, item) for item in given.fault)
    options = {name: value for name, value in vars(given).items() if name not in ("fault", *SWITCHED_OFF)}
    off = {name.removeprefix("no_"): not getattr(given, name) for name in SWITCHED_OFF}
    return Config(**options, **off, faults=faults)


def _parser(env: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox.mux", description="A stand-in for Mux.")

    def option(name: str, kind: type = str, default: object = "", text: str = "") -> None:
        key = name.upper().replace("-", "_")
        parser.add_argument(f"--{name}", type=kind, default=env.get(ENV_PREFIX + key, default), help=text)

    def switch(name: str, text: str) -> None:
        key = name.upper().replace("-", "_")
        on = env.get(ENV_PREFIX + key, "").lower() in ("1", "true", "yes", "on")
        parser.add_argument(f"--{name}", action="store_true", default=on, help=text)

    option("state", Path, Path(".local/mux"), "folder for database and media")
    option("host", default="127.0.0.1")
    option("port", int, 8510)
    option("base-url", text="how clients reach it, when not http://HOST:PORT")
    option("webhook-url", text="where events are posted")
    option("webhook-secret", text="what signs them")
    option("token-id", text="with --token-secret: the one pair accepted; else any pair is")
    option("token-secret")
    option("permissions", _permissions, text="what the token may do, as in video:read,data:read; else all")
    option("seed", int, None, "makes ids, faults and generated views repeatable")
    option("post-per-s", float, 1.0)
    option("other-per-s", float, 5.0)
    option("data-per-s", float, 5.0)
    option("monitoring-per-s", float, 1.0)
    option("burst-s", float, 2.0, "seconds' worth of requests a bucket holds")
    option("media-threads", int, 3)
    option("retry-base-s", float, 1.0)
    option("retry-cap-s", float, 3600.0)
    option("clock-ahead-s", float, 0.0, "seconds that its clock is ahead; less than 0: behind")
    option("history-days", int, 30, "days of made-up views before an asset's creation")
    switch("no-limits", "answer every request, however fast they come")
    switch("no-usage-exports", "billing exports are not enabled")
    switch("instant", "no media work: for load runs")
    faults = env.get(ENV_PREFIX + "FAULT", "").split()
    parser.add_argument("--fault", action="append", default=faults, metavar="NAME=VALUE")
    return parser


def _permissions(text: str) -> str:
    if unknown := sorted(set(filter(None, text.split(","))) - set(PERMISSIONS)):
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(PERMISSIONS)}")
    return text


def _name_and_value(parser: argparse.ArgumentParser, item: str) -> tuple[str, str]:
    name, equals, value = item.partition("=")
    if not equals:
        parser.error(f"--fault takes NAME=VALUE, got {item!r}")
    return name, value
