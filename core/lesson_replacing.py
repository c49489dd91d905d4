"""Replacing: a lesson plays an earlier version again, or nothing any more; what it played is kept.

All rows of the lesson change in one transaction, and only where it still plays what the person saw.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from core import address
from core.access import SYSTEM, Action, Person
from core.admitting import admit
from core.asset import Asset, AssetStatus
from core.caption_following import follow
from core.errors import InvalidInput, NotFound, StaleState
from core.lesson import Moment
from core.lesson_former import OF_CAPTIONS, Former, Plays, Why, emptied
from core.lesson_keeping import keep, names_of, plays_now, video_of
from core.lesson_picking import check_free, link
from core.playback import host_facts
from core.ports import Services, Tx
from core.source import Location
from core.tie import LessonTies
from core.upload_captioning import caption_later

AGAIN, AWAY = "play earlier version", "take video away"
"""In the audit."""

OVER = "This version is not kept any more."
GONE = "Its copy at Mux was deleted."
GOING = "Its time is over: its copy at Mux is being deleted."
NOT_READY = "Its copy at Mux is not ready."
INSTEAD = "Upload the video again."
LOOK = "Look at what it plays now, then choose again."
IN_S3: Mapping[str, Moment] = {"lessons": Moment.READY, "videos": Moment.DELETED}
"""What a row says whose video plays from S3, where there is no copy at Mux."""

NOWHERE: Mapping[str, Mapping[str, str | None]] = {
    table: dict.fromkeys(names) for table, names in address.COLUMNS.items()
}


def play_again(lesson_id: str, what: str, *, seen: str, by: Person, services: Services) -> bool:
    """Have the lesson play an earlier version; what it plays becomes one. False where it plays it already.

    `seen` is the mark of what it played when the person chose. Raises `StaleState` where it plays something
    else by now, or the version cannot be played any more; `NotFound`, `NotAllowed`.
    """
    with services.uow("lesson.again") as tx:
        ties = admit(by, Action.EDIT_LESSON, lesson_id, tx=tx)
        asset = tx.assets.lock(what)  # nobody deletes it meanwhile
        now = plays_now(tx, lesson_id, lock=True)
        if now.what == what:
            return False
        _check_seen(tx, lesson_id, now, seen)
        former = tx.lessons.former(lesson_id, what)
        if former is None:
            raise NotFound(OVER, hint=INSTEAD)
        if why_not := missing(tx, former, asset, services=services):
            raise StaleState(why_not, hint=INSTEAD)
        keep(tx, lesson_id, why=Why.BACK, by=by.name, services=services)
        _restore(tx, former, asset if _is_usable(tx, asset) else None, ties, by, services)
        tx.lessons.forget_former(lesson_id, what)
        caption_later(tx, lesson_id)
        tx.commit()
    return True


def take_away(lesson_id: str, *, seen: str, by: Person, services: Services) -> bool:
    """Have the lesson play nothing; what it plays becomes an earlier version. False where it plays nothing.

    Raises `StaleState` where it plays something else than what the person saw, or a video is on its way to
    it, or its row of `videos` is another lesson's as well; `NotFound`, `NotAllowed`.
    """
    with services.uow("lesson.away") as tx:
        admit(by, Action.EDIT_LESSON, lesson_id, tx=tx)
        now = plays_now(tx, lesson_id, lock=True)
        if not now.what:
            return False
        _check_seen(tx, lesson_id, now, seen)
        check_free(tx, lesson_id)
        _check_row_is_its_own(tx, lesson_id)
        keep(tx, lesson_id, why=Why.AWAY, by=by.name, services=services)
        video_id = video_of(tx, lesson_id)
        for table, row_id in names_of(tx, lesson_id):
            _write(tx, table, row_id, emptied(table, Moment.WAITING), dict(NOWHERE[table]), AWAY, by)
            tx.sources.unlink(table, row_id)
        with suppress(InvalidInput), tx.captions.trial():  # a school whose lessons need a length keeps it
            tx.host.write("lessons", lesson_id, {"duration": None})
        if video_id:
            tx.videos.note_video(lesson_id, video_id)  # the object that led to it is named no more
        follow(tx, lesson_id, None, by=by)
        tx.commit()
    return True


def missing(tx: Tx, former: Former, asset: Asset | None, *, services: Services) -> str:
    """Why the version cannot be played again; "" where it can. One whose copy is gone can be played from the
    file that it was made of."""
    if former.plays.asset_id is None or is_original(tx, former, services=services):
        return ""
    if asset is None or asset.status is AssetStatus.DELETED:
        return GONE
    if tx.upkeep.wish(asset.id) is not None:
        return GOING
    return "" if _is_usable(tx, asset) else NOT_READY


def is_original(tx: Tx, former: Former, *, services: Services) -> bool:
    """Whether the address that the version's row named is the file that its copy was made of."""
    named = former.plays.address
    location = services.settings.location_of(named) if named else None
    if location is None or former.plays.asset_id is None:
        return False
    return tx.lessons.is_original(former.plays.asset_id, location)


