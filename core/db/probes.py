"""What was found in the files, and which ones are to be looked into when."""

from sqlalchemy import Connection, func, text, update
from sqlalchemy import bindparam as bind

from core.db.tables import asset_sources, sources
from core.kind import Kind
from core.source import MediaFacts

UNPROBED = text("""
SELECT id FROM sources
WHERE probed_at IS NULL AND gone_at IS NULL AND part_of IS NULL AND kind IN ('unknown', 'video', 'hls')
    AND (probe_after IS NULL OR probe_after <= now())
ORDER BY probe_tries, id LIMIT :most
""")
_SAME_VERSION = (sources.c.id == bind("for_source"), sources.c.etag == bind("for_etag"))
PROBED = update(sources).where(*_SAME_VERSION)
PUT_OFF = text("""
UPDATE sources SET
    probe_tries = probe_tries + 1, media_error = :trouble,
    probe_after = now() + make_interval(
        secs => least(:first_wait_s * power(2, least(probe_tries, 30)), :most_wait_s)
    )
WHERE id = :source_id AND probed_at IS NULL
""")
DOUBT = text("""
UPDATE sources SET probed_at = NULL, probe_tries = 0, probe_after = NULL
WHERE media_error IS NOT NULL AND gone_at IS NULL
""")
HASHED = update(sources).where(*_SAME_VERSION).values(sha256=bind("digest"))
HASHED_COPIES = (
    update(asset_sources)
    .where(asset_sources.c.source_id == bind("for_source"), asset_sources.c.etag == bind("for_etag"))
    .values(sha256=bind("digest"))
)


def unprobed(connection: Connection, *, limit: int) -> list[int]:
    """Sources whose kind or length is not known and whose time has come."""
    return list(connection.scalars(UNPROBED, {"most": limit}))


def put_off(
    connection: Connection, source_id: int, *, trouble: str | None, first_wait_s: float, most_wait_s: float
) -> None:
    values = {
        "source_id": source_id,
        "trouble": trouble,
        "first_wait_s": first_wait_s,
        "most_wait_s": most_wait_s,
    }
    connection.execute(PUT_OFF, values)


def doubt_troubles(connection: Connection) -> int:
    """Have what could not be looked into looked into again; returns how many sources."""
    return connection.execute(DOUBT).rowcount


def set_media(
    connection: Connection, source_id: int, etag: str, kind: Kind, media: MediaFacts | None, error: str | None
) -> None:
    found = {
        "kind": kind.value,
        "probed_at": func.now(),
        "probe_tries": 0,
        "probe_after": None,
        "media_error": error,
        "duration_s": media and media.duration_s,
        "width": media and media.width,
        "height": media and media.height,
        "video_codec": media and media.video_codec,
        "audio_codec": media and media.audio_codec,
    }
    connection.execute(PROBED.values(found), {"for_source": source_id, "for_etag": etag})


def set_sha256(connection: Connection, source_id: int, etag: str, sha256: str) -> None:
    values = {"for_source": source_id, "for_etag": etag, "digest": sha256}
    connection.execute(HASHED, values)
    connection.execute(HASHED_COPIES, values)
