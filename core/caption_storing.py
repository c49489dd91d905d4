"""Storing: the file of captions in S3, and what Mux says of their asset."""

from uuid import UUID

from core.asset import Asset
from core.errors import ConfigError, NotFound
from core.ports import Services, VideoHost
from core.settings import Settings
from core.source import Location
from core.text_track import TextTrack, key_of

MIME = "text/vtt; charset=utf-8"
NO_PLACE = "Name a bucket in S3_BUCKETS or UPLOAD_BUCKET: captions are kept there."


def place_of(track: UUID, settings: Settings) -> Location:
    """Where the file of a track is kept. Raises `ConfigError` where no bucket is named."""
    bucket = settings.upload_place
    if bucket is None:
        raise ConfigError("There is no place for captions.", hint=NO_PLACE)
    return Location(bucket.name, key_of(track, prefix=bucket.prefix + settings.captions_prefix))


def store(held: TextTrack, text: str, services: Services) -> TextTrack:
    """Write the file of captions to where it is kept. Raises `ConfigError`, and what S3 raises."""
    where = place_of(held.id, services.settings)
    services.store.write(where, text.encode(), mime=MIME)
    with services.uow("captions.stored") as tx:
        stored = tx.captions.note(held.id, location=where, cues=None)
        tx.commit()
    return stored


def asset_of(held: TextTrack, services: Services) -> Asset | None:
    """The asset as Mux has it now; None where it has none."""
    mux = mux_of(held, services)
    try:
        return mux.get_asset(held.asset_id)
    except NotFound:
        return None


def mux_of(held: TextTrack, services: Services) -> VideoHost:
    """Mux in the lane of whoever wants them."""
    return services.mux_now if held.is_waited_for else services.mux
