"""What Mux Data would be told by a page: taken on its way, and answered as Mux does."""

import json
import re
from collections.abc import Callable

from playwright.sync_api import Page, Request, Route

MUX_DATA = re.compile(r"^https://[^/]*\.litix\.io/")
OPENING = re.compile(r"Signature|X-Amz|token(=|%3D)", re.IGNORECASE)
"""In an address that opens something."""

FACTS = ("vid", "vtt", "vsr", "uusid", "vsour", "ake")
"""Video id, its title, its series, viewer, address and the key."""


def heard_from(page: Page) -> list[str]:
    """The bodies of what the page posts to Mux Data from now on."""
    bodies: list[str] = []
    page.route(MUX_DATA, _taken_into(bodies))
    return bodies


def ends_a_view(request: Request) -> bool:
    """Whether Mux Data is told by it that a view is over: all else has been told before."""
    return MUX_DATA.match(request.url) is not None and '"viewend"' in (request.post_data or "")


def facts_of(bodies: list[str]) -> dict[str, str]:
    """What was said of the video and the viewer, under Mux's short names, the last word counting."""
    facts: dict[str, str] = {}
    for body in bodies:
        for event in json.loads(body)["events"]:
            facts |= {name: str(event[name]) for name in FACTS if event.get(name)}
    return facts


def _taken_into(bodies: list[str]) -> Callable[[Route], None]:
    def take(route: Route) -> None:
        bodies.append(route.request.post_data or "")
        route.fulfill(status=200, headers={"Access-Control-Allow-Origin": "*"})

    return take
