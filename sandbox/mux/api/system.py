"""`/system/v1`: who the token is, and the keys that sign playback."""

import base64
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.mux.api.answers import data, environment, gone, page_of, path_id
from sandbox.mux.chance import Kind
from sandbox.mux.config import ENVIRONMENT_ID, ENVIRONMENT_NAME
from sandbox.mux.errors import not_found


async def whoami(request: Request) -> Response:
    """Any token may ask."""
    return data(
        {
            "permissions": environment(request).config.granted,
            "organization_name": "Sandbox",
            "organization_id": "sandboxorg",
            "environment_type": "development",
            "environment_name": ENVIRONMENT_NAME,
            "environment_id": ENVIRONMENT_ID,
            "access_token_name": "Sandbox token",
        }
    )


async def create_key(request: Request) -> Response:
    """The private key (base64 of its PEM) is in this answer and never again."""
    env = environment(request)
    private = await env.workshop.ingest(rsa.generate_private_key, public_exponent=65_537, key_size=2048)
    public_pem = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    shown = {"id": env.chance.new_id(Kind.SIGNING_KEY), "created_at": str(int(env.clock()))}
    # Only the public half is kept: the double checks tokens, it never makes one.
    env.store.signing_keys.add(shown["id"], {"key": shown, "public_pem": public_pem.decode()})
    return data(shown | {"private_key": _as_base64_pem(private)}, 201)


async def list_keys(request: Request) -> Response:
    limit, offset = page_of(request)
    rows = environment(request).store.signing_keys.newest(limit, offset=offset)
    return data([row.body["key"] for row in rows])


async def show_key(request: Request) -> Response:
    return data(_key(request))


async def delete_key(request: Request) -> Response:
    environment(request).store.signing_keys.remove(_key(request)["id"])
    return gone()


def _key(request: Request) -> dict[str, Any]:
    row = environment(request).store.signing_keys.find(path_id(request, "key_id"))
    if row is None:
        raise not_found()
    found: dict[str, Any] = row.body["key"]
    return found


def _as_base64_pem(private: rsa.RSAPrivateKey) -> str:
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    return base64.b64encode(pem).decode()


def _key_routes(base: str) -> list[Route]:
    return [
        Route(base, create_key, methods=["POST"]),
        Route(base, list_keys),
        Route(base + "/{key_id}", show_key),
        Route(base + "/{key_id}", delete_key, methods=["DELETE"]),
    ]


# The second path is the old one, deprecated and still answered.
ROUTES = [
    Route("/system/v1/whoami", whoami),
    *_key_routes("/system/v1/signing-keys"),
    *_key_routes("/video/v1/signing-keys"),
]
