"""Telling: how a lesson's video stands, what became of it, and who did what to the lesson."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from core.access import Action, Person, allows, check
from core.admitting import admit
from core.asset import Asset, AssetStatus
from core.lesson_story import LessonFilm, Others, story
from core.library import film_of
from core.playable import Playable
from core.playback import provider_of
from core.ports import Services, Tx
from core.records import AuditRow, EventRow
from core.selection import Choice
from core.source import Location, Source
from core.upload import FileKind, Upload

UPLOADS = 20
AUDITS = 200
"""Rows of the audit that a story is told from."""

MOST_OTHERS = 50
MUX_PAGE = "https://dashboard.mux.com/environments/{}/video/assets/{}"
AWS_PAGE = "https://s3.console.aws.amazon.com/s3/object/{}?prefix={}"


def film(lesson_id: str, *, by: Person, services: Services) -> LessonFilm:
    """The lesson's video as it stands, for whoever may see the lesson. Raises `NotFound`, `NotAllowed`."""
    check(by, Action.SEE_LIBRARY)
    with services.uow("lesson.film.read") as tx:
        admit(by, Action.SEE_LESSON, lesson_id, tx=tx)
        found = tx.playables.get(lesson_id, by.host_user_id)
        assert found is not None, "admit raises where there is no lesson"
        return _film(tx, found, tx.host.read("lessons", lesson_id) or {}, services)


def events(
    lesson_id: str, *, number: int, size: int, by: Person, services: Services
) -> tuple[Sequence[EventRow], int]:
    """A page of what Mux told of the lesson's video, the newest first, and how many events there are."""
    with services.uow("lesson.events.read") as tx:
        _admit_to_history(by, lesson_id, tx)
        row = tx.host.read("lessons", lesson_id) or {}
        asset = _asset(tx, lesson_id, row)
        return tx.lessons.events(_objects(row, asset), number=number, size=size)


def audits(
    lesson_id: str, *, number: int, size: int, by: Person, services: Services
) -> tuple[Sequence[AuditRow], int]:
    """A page of who did what to the lesson and its video, the newest first, and how many there are."""
    with services.uow("lesson.audits.read") as tx:
        _admit_to_history(by, lesson_id, tx)
        row = tx.host.read("lessons", lesson_id) or {}
        return tx.lessons.audits(_subjects(tx, lesson_id, row), number=number, size=size)


def others_on(lesson_id: str, *, by: Person, services: Services) -> Others:
    """Who would lose the lesson's copy at Mux as well. Raises `NotFound`, `NotAllowed`."""
    with services.uow("lesson.others.read") as tx:
        admit(by, Action.EDIT_LESSON, lesson_id, tx=tx)
        asset_id = (tx.host.read("lessons", lesson_id) or {}).get("mux_asset_id")
        if not asset_id:
            return Others()
        return Others(
            playing=tx.lessons.lessons_on(asset_id, but=lesson_id, limit=MOST_OTHERS),
            keeping=tx.lessons.others_kept(asset_id, but=lesson_id),
        )


def _film(tx: Tx, found: Playable, row: Mapping[str, Any], services: Services) -> LessonFilm:
    lesson_id = found.ties.lesson_id
    known = _asset(tx, lesson_id, row)
    asset = known if row.get("mux_asset_id") else None
    provider, why = provider_of(found.facts)
    original = _original(found, services)
    ids = _objects(row, known)
    uploads = [
        one for one in tx.uploads.newest(subject=None, lesson_id=lesson_id, limit=UPLOADS) if is_film(one)
    ]
    told, _ = tx.lessons.audits(_told_of(lesson_id, known), number=1, size=AUDITS)
    return LessonFilm(
        lesson_id=lesson_id,
        provider=provider,
        why=why,
        film=film_of(provider, asset_status=_status(known, row), status=row.get("processing_status")),
        status=row.get("processing_status"),
        upload_id=row.get("mux_upload_id"),
        playback_id=found.playback_id,
        policy=found.policy,
        asset_id=row.get("mux_asset_id"),
        asset=asset,
        gone=known if known and known.deleted_at else None,
        original=original,
        source=_source(tx, original),
        duration_s=found.duration_s,
        input_reasons=tx.lessons.input_reasons(asset.id) if asset else {},
        steps=story(known, uploads=uploads, audits=told, events=tx.lessons.first_events(ids)),
        remake=tx.bulk.last_remake(lesson_id),
        under_way=next((one for one in uploads if one.is_alive), None),
        at_mux=_at_mux(tx, asset, services),
        where=_at_aws(original, services),
    )


