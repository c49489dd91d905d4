"""Captions of a lesson: which there are, and each as a file."""

from functools import partial
from typing import TypedDict

from api.endpoint import NO_STORE, Answer, Call, Endpoint
from api.playback import FOR_CACHES
from core import caption_looking, captioning
from core.access import Action
from core.caption_looking import CaptionLine
from core.text_track import address


class CaptionAnswer(TypedDict):
    """`state` is `ready` for those that play; `vtt`, `srt` and `txt` are the paths of its file then."""

    id: str
    name: str
    language: str
    origin: str
    state: str
    reason: str | None
    confidence: float | None
    vtt: str | None
    srt: str | None
    txt: str | None


class CaptionsAnswer(TypedDict):
    """All of a lesson."""

    captions: list[CaptionAnswer]


class Language(TypedDict):
    """One that Mux knows, such as `en`; `auto` finds out which is spoken."""

    language: str


class Started(TypedDict):
    """Mux writes them; `id` is theirs in the list."""

    id: str
    state: str


def listed(call: Call) -> Answer:
    """The captions of a lesson, and how far those are that are on their way."""
    lesson_id = call.wanted("lesson_id")
    found = caption_looking.captions(lesson_id, by=call.by, services=call.services)
    return Answer(data=CaptionsAnswer(captions=[_answer(lesson_id, line) for line in found.lines]))


def _answer(lesson_id: str, line: CaptionLine) -> CaptionAnswer:
    paths = {
        ending: address(lesson_id, line.key, ending) if line.can_be_read else None
        for ending in caption_looking.ENDINGS
    }
    return CaptionAnswer(
        id=line.key,
        name=line.name,
        language=line.language,
        origin=line.origin.value,
        state=line.state.value,
        reason=line.reason,
        confidence=line.confidence,
        vtt=paths["vtt"],
        srt=paths["srt"],
        txt=paths["txt"],
    )


def vtt(call: Call) -> Answer:
    """Captions as WebVTT, for whoever may play the lesson."""
    return _file(call, "vtt")


def srt(call: Call) -> Answer:
    """Captions as SubRip, for whoever may play the lesson."""
    return _file(call, "srt")


def txt(call: Call) -> Answer:
    """What is said in a lesson, as plain text, for whoever may play it."""
    return _file(call, "txt")


def _file(call: Call, ending: str) -> Answer:
    file = caption_looking.captions_file(
        call.wanted("lesson_id"), call.wanted("track"), by=call.by, services=call.services
    )
    text, media_type = caption_looking.written(file, ending)
    cache = FOR_CACHES if call.by is None else NO_STORE
    return Answer(text=text, media_type=f"{media_type}; charset=utf-8", cache=cache)


def generate(call: Call) -> Answer:
    """Have Mux write captions from the sound of a lesson's video."""
    track = captioning.generate(
        call.wanted("lesson_id"), call.wanted("language"), by=call.person, services=call.services
    )
    return Answer(data=Started(id=str(track.id), state=track.state.value), status=202)


LIST = "/api/videos/{lesson_id}/captions"
for_players = partial(Endpoint, method="GET", action=Action.PLAY, for_strangers=True)
ENDPOINTS = (
    for_players(path=LIST, answer=listed, gives=CaptionsAnswer),
    Endpoint(
        method="POST", path=LIST, action=Action.EDIT_LESSON, answer=generate, gives=Started, takes=Language
    ),
    for_players(path=LIST + "/{track}.vtt", answer=vtt, gives="text/vtt"),
    for_players(path=LIST + "/{track}.srt", answer=srt, gives="application/x-subrip"),
    for_players(path=LIST + "/{track}.txt", answer=txt, gives="text/plain"),
)
