"""Clipping: a part of a lesson's video, played at once by the playback id that it has."""

from dataclasses import dataclass, replace

from core.access import Action, Person, allows
from core.admitting import admit
from core.clip import Clip, problems
from core.errors import ConfigError, InvalidInput
from core.lesson_copy import ready_asset
from core.playback import Audience, Provider, needs_token, playback_lifetime_s
from core.player import Playback
from core.playing import NO_KEY, playback
from core.ports import Services

NOT_AT_MUX = "Only what plays from Mux can be played in part."


@dataclass(frozen=True, slots=True, kw_only=True)
class Clipped:
    """A part to play. `link` is its address where anybody may have it; None for a signed video."""

    playback: Playback
    clip: Clip
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What there is to take a part of."""

    duration_s: float | None


def whole(lesson_id: str, *, by: Person, services: Services) -> Whole | None:
    """None where the lesson does not play from Mux, or this person may not play it.

    Raises `NotFound`, `NotAllowed` to whoever may not see the lesson.
    """
    with services.uow("clip.read") as tx:
        ties = admit(by, Action.SEE_LESSON, lesson_id, tx=tx).of(by.host_user_id)
        asset = ready_asset(tx, lesson_id) if allows(by, Action.PLAY, ties=ties) else None
    return None if asset is None else Whole(duration_s=asset.duration_s)


def clipped(lesson_id: str, clip: Clip, *, by: Person, services: Services) -> Clipped:
    """The part of what the lesson plays, for whoever may play it; its times begin at 0.

    Raises `InvalidInput` for a part that the video does not have, and as `playback` does.
    """
    played = playback(lesson_id, by=by, services=services)
    if played.provider is not Provider.MUX or played.playback_id is None:
        raise InvalidInput(NOT_AT_MUX, hint="Move the video to Mux first.")
    if wrong := problems(clip, duration_s=played.duration_s):
        raise InvalidInput(" ".join(wrong.values()), hint="")
    token = _token(played, clip, services) if needs_token(played.policy) else None
    src = services.settings.hosts.manifest(played.playback_id, token=token, look=clip.look)
    return Clipped(playback=_part(played, src), clip=clip, link=None if token else src)


def _token(played: Playback, clip: Clip, services: Services) -> str:
    """Opens this part and no other: its ends cannot be moved without another token."""
    if services.signer is None:
        raise ConfigError("This video's playback is signed, and no signing key is set.", hint=NO_KEY)
    lifetime_s = playback_lifetime_s(played.duration_s, beyond_s=services.settings.playback_beyond_s)
    playback_id = str(played.playback_id)
    return services.signer.token(playback_id, Audience.VIDEO, lifetime_s=lifetime_s, look=clip.look)


def _part(played: Playback, src: str) -> Playback:
    """What lies beside the whole has the whole's times, so it stays away; a picture of its own would be one
    more that Mux counts."""
    return replace(played, src=src, tokens=None, poster=None, storyboard=None, tracks=(), resume_at_s=0.0)
