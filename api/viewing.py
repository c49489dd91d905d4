"""What a player asks for and reports while a lesson plays."""

from math import inf
from typing import Any, TypedDict
from uuid import UUID

from api.endpoint import Answer, Call, Endpoint
from core import streaming, watching
from core.access import Action
from core.errors import InvalidInput

MPEGURL = "application/vnd.apple.mpegurl"


class Progress(TypedDict):
    """`watched_s` counts from the beginning of the viewing, whose own id `session` is."""

    session: UUID
    position_s: float
    watched_s: float
    completed: bool


class Trouble(TypedDict):
    """What a player could not do, in its own words."""

    provider: str
    code: str
    message: str


class TroubleId(TypedDict):
    """The id to quote."""

    id: str


class Done(TypedDict):
    """It was taken in."""

    status: str


def hls(call: Call) -> Answer:
    """A playlist of a lesson's HLS folder, each of whose addresses opens its piece in S3."""
    name, token = call.wanted("name"), call.given("token")
    text = streaming.playlist(call.wanted("lesson_id"), name, token, services=call.services)
    return Answer(text=text, media_type=MPEGURL)


def progress(call: Call) -> Answer:
    """Take in how far a viewing is; a report that comes twice counts once."""
    watching.report(
        call.wanted("lesson_id"),
        session=_uuid(call.wanted("session")),
        position_s=_number(call.body, "position_s"),
        watched_s=_number(call.body, "watched_s"),
        completed=call.body.get("completed") is True,
        by=call.person,
        services=call.services,
    )
    return Answer(data={"status": "ok"})


def trouble(call: Call) -> Answer:
    """Keep what a player could not do, under an id to quote."""
    said = {name: call.given(name) for name in ("provider", "code", "message")}
    found = watching.report_trouble(call.wanted("lesson_id"), **said, by=call.by, services=call.services)
    return Answer(data={"id": found})


def _number(body: Any, name: str) -> float:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInput(f"{name} is missing.", hint=f"Send {name} as a number of seconds.")
    try:
        return float(value)
    except OverflowError:  # JSON's whole numbers have no end; a player's have
        return inf


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidInput("session is no UUID.", hint="Make one for each viewing.") from error


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/api/videos/{lesson_id}/hls/{name}",
        action=None,
        answer=hls,
        gives=MPEGURL,
        query=("token",),
        for_any_page=True,
    ),
    Endpoint(
        method="POST",
        path="/api/videos/{lesson_id}/progress",
        action=Action.PLAY,
        answer=progress,
        takes=Progress,
        gives=Done,
    ),
    Endpoint(
        method="POST",
        path="/api/videos/{lesson_id}/trouble",
        action=Action.PLAY,
        answer=trouble,
        takes=Trouble,
        gives=TroubleId,
        for_strangers=True,
    ),
)
