"""After a sign-in, back to the page that asked for it: Streamlit itself goes to the first page."""

import re
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.navigation import REGISTRY

LOGIN, CALLBACK = "/auth/login", "/oauth2callback"
COOKIE = "lectern_back"
LASTS_S = 600
"""How long somebody may take at the provider."""

KEPT = ("id", "item", "lesson")
"""What of a page's address names the thing it shows; filters and whatever else may stand there are left."""

PLAIN = re.compile(r"[A-Za-z0-9-]{1,64}")


def safe(address: str) -> str | None:
    """The part of an address that is one of our pages; None for everything else, and for the first page."""
    parts = urlsplit(address)
    if parts.path.strip("/") not in {page.path.stem for page in REGISTRY if not page.is_first}:
        return None
    kept = {name: value for name, value in parse_qsl(parts.query) if name in KEPT and PLAIN.fullmatch(value)}
    return f"/{parts.path.strip('/')}{'?' if kept else ''}{urlencode(kept)}"


class ComeBack:
    """Notes in a cookie which page sent somebody to the provider, and leads them there from the callback.

    Plain ASGI, so that websockets pass through untouched.
    """

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self.attributes = f"Path={CALLBACK}; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        change = None
        if scope["type"] == "http":
            change = {LOGIN: self._note, CALLBACK: self._lead_back}.get(scope["path"])
        headers = Headers(scope=scope) if change else None

        async def changed(message: Message) -> None:
            if change and headers is not None and message["type"] == "http.response.start":
                change(headers, MutableHeaders(scope=message))
            await send(message)

        await self.app(scope, receive, changed if change else send)

    def _note(self, asked: Headers, answer: MutableHeaders) -> None:
        came_from = asked.get("referer", "")
        page = safe(came_from) if urlsplit(came_from).netloc == asked.get("host") else None
        self._set(answer, page or "", LASTS_S if page else 0)

    def _lead_back(self, asked: Headers, answer: MutableHeaders) -> None:
        page = safe(_cookie(asked.get("cookie", "")))
        if page and answer.get("location") == "/":
            answer["location"] = page
        self._set(answer, "", 0)

    def _set(self, answer: MutableHeaders, value: str, lasts_s: int) -> None:
        answer.append("set-cookie", f"{COOKIE}={value}; Max-Age={lasts_s}; {self.attributes}")


def _cookie(header: str) -> str:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""
