"""Changing who may play a lesson's copy at Mux: a playback id of the other policy takes the old one's place.

A playback id's policy cannot be changed at Mux. So one is added, a frame is played by it, every row that
names the old one names the new one, and only then the old one goes: at each moment there is one that plays.
"""

from dataclasses import dataclass
from uuid import UUID

from core.asset import Asset, AssetStatus, Policy
from core.batch import ItemState
from core.bulk_stepping import copy_under_way, done, under_way
from core.bulk_worklist import Change
from core.errors import InvalidInput, Refused
from core.playback import Audience, host_facts, needs_token
from core.ports import Call, Lane, Services, Tx

PLAYS_BY = ("mux_playback_id", "mux_thumbnail_url", "mux_streaming_url", "mux_mp4_url")
"""Columns of the school's rows that hold the playback id, alone or in an address."""

CHECK_LIFETIME_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What is to become of the item's copy. `now`: as our records have it, with the id that the rows name."""

    now: Asset
    wanted: Policy

    @property
    def is_reached(self) -> bool:
        """The rows name an id of this policy; what else there is may go."""
        return self.now.policy is self.wanted


def change_policy(item_id: UUID, services: Services) -> None:
    """Bring one lesson's copy to the policy that was ordered. Safe to run twice, from wherever it stopped."""
    aim = _aim(item_id, services)
    if aim is None:
        return
    sight = services.mux.get_asset(aim.now.id)
    if not aim.is_reached:
        new_id = _new_id(sight, aim, services)
        _check(new_id, aim, services)
        aim = _switch(item_id, aim, new_id, services)
    _tidy(sight, aim, services)
    with services.uow("policy.done") as tx:
        if found := under_way(tx, item_id):
            done(tx, found, services)
        tx.commit()


def _aim(item_id: UUID, services: Services) -> Aim | None:
    """What is to be done; None where the item has come to its end."""
    with services.uow("policy.look") as tx:
        held = copy_under_way(tx, item_id, services, suits=_plays)
        if held is None:
            return None
        found, asset = held
        return Aim(now=asset, wanted=Policy(found.order.wanted))


def _plays(asset: Asset) -> bool:
    return asset.status is AssetStatus.READY and asset.playback_id is not None


def _new_id(sight: Asset, aim: Aim, services: Services) -> str:
    """One of the wanted policy: the one that an earlier try had made, else a new one."""
    made = next((one for one, policy in sight.playback_ids if policy is aim.wanted), None)
    if made is not None:
        return made
    services.pace.wait(Call.POST, Lane.BATCH)
    return services.mux.create_playback_id(aim.now.id, aim.wanted)


def _check(playback_id: str, aim: Aim, services: Services) -> None:
    """Play a frame by it. Raises `Unavailable` where it may play in a moment, `Refused` where it does not."""
    token = None
    if needs_token(aim.wanted):
        if services.signer is None:
            raise InvalidInput(
                "Signed playback needs a signing key, and none is set.",
                hint="Set MUX_SIGNING_KEY and MUX_PRIVATE_KEY, then retry.",
            )
        token = services.signer.token(playback_id, Audience.VIDEO, lifetime_s=CHECK_LIFETIME_S)
    try:
        services.player.first_frame(services.settings.hosts.manifest(playback_id, token=token))
    except Refused:
        services.mux.delete_playback_id(aim.now.id, playback_id)
        raise


def _switch(item_id: UUID, aim: Aim, new_id: str, services: Services) -> Aim:
    """Every row that names the old id names the new one, and our records with them, in one transaction.

    Where another batch was faster, its id stands.
    """
    with services.uow("policy.switch") as tx:
        known = tx.assets.lock(aim.now.id)  # before the item, as everywhere
        found = under_way(tx, item_id)
        if found is None or known is None or known.policy is aim.wanted:
            return Aim(now=known or aim.now, wanted=aim.wanted)
        new = tx.assets.played_by(known.id, new_id, aim.wanted)
        _write(tx, found, old_id=str(known.playback_id), new=new, services=services)
        if found.item.state is ItemState.SUBMITTING:
            tx.batches.move(item_id, ItemState.VERIFYING)
        tx.commit()
    return Aim(now=new, wanted=aim.wanted)


def _write(tx: Tx, found: Change, *, old_id: str, new: Asset, services: Services) -> None:
    for table, row_id in tx.bulk.rows_playing(old_id):
        whole = host_facts(table, new, services.settings.hosts)
        facts = {name: whole[name] for name in PLAYS_BY if name in whole}
        written = tx.host.write(table, row_id, facts)
        tx.bulk.repointed(table, row_id, old_id, facts)
        after = {"policy": new.policy, **facts}
        tx.audit(found.order.person, "change policy", f"{table} {row_id}", before=written.before, after=after)


def _tidy(sight: Asset, aim: Aim, services: Services) -> None:
    """Take the ids of the other policy away, but one that a row still names."""
    for playback_id, policy in sight.playback_ids:
        if policy is aim.wanted or playback_id == aim.now.playback_id:
            continue
        with services.uow("policy.named.read") as tx:
            is_named = bool(tx.bulk.rows_playing(playback_id))
        if not is_named:
            services.mux.delete_playback_id(aim.now.id, playback_id)
