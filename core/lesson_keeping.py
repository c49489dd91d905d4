"""Keeping: what a lesson plays becomes an earlier version before something else takes its place.

Called in the transaction that gives the lesson another video, with the lesson's row as it was before.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from core.asset import Asset, AssetStatus
from core.errors import NotFound
from core.lesson_former import Former, FormerRow, Plays, Why, unsigned
from core.ports import Services, Tx
from core.upload import upload_id_of

Facts = Mapping[str, Any]


def keep(
    tx: Tx, lesson_id: str, *, why: Why, by: str, services: Services, said: Facts | None = None
) -> Plays:
    """Keep what the lesson plays; returns it. Nothing is kept where it plays nothing.

    `said`: what its row said in Lectern's columns, where it says something else already. Raises `NotFound`.
    """
    rows = rows_of(tx, lesson_id, said=said)
    plays = plays_by(tx, rows)
    if plays.what:
        now = services.clock()
        asset = tx.assets.get(plays.asset_id) if plays.asset_id else None
        lasts = timedelta(days=services.settings.former_kept_days)
        goes = asset is not None and is_ours(tx, asset)
        tx.lessons.keep_former(
            Former(
                lesson_id=lesson_id,
                plays=plays,
                rows=rows,
                at=now,
                person=by,
                why=why,
                expires_at=now + lasts if goes else None,
            )
        )
    return plays


def plays_now(tx: Tx, lesson_id: str, *, lock: bool = False) -> Plays:
    """What the lesson plays at this moment; with `lock` until the transaction ends. Raises `NotFound`."""
    return plays_by(tx, rows_of(tx, lesson_id, lock=lock))


def rows_of(tx: Tx, lesson_id: str, *, said: Facts | None = None, lock: bool = True) -> tuple[FormerRow, ...]:
    """The lesson's row, locked, and its row of `videos`, as they are. Raises `NotFound`."""
    places = tx.host.addresses("lessons", lesson_id, lock=lock)
    facts = said if said is not None else tx.host.read("lessons", lesson_id)
    if places is None or facts is None:
        raise NotFound(f"There is no lesson {lesson_id}.", hint="Look at its id.")
    lesson = FormerRow(table="lessons", row_id=lesson_id, facts=facts, places=_plain(places))
    video_id = video_of(tx, lesson_id)
    beside = tx.host.read("videos", video_id) if video_id else None
    if video_id is None or beside is None:
        return (lesson,)
    named = tx.host.addresses("videos", video_id, lock=False) or {}
    return (lesson, FormerRow(table="videos", row_id=video_id, facts=beside, places=_plain(named)))


def video_of(tx: Tx, lesson_id: str) -> str | None:
    """The lesson's row of `videos`, where the school has one."""
    return tx.videos.video_of(lesson_id) if tx.videos.keeps_videos() else None


def names_of(tx: Tx, lesson_id: str) -> list[tuple[str, str]]:
    """Table and id of the lesson's rows, in the order in which every transaction locks them."""
    video_id = video_of(tx, lesson_id)
    return [("lessons", lesson_id), *([("videos", video_id)] if video_id else [])]


def plays_by(tx: Tx, rows: tuple[FormerRow, ...]) -> Plays:
    """What rows that say so play; a copy that Mux has deleted plays no more."""
    lesson = rows[0]
    asset_id = lesson.facts.get("mux_asset_id") if lesson.facts.get("mux_playback_id") else None
    known = tx.assets.get(str(asset_id)) if asset_id else None
    gone = known is not None and known.status is AssetStatus.DELETED
    return Plays(asset_id=None if gone or not asset_id else str(asset_id), address=_address(rows))


def is_ours(tx: Tx, asset: Asset) -> bool:
    """Whether an upload or an intent of ours made it, as what it carries proves."""
    by_upload = upload_id_of(asset.passthrough) is not None
    return by_upload or tx.intents.by_passthrough(asset.passthrough) is not None


def _address(rows: tuple[FormerRow, ...]) -> str | None:
    """What plays where no copy does, as the player looks for it."""
    own = rows[0].places
    if address := own.get("video_url") or own.get("hls_url"):
        return str(address)
    beside = rows[1].places if len(rows) > 1 else {}
    bucket, key = beside.get("s3_bucket"), beside.get("s3_key")
    return f"s3://{bucket}/{key}" if bucket and key else None


def _plain(places: Facts) -> dict[str, Any]:
    return {name: unsigned(place) if isinstance(place, str) else place for name, place in places.items()}
