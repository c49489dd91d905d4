"""Captioning: subtitles that somebody uploaded beside a lesson become tracks of the asset that it plays."""

from uuid import uuid4

from core.asset import Asset
from core.errors import NotFound, Refused
from core.kind import extension
from core.lesson_copy import ready_asset
from core.ports import Call, Lane, Services, Tx
from core.records import Job
from core.resource import Resource, is_chapters
from core.text_track import Origin, TextTrack, TrackState, free_name, texts

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
    """Give the asset that the lesson plays the subtitles that lie beside it; returns how many Mux took.

    Safe to run twice: a track carries its resource's id. A lesson without an asset is captioned when it gets
    one; an S3 that Mux cannot reach keeps its subtitles to itself.
    """
    asset, waiting = _read(lesson_id, services)
    if asset is None or not waiting or not services.settings.pull_works:
        return 0
    try:
        there = texts(services.mux.get_asset(asset.id).tracks)
    except NotFound:
        return 0  # deleted at Mux: its event tells
    new = [one for one in waiting if str(one.id) not in {str(track.get("passthrough")) for track in there}]
    refused = _give(new, asset, [str(track.get("name")) for track in there], services)
    with services.uow("captions.given") as tx:
        for one in waiting:
            tx.uploads.given(one.id, asset.id)
        for failed in refused:
            tx.captions.add(failed)
        tx.commit()
    return len(new) - len(refused)


def _read(lesson_id: str, services: Services) -> tuple[Asset | None, list[Resource]]:
    with services.uow("captions.read") as tx:
        asset = ready_asset(tx, lesson_id)
        beside = tx.uploads.resources(lesson_id)
    if asset is None:
        return None, []
    return asset, [one for one in beside if one.are_captions and one.asset_id != asset.id]


def _give(new: list[Resource], asset: Asset, taken: list[str], services: Services) -> list[TextTrack]:
    """Give Mux the files, each by a name of its own; returns a record of each that Mux definitely refuses,
    with the reason: it is not asked for again, and the lesson's page says so."""
    refused = []
    for one in new:
        name = free_name(one.name.rpartition(".")[0] or one.name, taken)
        taken.append(name)
        try:
            _add(one, name, asset, services)
        except Refused as error:
            if error.account_wide:
                raise
            refused.append(_failed(one, name, asset, error.sentence, services))
    return refused


def _add(one: Resource, name: str, asset: Asset, services: Services) -> None:
    url = services.store.presign(one.location, lifetime_s=services.settings.presign_lifetime_s)
    services.pace.wait(Call.POST, Lane.INTERACTIVE)  # somebody has just brought them
    language = one.language or LANGUAGE
    services.mux.add_text_track(asset.id, url=url, language=language, name=name, passthrough=str(one.id))


def _failed(one: Resource, name: str, asset: Asset, reason: str, services: Services) -> TextTrack:
    now = services.clock()
    return TextTrack(
        id=uuid4(),
        lesson_id=one.lesson_id,
        asset_id=asset.id,
        origin=Origin.UPLOADED,
        state=TrackState.FAILED,
        language=one.language or LANGUAGE,
        name=name,
        person=one.person,
        created_at=now,
        moved_at=now,
        first_at=now,
        reason=reason,
    )