def _is_usable(tx: Tx, asset: Asset | None) -> bool:
    if asset is None or asset.status is not AssetStatus.READY or asset.playback_id is None:
        return False
    return tx.upkeep.wish(asset.id) is None


def _check_seen(tx: Tx, lesson_id: str, now: Plays, seen: str) -> None:
    if now.mark == seen:
        return
    told = tx.audits.newest(limit=1, subject=f"lessons {lesson_id}")
    who = f" ({told[0].actor})" if told and told[0].actor != SYSTEM.name else ""
    raise StaleState(
        f"Somebody gave this lesson another video meanwhile{who}. Nothing was changed.", hint=LOOK
    )


def _check_row_is_its_own(tx: Tx, lesson_id: str) -> None:
    video_id = video_of(tx, lesson_id)
    beside = tx.videos.get("videos", video_id) if video_id else None
    if others := [one for one in (beside.beside if beside else ()) if one != lesson_id]:
        raise StaleState(
            f"Its row of videos is that of lesson {others[0]} as well, which would lose its video, too.",
            hint="Give the lessons a row of videos each, on the school's site.",
        )


def _restore(
    tx: Tx, former: Former, asset: Asset | None, ties: LessonTies, by: Person, services: Services
) -> None:
    """What its rows said, with its copy as it is played today; without one, from the file."""
    location = services.settings.location_of(former.plays.address) if former.plays.address else None
    for table, row_id in names_of(tx, former.lesson_id):
        kept = next((row for row in former.rows if row.table == table), None)
        own = {name: value for name, value in (kept.facts if kept else {}).items() if name not in OF_CAPTIONS}
        copied = host_facts(table, asset, services.settings.hosts) if asset else emptied(table, IN_S3[table])
        places = kept.places if kept else _places(location)
        _write(tx, table, row_id, {**own, **copied}, places, AGAIN, by)
        link(tx, ties, table, row_id, location)
    follow(tx, former.lesson_id, asset.id if asset else None, by=by)


def _places(location: Location | None) -> dict[str, str | None]:
    """Of a row of `videos` that came later."""
    if location is None:
        return dict(NOWHERE["videos"])
    return {"s3_bucket": location.bucket, "s3_key": location.key}


def _write(
    tx: Tx,
    table: str,
    row_id: str,
    facts: Mapping[str, Any],
    places: Mapping[str, Any],
    action: str,
    by: Person,
) -> None:
    stood = tx.host.point(table, row_id, places) or {}
    written = tx.host.write(table, row_id, facts)
    before, after = {**written.before, **stood}, {**facts, **{name: places[name] for name in stood}}
    tx.audit(by, action, f"{table} {row_id}", before=before, after=after)
