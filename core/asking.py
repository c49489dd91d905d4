"""Asking: one asset, as Mux says it at this moment, taken in."""

from core.absorbing import absorb
from core.asset import Asset, AssetStatus, deleted
from core.errors import NotFound
from core.finding import verify_later
from core.ports import Services
from core.recognising import ensure_ours


def ask(asset_id: str, *, services: Services) -> AssetStatus | None:
    """GET the asset and let its items follow; returns its status, None when it was never ours.

    "Not found" counts as deleted only in the environment that holds our assets (`ConfigError` elsewhere).
    """
    sight = _sight(asset_id, services)
    if sight is None:
        return None
    with services.uow("ask.absorb") as tx:
        verify_later(tx, absorb(tx, sight, services=services))
        tx.commit()
    return sight.status


def _sight(asset_id: str, services: Services) -> Asset | None:
    try:
        return services.mux.get_asset(asset_id)
    except NotFound:
        ensure_ours(services=services)
    with services.uow("ask.gone.read") as tx:
        known = tx.assets.get(asset_id)
    return known and deleted(known, at=services.clock())
