"""Removing MP4s at Mux: what somebody deletes, and what is left of one that came to nothing."""

from core import publishing
from core.asset import Asset
from core.errors import NotFound
from core.lost_answer import may_come, next_look_at
from core.ports import Services, Tx
from core.rendition import Rendition, files, named, with_rendition
from core.rendition_making import carry_later


def tidy(held: Rendition, services: Services) -> None:
    """What came to nothing leaves nothing at Mux, where it would stand in the way of another try."""
    if held.rendition_id is None:
        return
    services.mux_now.delete_rendition(held.asset_id, held.rendition_id)
    with services.uow("rendition.tidied") as tx:
        _forget_at(tx, held, held.rendition_id, services)
        if tx.renditions.get(held.id, lock=True):
            tx.renditions.note(held.id, rendition_id=None)
        tx.commit()


def delete(held: Rendition, services: Services) -> None:
    """At Mux; then the record goes, too."""
    rendition_id = held.rendition_id
    if rendition_id is None and held.posted_at is not None:
        asset = asset_of(held, services)
        mine = named(files(asset), id=None, passthrough=str(held.id)) if asset else None
        if mine is None and asset is not None and may_come(held.posted_at, services):
            look_again(held, services)
            return
        rendition_id = str(mine["id"]) if mine else None
    if rendition_id is not None:
        services.mux_now.delete_rendition(held.asset_id, rendition_id)
    with services.uow("rendition.gone") as tx:
        if rendition_id is not None:
            _forget_at(tx, held, rendition_id, services)
        now = tx.renditions.get(held.id, lock=True)
        if now and now.rendition_id in (None, rendition_id):
            tx.renditions.drop(held.id)
        tx.commit()


def _forget_at(tx: Tx, held: Rendition, rendition_id: str, services: Services) -> None:
    """The mirror of the asset shows it no more, nor does the school's row, before Mux's event tells."""
    known = tx.assets.lock(held.asset_id)
    file = named(known.static_renditions, id=rendition_id, passthrough="") if known else None
    if known and file:
        told = tx.assets.fold(with_rendition(known, file, gone=True), at=services.clock())
        publishing.amend(tx, told, services=services)


def asset_of(held: Rendition, services: Services) -> Asset | None:
    """The asset as Mux has it now; None where it has none."""
    try:
        return services.mux_now.get_asset(held.asset_id)
    except NotFound:
        return None


def look_again(held: Rendition, services: Services) -> None:
    """Ask again after the grace."""
    with services.uow("rendition.look_again") as tx:
        carry_later(tx, held.id, at=next_look_at(services))
        tx.commit()
