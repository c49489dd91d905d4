"""Accompanying: captions and chapters that a player is given beside the video, with addresses that open."""

from collections.abc import Iterable
from dataclasses import replace

from core.caption_storing import place_of
from core.errors import AppError, ConfigError
from core.playable import Playable, Subtitles
from core.playback import playback_lifetime_s
from core.player import Track
from core.ports import Services
from core.source import Location
from core.text_track import TextTrack, track_named

NOT_SERVED = "Name its bucket in S3_BUCKETS, or its domain in S3_DOMAINS."


def beside(found: Playable, services: Services) -> tuple[Track, ...]:
    """Captions of what plays from S3: those that the school's row names, and the files that were brought; a
    file that the named ones were made of is not told beside them."""
    shown = captions(found, services)
    made, of_file = _made_of_a_file(found, services) if shown and found.subtitles else (None, None)
    if made is not None:
        shown = tuple(replace(one, language=made.language, name=made.name) for one in shown)
    others = (one for one in found.subtitles if one.location != of_file)
    return (*shown, *subtitles(others, found, services))


def _made_of_a_file(found: Playable, services: Services) -> tuple[TextTrack | None, Location | None]:
    """The named captions, where they came from a file beside the lesson, and that file."""
    track = track_named(found.captions_url or "", found.ties.lesson_id)
    if track is None:
        return None, None
    with services.uow("playback.captions.read") as tx:
        made = tx.captions.get(track)
        if made is None or made.file_id is None:
            return None, None
        files = tx.uploads.resources(found.ties.lesson_id)
    return made, next((one.location for one in files if one.id == made.file_id), None)


def captions(found: Playable, services: Services) -> tuple[Track, ...]:
    """The school's captions; an address that does not open, or is a path, keeps no video from playing."""
    address = found.captions_url or ""
    try:
        where = _of_ours(address, found, services) or located(address, services)
    except ConfigError:
        return ()
    if where is not None:
        address = services.store.presign(where, lifetime_s=opens_for_s(found, services))
    if not is_web(address):
        return ()
    return (Track(kind="captions", language="und", name="Captions", src=address),)


def _of_ours(address: str, found: Playable, services: Services) -> Location | None:
    """The file behind an address of our own: a player cannot say who asks, so it gets the file itself."""
    track = track_named(address, found.ties.lesson_id)
    return place_of(track, services.settings) if track else None


def subtitles(files: Iterable[Subtitles], found: Playable, services: Services) -> tuple[Track, ...]:
    """The captions that lie beside the lesson; an S3 that signs nothing keeps no video from playing."""
    lifetime_s = opens_for_s(found, services)
    try:
        return tuple(
            _track(one, services.store.presign(one.location, lifetime_s=lifetime_s)) for one in files
        )
    except AppError:
        return ()


def _track(one: Subtitles, src: str) -> Track:
    name = one.name.rpartition(".")[0] or one.name
    return Track(kind="captions", language=one.language or "und", name=name, src=src)


def chapters(where: Location, found: Playable, services: Services) -> tuple[Track, ...]:
    """The lesson's own chapters; an S3 that signs nothing keeps no video from playing."""
    try:
        src = services.store.presign(where, lifetime_s=opens_for_s(found, services))
    except AppError:
        return ()
    return (Track(kind="chapters", language="und", name="Chapters", src=src),)


def located(address: str, services: Services) -> Location | None:
    """The object that the address names; None where it is none of S3's.

    Raises `ConfigError` for a bucket that Lectern was not given: whoever writes the school's rows must not
    open with our keys whatever these reach.
    """
    settings = services.settings
    where = settings.location_of(address)
    if where is not None and not settings.serves(where.bucket, where.key):
        raise ConfigError("The lesson's video lies in a bucket that Lectern does not serve.", hint=NOT_SERVED)
    return where


def is_web(address: str) -> bool:
    """Whether a browser can ask for it."""
    return address.lower().startswith(("http://", "https://"))


def opens_for_s(found: Playable, services: Services) -> float:
    """How long what the viewer is given opens the video and what lies beside it."""
    return playback_lifetime_s(found.duration_s, beyond_s=services.settings.playback_beyond_s)
