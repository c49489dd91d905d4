"""Publishing: what the school's own rows say about a video, switched to Mux and put back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from core import address
from core.access import SYSTEM, Person
from core.asset import Asset, AssetStatus
from core.caption_following import follow
from core.lesson import Moment, status_facts
from core.lesson_former import Why, emptied
from core.lesson_keeping import keep
from core.playback import host_facts
from core.ports import Services, Tx
from core.records import Switch, Written
from core.source import HostRow, Location, Source
from core.work import Move


@dataclass(frozen=True, slots=True, kw_only=True)
class Switched:
    """What became of an item's rows. `waits`: columns are missing, so that some facts wait for ops."""

    waits: bool
    moved_on: tuple[str, ...] = ()
    """Rows that name another video by now, so that they were left as they are."""

    def reason(self, otherwise: str | None) -> str | None:
        """What the item's history says."""
        if not self.moved_on:
            return otherwise
        left = f"Left as it is, because it names another video since the scan: {', '.join(self.moved_on)}."
        return f"{otherwise} {left}" if otherwise else left


def switch(tx: Tx, work: Move, asset: Asset, *, services: Services) -> Switched:
    """Have every host row that points at the item's source play from Mux, keeping what stood there.

    A row that the host deleted since the scan is passed over, and so is one that names another video by now.
    """
    waits, moved_on, replaced = False, [], []
    for row in _in_lock_order(tx.sources.rows_of(work.source.id, but_on=asset.id)):
        if address.can_tell(row) and not still_names(tx, row.table, row.row_id, work.source, services):
            moved_on.append(f"{row.table} {row.row_id}")
            continue
        written = play(tx, work.item.id, row, asset, by=SYSTEM, action="switch to Mux", services=services)
        waits = waits or written.fallback_used
        if row.table == "lessons" and written.before.get("mux_asset_id") not in (None, asset.id):
            replaced.append(row.row_id)
            _keep(tx, work, row.row_id, written, services)
    for lesson_id in replaced:
        follow(tx, lesson_id, asset.id, by=SYSTEM)
    return Switched(waits=waits, moved_on=tuple(moved_on))


def still_names(tx: Tx, table: str, row_id: str, source: Source, services: Services) -> bool:
    """Whether the row's own columns still name the source; it is locked. A row that is gone names nothing
    else."""
    held = tx.host.addresses(table, row_id)
    return held is None or source.location in _named_by(table, held, services)


def is_named(tx: Tx, source: Source, services: Services) -> bool:
    """Whether any of the rows that the scan found still names the source; none of them is locked."""
    for row in tx.sources.rows_of(source.id):
        held = tx.host.addresses(row.table, row.row_id, lock=False)
        if not address.can_tell(row) or (held and source.location in _named_by(row.table, held, services)):
            return True
    return False


def _named_by(table: str, held: Mapping[str, Any], services: Services) -> set[Location]:
    return address.locations(table, held, location_of=services.settings.location_of)


def _keep(tx: Tx, work: Move, lesson_id: str, written: Written, services: Services) -> None:
    """The lesson played another copy until this moment, which is an earlier version from now on."""
    batch = tx.batches.get(work.item.batch_id)
    by = batch.created_by if batch else SYSTEM.name
    keep(tx, lesson_id, why=Why.MOVED, by=by, services=services, said=written.before)


def play(
    tx: Tx, item_id: UUID, row: HostRow, asset: Asset, *, by: Person, action: str, services: Services
) -> Written:
    """Have one row play the asset, keeping what stood there."""
    facts = host_facts(row.table, asset, services.settings.hosts)
    written = tx.host.write(row.table, row.row_id, facts)
    if written.found:
        tx.host.keep_switch(item_id, row, written, facts)
        tx.audit(by, action, f"{row.table} {row.row_id}", before=written.before, after=facts)
    return written


