"""Recognising: is the token's environment at Mux the one that holds the assets recorded here?

In another environment every asset of ours is "not found". Nothing may be believed gone there.
"""

from core.errors import ConfigError, NotFound
from core.ports import Services, Whoami
from core.upkeep import Environment


def ensure_ours(*, services: Services) -> None:
    """Ask Mux whose token this is. Raises `ConfigError` when it is of another environment than our assets."""
    compare(services.mux.whoami(), services=services)


def compare(me: Whoami, *, services: Services) -> None:
    """Raise `ConfigError` when the token is of another environment than our assets."""
    with services.uow("recognise.read") as tx:
        ours = tx.upkeep.environment()
    if ours and me.environment_id and me.environment_id != ours.id:
        raise ConfigError(
            f"The Mux token is of the environment {me.environment or me.environment_id}, "
            f"but the videos recorded here are in {ours.name or ours.id}. Nothing was changed.",
            hint="Set MUX_TOKEN_ID and MUX_TOKEN_SECRET to a token of that environment and start again.",
        )


def learn(*, services: Services) -> None:
    """Remember the environment, once, as soon as it shows an asset of ours."""
    with services.uow("recognise.read") as tx:
        asset = None if tx.upkeep.environment() else tx.assets.newest_alive()
    if asset is None or not _has(asset.id, services):
        return
    me = services.mux.whoami()
    if not me.environment_id:
        return
    with services.uow("recognise.learn") as tx:
        tx.upkeep.note_environment(Environment(id=me.environment_id, name=me.environment))
        tx.commit()


def _has(asset_id: str, services: Services) -> bool:
    try:
        services.mux.get_asset(asset_id)
    except NotFound:
        return False
    return True
