"""The sandbox's own secrets: made once, kept in a file that only its owner reads."""

import base64
import json
import os
import secrets
import shlex
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

TIMEOUT_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    mux_token_id: str
    mux_token_secret: str
    webhook_secret: str
    aws_access_key: str
    aws_secret_key: str

    def __repr__(self) -> str:
        return "Keys(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    id: str
    private_key: str  # PEM in base64, as Mux gives it

    def __repr__(self) -> str:
        return f"SigningKey(id={self.id!r}, …)"


def load_keys(path: Path) -> Keys:
    if not path.exists():
        write_private(path, json.dumps(asdict(new_keys())))
    return Keys(**json.loads(path.read_text()))


def new_keys() -> Keys:
    return Keys(
        mux_token_id=f"sandbox-{secrets.token_hex(8)}",
        mux_token_secret=secrets.token_urlsafe(32),
        webhook_secret=secrets.token_urlsafe(24),
        aws_access_key=f"AKIA{secrets.token_hex(8).upper()}",
        aws_secret_key=secrets.token_urlsafe(30),
    )


def load_signing_key(path: Path, mux_url: str, keys: Keys) -> SigningKey:
    """The kept one while the double still knows it, else a new one made there."""
    if path.exists():
        kept = SigningKey(**json.loads(path.read_text()))
        if ask(mux_url, keys, "GET", f"/system/v1/signing-keys/{kept.id}"):
            return kept
    made = ask(mux_url, keys, "POST", "/system/v1/signing-keys")
    key = SigningKey(id=made["id"], private_key=made["private_key"])
    write_private(path, json.dumps(asdict(key)))
    return key


def ask(mux_url: str, keys: Keys, method: str, path: str) -> dict[str, str] | None:
    """The `data` of the answer; None when there is no such thing."""
    credentials = base64.b64encode(f"{keys.mux_token_id}:{keys.mux_token_secret}".encode()).decode()
    request = urllib.request.Request(
        f"{mux_url}{path}", method=method, headers={"Authorization": f"Basic {credentials}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            return json.load(answer)["data"]
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise


def write_environment(path: Path, variables: Mapping[str, str]) -> None:
    """For another shell: `set -a; . .local/env`."""
    lines = [f"{name}={shlex.quote(value)}\n" for name, value in sorted(variables.items())]
    write_private(path, "".join(lines))


def write_private(path: Path, text: str) -> None:
    """Never readable by others, not even while it is written."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    os.replace(unfinished, path)