def plays_from_s3(tx: Tx, lesson_id: str) -> bool:
    """Whether the lesson has anything in S3 to play: what it names itself, else the object of its row in
    `videos`, as the player looks for it."""
    if any((tx.host.addresses("lessons", lesson_id) or {}).values()):
        return True
    video_id = tx.videos.video_of(lesson_id)
    places = (tx.host.addresses("videos", video_id) if video_id else None) or {}
    return bool(places.get("s3_bucket") and places.get("s3_key"))


def amend(tx: Tx, asset: Asset, *, services: Services) -> None:
    """Write the address of a static rendition that came, or went, after the rows had been switched."""
    if asset.playback_id:
        name = asset.mp4_name
        url = services.settings.hosts.rendition(asset.playback_id, name) if name else None
        tx.host.amend(asset.id, {"mux_mp4_url": url})


def put_back(tx: Tx, item_id: UUID, *, by: Person) -> list[str]:
    """Have the item's rows say again what they said before; returns those that somebody changed since, which
    are left as they are. Whoever wants all or none rolls the transaction back."""
    kept = tx.host.switched(item_id)
    return [_name(switch) for switch in kept if not _put_back(tx, switch, by, loosely=False)]


def fall_back(tx: Tx, item_id: UUID, *, by: Person) -> list[str]:
    """The asset is gone: have the rows that the item, or the upload, switched say again what they said;
    returns those that somebody changed since.

    Of these, a row that still names the asset gets back what is left of ours in it, so that it plays.
    """
    kept = [_without_asset(tx, switch) for switch in tx.host.switched(item_id)]
    changed = [switch for switch in kept if not _put_back(tx, switch, by, loosely=False)]
    for switch in changed:
        _put_back(tx, switch, by, loosely=True)
    return [_name(switch) for switch in changed]


def _without_asset(tx: Tx, kept: Switch) -> Switch:
    """What stood there, with the statuses of a row whose asset was deleted; as it was, where that played from
    another asset, if that is there still."""
    if kept.before.get("mux_playback_id"):
        other = tx.assets.get(str(kept.before.get("mux_asset_id")))
        if other is None or other.status is not AssetStatus.DELETED:
            return kept
    plays = kept.table == "lessons" and plays_from_s3(tx, kept.row_id)
    facts = status_facts(kept.table, Moment.DELETED, plays_from_s3=plays)
    if kept.before.get("mux_playback_id"):
        facts = emptied(kept.table, Moment.DELETED, plays_from_s3=plays)
    known = {name: fact for name, fact in facts.items() if name in kept.before}
    return replace(kept, before={**kept.before, **known})


def let_go_of(tx: Tx, asset: Asset, *, by: Person) -> None:
    """The asset is gone: rows that name it all the same, because no switch led to it, name none any more.

    One that plays another copy by now, as somebody else wrote, is left as it is.
    """
    for table, row_id in tx.lessons.rows_on(asset.id):
        if (tx.host.read(table, row_id) or {}).get("mux_playback_id") not in (None, asset.playback_id):
            continue
        plays = table == "lessons" and plays_from_s3(tx, row_id)
        facts = emptied(table, Moment.DELETED, plays_from_s3=plays)
        written = tx.host.write(table, row_id, facts)
        tx.audit(by, "put back", f"{table} {row_id}", before=written.before, after=facts)


def _put_back(tx: Tx, kept: Switch, by: Person, *, loosely: bool) -> bool:
    if not tx.host.put_back(kept, loosely=loosely):
        return False
    if kept.table == "lessons" and kept.before.get("mux_asset_id"):
        tx.lessons.forget_former(kept.row_id, str(kept.before["mux_asset_id"]))  # it plays again
    tx.audit(by, "put back", _name(kept), before=kept.after, after=kept.before)
    return True


def _name(kept: Switch) -> str:
    return f"{kept.table} {kept.row_id}"


def _in_lock_order(rows: Sequence[HostRow]) -> list[HostRow]:
    """Each row once, in the order in which every transaction locks them, so that none waits in a circle."""
    once = {(row.table, row.row_id): row for row in rows}
    return [once[key] for key in sorted(once)]
