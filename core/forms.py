"""The forms that settings take: text from the environment in, a value out, or `WrongForm`."""

import math
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LONGEST_S = 604_800.0
LONGEST_D = 36_500
"""Seven days: as long as a presigned URL can live, and longer than anything here needs to wait."""

HOST = r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])"
HTTP_URL = re.compile(rf"https?://{HOST}(?::\d+)?(?:/[^\s?#]*)?")
ADDRESS = re.compile(rf"{HOST}:(?P<port>\d+)")
DATABASE_URL = re.compile(
    rf"postgres(?:ql)?://(?:[^\s/@]*@)?(?:{HOST})?(?::(?P<port>\d+))?/[^\s/?#]+(?:\?[^\s#]*)?"
)
BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")
REGION = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
FAILPOINT = re.compile(r"[\w.-]+:(?:before|after)(?::[1-9]\d*)?")
HIGHEST_PORT = 65_535


class WrongForm(ValueError):
    """Its message is the wanted form; a plain ValueError may quote the value, which may be secret."""


class Secret(str):
    """Text that does not show itself in a repr."""

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A bucket to scan, or a part of one."""

    name: str
    prefix: str = ""


def read_database(text: str) -> Secret:
    """The URL of a PostgreSQL database; the host may be missing, or be a socket's folder in the query."""
    url = DATABASE_URL.fullmatch(text)
    if not url or int(url["port"] or 0) > HIGHEST_PORT:
        raise WrongForm("postgresql://user:password@host:5432/database, with special characters as %40")
    return Secret(text)


def read_buckets(text: str) -> tuple[Bucket, ...]:
    """`bucket[/prefix],…`"""
    names = [part.partition("/") for part in _parts(text)]
    if not all(BUCKET.fullmatch(name) for name, _, _ in names):
        raise WrongForm("bucket[/prefix],…")
    return tuple(Bucket(name=name, prefix=prefix) for name, _, prefix in names)


def read_domains(text: str) -> dict[str, str]:
    """`domain=bucket,…`; domains in lower case."""
    pairs = [part.partition("=") for part in _parts(text)]
    if not all(re.fullmatch(HOST, domain) and BUCKET.fullmatch(bucket) for domain, _, bucket in pairs):
        raise WrongForm("domain=bucket")
    return {domain.lower(): bucket for domain, _, bucket in pairs}


def read_secrets(text: str) -> tuple[Secret, ...]:
    """Several, separated by commas."""
    return tuple(Secret(part) for part in _parts(text))


def read_scope(text: str) -> str:
    """OpenID Connect scopes, between commas or spaces; they go to the provider between spaces."""
    scopes = text.replace(",", " ").split()
    if "openid" not in scopes:
        raise WrongForm("openid,…")
    return " ".join(scopes)


def read_url(text: str) -> str:
    """An address of a service, without a query; without a slash at its end."""
    if not HTTP_URL.fullmatch(text):
        raise WrongForm("http(s)://host[:port]")
    return text.rstrip("/")


def read_origins(text: str) -> tuple[str, ...]:
    """Origins of pages, as browsers spell them: without a path."""
    origins = tuple(part.lower() for part in _parts(text))
    if not all(HTTP_URL.fullmatch(origin) and origin.count("/") == 2 for origin in origins):
        raise WrongForm("https://host[:port],…")
    return origins


def read_metadata_url(text: str) -> str:
    """An address that may have a query, as some identity providers' metadata have."""
    url, _, _query = text.partition("?")
    if not HTTP_URL.fullmatch(url) or re.search(r"\s", text):
        raise WrongForm("http(s)://host[:port]/path")
    return text


def read_address(text: str) -> str:
    """`host:port` to listen at."""
    address = ADDRESS.fullmatch(text)
    if not address or int(address["port"]) > HIGHEST_PORT:
        raise WrongForm("host:port")
    return text


def read_auth(text: str) -> str:
    """How people sign in."""
    return one_of(text, "off", "oidc")


def read_switch(text: str) -> bool:
    """Whether it is on."""
    return one_of(text, "off", "on") == "on"


def read_policy(text: str) -> str:
    """Who may play a copy, unless the batch says otherwise."""
    return one_of(text, "auto", "public", "signed")


def read_region(text: str) -> str:
    """An AWS region; botocore refuses to make a client for what cannot be one."""
    if not REGION.fullmatch(text):
        raise WrongForm("a region such as eu-central-1")
    return text


def read_failpoint(text: str) -> str:
    """Where tests kill the process."""
    if not FAILPOINT.fullmatch(text):
        raise WrongForm("name:before|after[:count]")
    return text


def read_size(text: str) -> int:
    """A whole number of bytes."""
    if not text.isdecimal():
        raise WrongForm("a whole number of bytes")
    return int(text)


def read_rate(text: str) -> float:
    """Calls per second; 0 and `inf` have their meaning where they are used."""
    value = _number(text)
    if not value >= 0:  # NaN too
        raise WrongForm("a number ≥ 0")
    return value


def read_seconds(text: str) -> float:
    """A time that can be waited for: at most seven days."""
    value = _number(text)
    if not (math.isfinite(value) and 0 <= value <= LONGEST_S):
        raise WrongForm(f"a number of seconds from 0 to {LONGEST_S:.0f}")
    return value


def read_days(text: str) -> float:
    """Mux sends an event again for a day: it has to be known for longer."""
    value = _number(text)
    if not 2 <= value <= LONGEST_D:  # NaN too
        raise WrongForm(f"a number of days from 2 to {LONGEST_D:,}")
    return value


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise WrongForm("a number") from None


def one_of(text: str, *known: str) -> str:
    """The word, if it is one of these."""
    if text not in known:
        raise WrongForm(f"{', '.join(known[:-1])} or {known[-1]}")
    return text


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def read_zone(text: str) -> ZoneInfo:
    """A name of the IANA database, such as `Europe/Berlin`."""
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise WrongForm("the name of a time zone, such as Europe/Berlin") from None
