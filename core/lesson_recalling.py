"""Recalling: what a lesson played before, with what is known of it, and a look at one of these."""

from dataclasses import replace

from core.access import Action, Person
from core.admitting import admit
from core.asset import Asset
from core.errors import NotFound
from core.lesson_former import Former, Plays, Version, Versions
from core.lesson_keeping import plays_now
from core.lesson_replacing import OVER, is_original, missing
from core.player import Playback
from core.playing import played
from core.ports import Services, Tx
from core.selection import Choice
from core.source import Location, Source
from core.upload import upload_id_of


def versions(lesson_id: str, *, by: Person, services: Services) -> Versions:
    """What the lesson played before, the newest first, for whoever may change it. Raises `NotFound`,
    `NotAllowed`."""
    with services.uow("lesson.versions.read") as tx:
        admit(by, Action.EDIT_LESSON, lesson_id, tx=tx)
        now = plays_now(tx, lesson_id)
        kept = [one for one in tx.lessons.formers(lesson_id) if one.plays.what != now.what]
        found = tuple(_version(tx, one, services) for one in kept)
    return Versions(mark=now.mark, plays=now, found=found)


def after_deletion(lesson_id: str, *, by: Person, services: Services) -> Version | None:
    """The earlier version that the lesson plays by itself should its copy at Mux go; None where it does not.
    Raises `NotFound`, `NotAllowed`."""
    found = versions(lesson_id, by=by, services=services)
    with services.uow("lesson.after.read") as tx:
        then = tx.lessons.falls_back_to(lesson_id, found.plays.asset_id) if found.plays.asset_id else None
    return next((one for one in found.found if one.what == then and one.gone_at is None), None)


def look_at(lesson_id: str, what: str, *, by: Person, services: Services) -> Playback:
    """What plays an earlier version, for whoever may change the lesson; its addresses open something.

    Raises `NotFound`, `NotAllowed`, and `ConfigError` where a setting that it needs is missing.
    """
    with services.uow("lesson.look.read") as tx:
        admit(by, Action.EDIT_LESSON, lesson_id, tx=tx)
        found = tx.playables.get(lesson_id, by.host_user_id)
        former = next((one for one in tx.lessons.formers(lesson_id) if one.plays.what == what), None)
        if found is None or former is None:
            raise NotFound(OVER, hint="Load the page again.")
        asset = tx.assets.get(what) if former.plays.asset_id else None
        if missing(tx, former, asset, services=services):
            raise NotFound(OVER, hint="Load the page again.")
    asset = asset if asset and not asset.deleted_at else None
    then = replace(
        found,
        asset_id=asset.id if asset else None,
        playback_id=asset.playback_id if asset else None,
        policy=asset.policy if asset else None,
        asset_status=asset.status if asset else None,
        duration_s=asset.duration_s if asset else None,
        tracks=asset.tracks if asset else (),
        video_url=former.plays.address,
        hls_url=None,
        captions_url=None,
        subtitles=(),
        position_s=0.0,
    )
    return played(then, by=by, services=services)


def _version(tx: Tx, former: Former, services: Services) -> Version:
    asset = tx.assets.get(former.plays.asset_id) if former.plays.asset_id else None
    location = _location(former.plays, services)
    source = _source(tx, location)
    made_of_it = asset is None or is_original(tx, former, services=services)
    return Version(
        what=former.plays.what,
        at=former.at,
        person=former.person,
        why=former.why,
        came=_came(tx, asset, location if made_of_it else None, former.plays),
        asset=asset,
        location=location if made_of_it else None,
        duration_s=_duration_s(asset, source if made_of_it else None),
        expires_at=former.expires_at,
        gone_at=asset.deleted_at if asset else None,
        missing=missing(tx, former, asset, services=services),
    )


def _came(tx: Tx, asset: Asset | None, location: Location | None, plays: Plays) -> str:
    """The file: as somebody uploaded it, else where it lies in S3, else the host that its address names."""
    upload_id = upload_id_of(asset.passthrough) if asset else None
    upload = tx.uploads.get(upload_id) if upload_id else None
    if upload is not None:
        return upload.filename
    if location is not None or asset is not None:
        return location.key if location else ""
    return (plays.address or "").partition("?")[0]


def _duration_s(asset: Asset | None, source: Source | None) -> float | None:
    told = (asset.duration_s if asset else None, source.duration_s if source else None)
    return next((length for length in told if length), None)


def _location(plays: Plays, services: Services) -> Location | None:
    return services.settings.location_of(plays.address) if plays.address else None


def _source(tx: Tx, location: Location | None) -> Source | None:
    ids = tx.sources.ids(Choice(keys=(str(location),)), limit=1) if location else []
    return tx.sources.get(ids[0]) if ids else None
