"""An issuer of tokens, over HTTP: its keys, its discovery document, and whatever token a test wants."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.integration.serving import Asked, Reply, Server, serving

AUDIENCE = "lectern-api"
KEYS = "/keys"


@dataclass(slots=True)
class Issuer:
    """`keys` are published, by id; `away` makes it answer 503. Each question sets `asked`, and is answered
    once `open` is set."""

    server: Server
    keys: dict[str, Any] = field(default_factory=dict)
    away: bool = False
    named: str = ""
    """What its discovery document calls the issuer; its own address by default."""
    open: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.open.set()

    @property
    def url(self) -> str:
        return self.server.url

    def rotate(self, key_id: str, *, algorithm: str = "RS256") -> None:
        """From now on another key is published, and that one alone."""
        self.keys = {key_id: new_key(algorithm)}

    def token(self, *, key: Any = None, algorithm: str = "RS256", key_id: str = "", **claims: Any) -> str:
        """A token as it should be, but for what is said; a claim that is None is left out."""
        now = int(time.time())
        usual = {"iss": self.url, "aud": AUDIENCE, "sub": "usr_ana", "exp": now + 300, "nbf": now - 5}
        wanted = {name: value for name, value in (usual | claims).items() if value is not None}
        chosen = key_id or next(iter(self.keys))
        signing = key if key is not None else self.keys.get(chosen)
        return jwt.encode(wanted, signing, algorithm=algorithm, headers={"kid": chosen})

    def reply(self, asked: Asked) -> Reply:
        self.asked.set()
        assert self.open.wait(20)
        if self.away:
            return Reply(503)
        if asked.path == KEYS:
            return Reply(body=json.dumps({"keys": [published(*one) for one in self.keys.items()]}).encode())
        document = {"issuer": self.named or self.url, "jwks_uri": f"{self.url}{KEYS}"}
        return Reply(body=json.dumps(document).encode())

    def looks(self) -> int:
        """How often its keys were read."""
        return sum(asked.path == KEYS for asked in self.server.asked)


def new_key(algorithm: str) -> Any:
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def published(key_id: str, key: Any) -> dict[str, Any]:
    kind = jwt.algorithms.ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else None
    data = (kind or jwt.algorithms.RSAAlgorithm).to_jwk(key.public_key(), as_dict=True)
    return {**data, "kid": key_id, "use": "sig"}


@contextmanager
def an_issuer(*, algorithm: str = "RS256") -> Iterator[Issuer]:
    known: list[Issuer] = []
    with serving(lambda asked: known[0].reply(asked)) as server:
        issuer = Issuer(server)
        issuer.rotate("key-1", algorithm=algorithm)
        known.append(issuer)
        yield issuer
