"""What a page posts after a link was clicked, and before the next page is there.

Streamlit runs a fragment's post after the page that was asked for, as one of the page that it came from: the
browser takes that for a change of pages and clears the new one, whose content nobody sends again (1.67). A
player or an upload may post at any moment, so such a post is not passed on. Whoever has to be heard tells it
again.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


class LatePosts:
    """Keeps them from Streamlit. Plain ASGI around its websocket."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        visit = Visit()

        async def receive_in_time() -> Message:
            while visit.is_late((message := await receive()).get("bytes")):
                continue
            return message

        async def send_and_follow(message: Message) -> None:
            visit.follow(message.get("bytes"))
            await send(message)

        await self.app(scope, receive_in_time, send_and_follow)


class Visit:
    """The page of one browser tab: the last that it asked for, or was told that it is on."""

    def __init__(self) -> None:
        self._page = ""

    def is_late(self, content: bytes | None) -> bool:
        """Whether this, from the browser, is a fragment's post of another page."""
        asked = BackMsg.FromString(content or b"").rerun_script
        page: str = asked.page_script_hash
        if asked.fragment_id:
            return self._page not in ("", page)
        self._page = page or self._page
        return False

    def follow(self, content: bytes | None) -> None:
        """This, to the browser, may name the page that comes: a button may lead to another one as well. Where
        fragments are drawn anew, that is no news."""
        told = ForwardMsg.FromString(content or b"")
        if not told.metadata.run.fragment_ids:
            named = told.navigation.page_script_hash or told.new_session.page_script_hash
            self._page = named or self._page
