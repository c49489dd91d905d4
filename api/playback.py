"""Playing a lesson: what a player needs, and the state of its video."""

from typing import TypedDict

from api.endpoint import NO_STORE, Answer, Call, Endpoint
from core import playing, uploading
from core.access import Action
from core.plain import plain
from core.player import Playback, Tokens, Track
from core.uploading import LessonVideo

FOR_CACHES = "public, max-age=60, stale-while-revalidate=600"
"""What is the same for everybody: a cache may hold it for a minute, and go on with it while it asks again."""


class TokensAnswer(TypedDict):
    """What opens a signed video at Mux, its picture and its hover pictures."""

    video: str
    thumbnail: str
    storyboard: str


class TrackAnswer(TypedDict):
    """Captions, subtitles or chapters; without `src` they come with the stream."""

    kind: str
    language: str
    name: str
    src: str | None


class PlaybackAnswer(TypedDict):
    """`video_url` stays as it is; `signed_url` opens the video until `expires_at`, and is kept nowhere."""

    lesson_id: str
    title: str
    series: str | None
    provider: str
    why: str
    playback_id: str | None
    policy: str | None
    video_url: str | None
    signed_url: str | None
    tokens: TokensAnswer | None
    poster: str | None
    storyboard: str | None
    expires_at: str | None
    duration_s: float | None
    tracks: list[TrackAnswer]
    resume_at_s: float
    viewer: str
    data_env_key: str


def playback(call: Call) -> Answer:
    """What plays the lesson for whoever asks: provider, address, tokens, tracks, and where they stopped."""
    return _answered(call, playing.playback(call.wanted("lesson_id"), by=call.by, services=call.services))


async def playback_at_once(call: Call) -> Answer:
    """The same, on the event loop."""
    found = await playing.playback_at_once(call.wanted("lesson_id"), by=call.by, services=call.services)
    return _answered(call, found)


def _answered(call: Call, found: Playback) -> Answer:
    is_for_all = call.by is None and found.expires_at is None
    return Answer(data=playback_answer(found), cache=FOR_CACHES if is_for_all else NO_STORE)


def playback_answer(found: Playback) -> PlaybackAnswer:
    """The same as JSON; written out, because every view of every lesson asks for it."""
    ends, address = found.expires_at, found.src or None
    return PlaybackAnswer(
        lesson_id=found.lesson_id,
        title=found.title,
        series=found.series,
        provider=found.provider.value,
        why=found.why,
        playback_id=found.playback_id,
        policy=found.policy.value if found.policy else None,
        video_url=None if ends else address,
        signed_url=address if ends else None,
        tokens=_tokens(found.tokens) if found.tokens else None,
        poster=found.poster,
        storyboard=found.storyboard,
        expires_at=ends.isoformat() if ends else None,
        duration_s=found.duration_s,
        tracks=[_track(track) for track in found.tracks],
        resume_at_s=found.resume_at_s,
        viewer=found.viewer,
        data_env_key=found.data_env_key,
    )


def _tokens(made: Tokens) -> TokensAnswer:
    return TokensAnswer(video=made.video, thumbnail=made.thumbnail, storyboard=made.storyboard)


def _track(track: Track) -> TrackAnswer:
    return TrackAnswer(kind=track.kind, language=track.language, name=track.name, src=track.src)


def status(call: Call) -> Answer:
    """What became of a lesson's video at Mux."""
    found = uploading.lesson_video(call.wanted("lesson_id"), by=call.person, services=call.services)
    return Answer(data=plain(found))


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/api/videos/{lesson_id}/playback",
        action=Action.PLAY,
        answer=playback,
        gives=PlaybackAnswer,
        for_strangers=True,
        at_once=playback_at_once,
    ),
    Endpoint(
        method="GET",
        path="/api/videos/{lesson_id}/status",
        action=Action.PLAY,
        answer=status,
        gives=LessonVideo,
    ),
    Endpoint(
        method="GET",
        path="/api/videos/mux-status",
        action=Action.PLAY,
        answer=status,
        gives=LessonVideo,
        query=("lesson_id",),
    ),
)
