"""Pointing: once a file lies in S3, the school's rows name it, and play it where nothing plays from Mux."""

from collections.abc import Mapping

from core import address
from core.access import SYSTEM
from core.lesson import Moment, status_facts
from core.lesson_former import Why
from core.lesson_keeping import keep, plays_now
from core.ports import Services, Tx
from core.source import HostRow, Location
from core.upload import Upload
from core.upload_publishing import note_arrived


def note_stored(tx: Tx, upload: Upload, location: Location, *, services: Services) -> Upload:
    """The file lies in S3: the lesson's rows name it, and play it where nothing plays from Mux."""
    if upload.options.test or upload.source_id is None:
        return upload
    after = note_arrived(tx, upload)
    settings = services.settings
    url = address.url_of(
        location,
        domains=settings.s3_domains,
        endpoint_url=settings.s3_endpoint_url,
        region=settings.aws_region,
    )
    if plays_now(tx, upload.lesson_id, lock=True).address != url:
        keep(tx, upload.lesson_id, why=Why.UPLOADED, by=upload.person, services=services)
    _point(tx, after, "lessons", upload.lesson_id, {"video_url": url})
    if after.video_id:
        places = {"s3_bucket": location.bucket, "s3_key": location.key}
        _point(tx, after, "videos", after.video_id, places)
    if not (tx.host.read("lessons", upload.lesson_id) or {}).get("mux_playback_id"):
        tx.host.write("lessons", upload.lesson_id, status_facts("lessons", Moment.READY))
    return after


def _point(tx: Tx, upload: Upload, table: str, row_id: str, places: Mapping[str, str]) -> None:
    before = tx.host.point(table, row_id, places)
    if not before or upload.source_id is None:
        return  # the row or its columns are not there
    tx.audit(SYSTEM, "play upload from S3", f"{table} {row_id}", before=before, after=places)
    row = HostRow(
        table=table,
        row_id=row_id,
        column="video_url" if table == "lessons" else "s3_key",
        title=upload.lesson_title,
        course_id=tx.videos.course_id_of(upload.lesson_id),
        owner_id=upload.host_user_id,
        is_public=_is_public(tx, upload),
    )
    tx.sources.link(upload.source_id, row)


def _is_public(tx: Tx, upload: Upload) -> bool:
    ties = tx.people.ties(upload.lesson_id, None)
    return bool(ties and ties.is_public)