def _status(known: Asset | None, row: Mapping[str, Any]) -> AssetStatus | None:
    """Of the copy that the row names; where it names none and is an error, of the one it played last. The
    library asks the same in SQL (`copy_status` in `core/db/library_rows.py`)."""
    tells = bool(row.get("mux_asset_id")) or row.get("processing_status") == "error"
    return known.status if known and tells else None


def _admit_to_history(by: Person, lesson_id: str, tx: Tx) -> None:
    """Whoever looks after events sees every lesson's, its maker that of their own."""
    admit(by, Action.SEE_LESSON if allows(by, Action.SEE_EVENTS) else Action.EDIT_LESSON, lesson_id, tx=tx)


def is_film(upload: Upload) -> bool:
    """Whether it brought a video that is kept."""
    return upload.kind is FileKind.VIDEO and not upload.options.test


def _asset(tx: Tx, lesson_id: str, row: Mapping[str, Any]) -> Asset | None:
    """What the row names, else what it played last: a row that fell back to S3 names none any more."""
    asset_id = row.get("mux_asset_id") or tx.lessons.last_copy(lesson_id)
    return tx.assets.get(asset_id) if asset_id else None


def _told_of(lesson_id: str, asset: Asset | None) -> list[str]:
    return [f"lessons {lesson_id}", *([f"asset {asset.id}"] if asset else [])]


def _objects(row: Mapping[str, Any], asset: Asset | None) -> list[str]:
    """Ids of what Mux's events may be about: asset, upload, tracks and renditions."""
    parts = [*asset.tracks, *asset.static_renditions] if asset else []
    own = [asset.id, asset.upload_id] if asset else []
    named = [row.get("mux_asset_id"), row.get("mux_upload_id"), *own]
    return list(dict.fromkeys(str(one) for one in (*named, *(part.get("id") for part in parts)) if one))


def _subjects(tx: Tx, lesson_id: str, row: Mapping[str, Any]) -> list[str]:
    video_id = tx.videos.video_of(lesson_id) if tx.videos.keeps_videos() else None
    own = [f"lesson {lesson_id}", *([f"videos {video_id}"] if video_id else [])]
    return [*own, *_told_of(lesson_id, _asset(tx, lesson_id, row))]


def _original(found: Playable, services: Services) -> Location | None:
    address = found.video_url or found.hls_url
    return services.settings.location_of(address) if address else None


def _source(tx: Tx, original: Location | None) -> Source | None:
    if original is None:
        return None
    ids = tx.sources.ids(Choice(keys=(str(original),)), limit=1)
    return tx.sources.get(ids[0]) if ids else None


def _at_mux(tx: Tx, asset: Asset | None, services: Services) -> str:
    """The asset's page at Mux itself; "" at a double, and for one that is gone."""
    environment = tx.upkeep.environment()
    if asset is None or asset.deleted_at or environment is None or not services.settings.mux_is_real:
        return ""
    return MUX_PAGE.format(quote(environment.id, safe=""), quote(asset.id, safe=""))


def _at_aws(original: Location | None, services: Services) -> str:
    """The object's page at AWS, without any signature; "" where it lies elsewhere."""
    if original is None or services.settings.s3_endpoint_url:
        return ""
    return AWS_PAGE.format(quote(original.bucket, safe=""), quote(original.key, safe=""))
