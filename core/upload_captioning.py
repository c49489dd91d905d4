"""Captioning: subtitles that somebody uploaded beside a lesson become tracks of the asset that it plays."""

from core.asset import Asset, AssetStatus
from core.errors import NotFound, Refused
from core.kind import extension
from core.ports import Call, Lane, Services, Tx
from core.records import Job
from core.resource import Resource, is_chapters

LANGUAGE = "en"
"""Of subtitles whose name and upload say none: `lesson.de.vtt` is German."""

LONGEST_TAG = 12
DETECTED = "auto"
"""Chosen for captions that Mux makes: it says nothing of a file that somebody brings."""


def language_of(name: str, chosen: str | None) -> str:
    """The language of a file of subtitles: as chosen, else by its name."""
    stem = name.rpartition(".")[0]
    tag = extension(stem.rpartition(".")[0] if is_chapters(name) else stem)
    is_tag = 2 <= len(tag) <= LONGEST_TAG and tag.replace("-", "").isalpha()
    return chosen if chosen and chosen != DETECTED else (tag if is_tag else LANGUAGE)


def caption_later(tx: Tx, lesson_id: str) -> None:
    """Have it done, where there is anything to do."""
    if any(one.are_captions for one in tx.uploads.resources(lesson_id)):
        tx.enqueue(Job.CAPTION, key=f"caption:{lesson_id}", lesson_id=lesson_id)


def caption(*, lesson_id: str, services: Services) -> int:
    """Give the asset that the lesson plays the subtitles that lie beside it; returns how many were new.

    Safe to run twice: a track carries its resource's id. A lesson without an asset is captioned when it gets
    one; an S3 that Mux cannot reach keeps its subtitles to itself.
    """
    asset, waiting = _read(lesson_id, services)
    if asset is None or not waiting or not services.settings.pull_works:
        return 0
    try:
        known = {str(track.get("passthrough")) for track in services.mux.get_asset(asset.id).tracks}
    except NotFound:
        return 0  # deleted at Mux: its event tells
    new = [one for one in waiting if str(one.id) not in known]
    for one in new:
        _add(one, asset, services)
    with services.uow("captions.given") as tx:
        for one in waiting:
            tx.uploads.given(one.id, asset.id)
        tx.commit()
    return len(new)


def _read(lesson_id: str, services: Services) -> tuple[Asset | None, list[Resource]]:
    with services.uow("captions.read") as tx:
        row = tx.host.read("lessons", lesson_id) or {}
        asset = tx.assets.get(row["mux_asset_id"]) if row.get("mux_asset_id") else None
        beside = tx.uploads.resources(lesson_id)
    if asset is None or asset.status is not AssetStatus.READY:
        return None, []
    return asset, [one for one in beside if one.are_captions and one.asset_id != asset.id]


def _add(one: Resource, asset: Asset, services: Services) -> None:
    """What Mux definitely refuses, a name that it has already for example, is not asked for again."""
    url = services.store.presign(one.location, lifetime_s=services.settings.presign_lifetime_s)
    services.pace.wait(Call.POST, Lane.INTERACTIVE)  # somebody has just brought them
    try:
        services.mux.add_text_track(
            asset.id,
            url=url,
            language=one.language or LANGUAGE,
            name=one.name.rpartition(".")[0] or one.name,
            passthrough=str(one.id),
        )
    except Refused as error:
        if error.account_wide:
            raise
