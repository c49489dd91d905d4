"""Publishing captions: what the school's rows of videos say of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from core.access import Person
from core.errors import ConfigError, InvalidInput
from core.ports import Tx
from core.records import Job
from core.text_track import Origin, TextTrack, TrackState, address, chosen, is_ours

NOBODY_WAITS = -20
NOT_NAMED = "The school's table does not name them."
URLS = ("captions_webvtt_url", "captions_srt_url")


def carry_later(tx: Tx, track: UUID, *, at: datetime | None = None, waits: bool = True) -> None:
    """Have the next step of these captions done; what nobody `waits` for comes after everything else."""
    priority = 0 if waits else NOBODY_WAITS
    tx.enqueue(Job.TRACK, key=f"track:{track}", at=at, priority=priority, track=str(track))


def carry_along(tx: Tx, track: UUID, *, at: datetime | None = None) -> None:
    """The same for captions that another copy of the video has to have before anything plays it: among the
    jobs that wait for Mux's slowest limit, so that they keep no others waiting."""
    tx.enqueue(Job.TRACK_AT_MUX, key=f"track:{track}", at=at, track=str(track))


def publish(tx: Tx, asset_id: str, *, by: Person) -> None:
    """Have the row of each lesson that plays the asset name its captions, and hold what is said in them.

    A table that does not take it keeps no captions from playing: why is told with them. Captions that nobody
    here asked for take nobody's place: an address that the school wrote itself stays.
    """
    tracks = tx.captions.of_asset(asset_id)
    playing = tx.captions.lessons_of(asset_id)
    beside = (one.lesson_id for one in tracks if not plays_another(tx, one.lesson_id, asset_id))
    for lesson_id in sorted({*playing, *beside}):
        name(tx, lesson_id, tracks, by=by)


def plays_another(tx: Tx, lesson_id: str, asset_id: str) -> bool:
    """Whether the lesson has got another video since."""
    return (tx.host.read("lessons", lesson_id) or {}).get("mux_asset_id") not in (None, asset_id)


def name(tx: Tx, lesson_id: str, tracks: Sequence[TextTrack], *, by: Person) -> None:
    """Have the row of one lesson name the captions of these tracks, or none."""
    shown = chosen(tracks)
    try:
        with tx.captions.trial():
            _write(tx, lesson_id, _facts(lesson_id, shown, tracks), shown, by)
    except (ConfigError, InvalidInput) as error:
        if shown:
            tx.captions.note(shown.id, reason=f"{NOT_NAMED} {error.sentence}")


def names_another(tx: Tx, lesson_id: str) -> bool:
    """Whether the school's row of the lesson names captions that are none of ours."""
    _, held = _row(tx, lesson_id)
    return held is not None and _are_theirs(held)


def _row(tx: Tx, lesson_id: str) -> tuple[str | None, Mapping[str, Any] | None]:
    video_id = tx.videos.video_of(lesson_id) if tx.videos.keeps_videos() else None
    return video_id, tx.host.read("videos", video_id) if video_id else None


def _are_theirs(held: Mapping[str, Any]) -> bool:
    return any(held.get(name) and not is_ours(str(held[name])) for name in URLS)


def _write(tx: Tx, lesson_id: str, facts: Mapping[str, Any], shown: TextTrack | None, by: Person) -> None:
    video_id, held = _row(tx, lesson_id)
    if video_id is None or held is None:
        return
    if _are_theirs(held) and (shown is None or shown.origin is Origin.FOUND):
        return
    new = {name: value for name, value in facts.items() if held.get(name) != value}
    if not new:
        return
    written = tx.host.write("videos", video_id, new)
    told = {name: value for name, value in new.items() if name != "transcript_text"}
    before = {name: value for name, value in written.before.items() if name in told}
    tx.audit(by, "write captions", f"videos {video_id}", before=before, after=told)


def _facts(lesson_id: str, shown: TextTrack | None, tracks: Sequence[TextTrack]) -> dict[str, Any]:
    return {
        "captions_webvtt_url": address(lesson_id, shown.id, "vtt") if shown else None,
        "captions_srt_url": address(lesson_id, shown.id, "srt") if shown else None,
        "transcript_text": shown.words if shown else None,
        "transcript_confidence": _confidence(shown),
        "transcription_job_id": _job(shown, tracks),
    }


def _confidence(shown: TextTrack | None) -> float | None:
    """In two digits, as the column has them."""
    return None if shown is None or shown.confidence is None else round(shown.confidence, 2)


def _job(shown: TextTrack | None, tracks: Sequence[TextTrack]) -> str | None:
    """Mux numbers what it writes by the track that comes of it: the one under way, else the one shown."""
    written = (one for one in tracks if one.origin is Origin.GENERATED)
    running = next((one for one in written if one.state is TrackState.PREPARING), None)
    made = running or (shown if shown and shown.origin is Origin.GENERATED else None)
    return made.copy_of or made.track_id if made else None
