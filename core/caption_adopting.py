"""Adopting: text tracks that came with the video, or that somebody made at Mux, get their file and record."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from core.access import SYSTEM
from core.caption_publishing import carry_later
from core.ports import Services, Tx
from core.records import Job
from core.text_track import Origin, TextTrack, TrackState, texts

UNNAMED = "Captions"
WAITS_S = (60.0, 600.0, 3600.0)
"""A copy has its captions before any lesson plays it: it is looked at again after these times."""


def adopt(asset_id: str, *, attempt: int, services: Services) -> None:
    """Have the files of an asset's ready text tracks fetched that have no record yet."""
    with services.uow("captions.adopt") as tx:
        adopt_in(tx, asset_id, attempt=attempt, services=services)
        tx.commit()


def adopt_in(tx: Tx, asset_id: str, *, services: Services, attempt: int = 0) -> None:
    """The same in the caller's transaction; later, where no lesson plays the asset yet."""
    asset = tx.assets.get(asset_id)
    held = tx.captions.of_asset(asset_id)
    known = {one.track_id for one in held} | {str(one.id) for one in held}
    new = [
        said
        for said in texts(asset.tracks if asset else ())
        if said.get("status") == "ready" and not {said.get("id"), said.get("passthrough")} & known
    ]
    lessons = tx.captions.lessons_of(asset_id) if new else ()
    now = services.clock()
    if new and not lessons and attempt < len(WAITS_S):
        at = now + timedelta(seconds=WAITS_S[attempt])
        tx.enqueue(Job.TRACK, key=f"adopt:{asset_id}", at=at, asset_id=asset_id, attempt=attempt + 1)
    for said in new if lessons else ():
        track = found_track(asset_id, lessons[0], said, state=TrackState.PREPARING, now=now)
        tx.captions.add(track)
        carry_later(tx, track.id, waits=False)


def found_track(
    asset_id: str, lesson_id: str, said: Mapping[str, Any], *, state: TrackState, now: datetime
) -> TextTrack:
    """A record of a track that is at Mux without us."""
    name = str(said.get("name") or said.get("language_code") or UNNAMED)
    return TextTrack(
        id=uuid4(),
        lesson_id=lesson_id,
        asset_id=asset_id,
        origin=Origin.FOUND,
        state=state,
        language=str(said.get("language_code") or "und"),
        name=name,
        given_name=name,
        track_id=str(said.get("id")),
        person=SYSTEM.name,
        created_at=now,
        moved_at=now,
        first_at=now,
        file_id=_file_of(said),
    )


def _file_of(said: Mapping[str, Any]) -> UUID | None:
    """A file that lay beside the lesson gave its id to the track that was made of it."""
    try:
        return UUID(str(said.get("passthrough")))
    except ValueError:
        return None
