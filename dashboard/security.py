"""What every answer of the dashboard's server carries, and whom it answers at all."""

import base64
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import ConfigError
from core.settings import Settings
from dashboard.coming_back import ComeBack
from dashboard.late_posts import LatePosts

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
MUX_MEDIA = ("https://*.mux.com",)
"""stream.mux.com redirects to delivery hosts below this name; some of its upload hosts are below it too."""
MUX_UPLOADS = ("https://storage.googleapis.com",)
MUX_DATA = ("https://*.litix.io",)
AMAZON_S3 = ("https://*.amazonaws.com",)
PARTS = "/app/static/parts/"
"""Scripts of ours, under the same name when they change: a browser asks each time whether they have."""

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)


def middleware(settings: Settings, hosts: Sequence[str]) -> list[Middleware]:
    """The layers around Streamlit: known host names only, nobody from afar without sign-in, safe headers, and
    no post of a page that was left."""
    layers = [
        Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts)),
        Middleware(Headers, policy=content_policy(settings, inline_script_hashes(INDEX.read_text("utf-8")))),
        Middleware(LatePosts),
    ]
    if settings.auth == "off":
        return [*layers, Middleware(LoopbackOnly)]
    return [*layers, Middleware(ComeBack, secure=settings.oidc_redirect_uri.startswith("https:"))]


def check_exposure(settings: Settings, address: str | None) -> None:
    """Refuse to serve without sign-in where other machines could reach it."""
    if settings.auth == "off" and address not in LOOPBACK:
        raise ConfigError(
            f"AUTH=off shows everything to everybody who reaches {address or 'any address'}.",
            hint="Set AUTH=oidc, or bind to 127.0.0.1 (STREAMLIT_SERVER_ADDRESS).",
        )


def inline_script_hashes(html: str) -> list[str]:
    """CSP sources for the scripts that Streamlit's own page carries inline."""
    digests = [hashlib.sha256(script.encode()).digest() for script in INLINE_SCRIPT.findall(html)]
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def content_policy(settings: Settings, script_hashes: Sequence[str]) -> str:
    """The Content-Security-Policy: from elsewhere only media of Mux and S3, and bytes only to them."""
    stream, image = _origin(settings.mux_stream_url), _origin(settings.mux_image_url)
    media = _sources(*MUX_MEDIA, stream, image, *_s3(settings), settings.api_origin)
    told = MUX_DATA if settings.mux_data_env_key or settings.mux_is_real else ()
    sent = _sources(media, *MUX_UPLOADS, _origin(settings.mux_base_url), *told)
    return "; ".join(
        (
            "default-src 'self'",
            # blob: because Streamlit imports a component's script from one
            f"script-src 'self' blob: {' '.join(script_hashes)}",
            "style-src 'self' 'unsafe-inline'",
            f"img-src 'self' data: blob: {media}",
            "font-src 'self' data:",
            f"connect-src 'self' data: blob: {sent}",
            f"media-src 'self' blob: {media}",
            "worker-src 'self' blob:",
            "frame-ancestors 'none'",
            "object-src 'none'",
            "base-uri 'self'",
        )
    )


def _s3(settings: Settings) -> tuple[str, ...]:
    """Where the browser loads originals from, and sends files to when Mux does not take them."""
    own = _origin(settings.s3_endpoint_url) if settings.s3_endpoint_url else ""
    return (*((own,) if own else AMAZON_S3), *(f"https://{domain}" for domain in settings.s3_domains))


def _sources(*sources: str) -> str:
    return " ".join(dict.fromkeys(sources))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class Headers:
    """Adds the security headers. Plain ASGI, so that websockets pass through untouched."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self.app = app
        self.fields = {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=()",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.fields)
                if scope["path"].startswith(PARTS):
                    headers["Cache-Control"] = "no-cache"
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class LoopbackOnly:
    """Answers this machine alone, whatever address the server was bound to."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        if scope["type"] == "lifespan" or client is None or client[0] in LOOPBACK:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse("Sign-in is off: this machine only.", 403)(scope, receive, send)
