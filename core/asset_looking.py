"""Looking at the asset that a row names, as Mux has it now: each look says what is, or raises what is not."""

from core.asset import Asset, AssetStatus, Policy, mux_words
from core.errors import ConfigError, NotFound, Refused, Unavailable
from core.playback import needs_token
from core.ports import Services

AGAIN = "Compare with Mux (`cli.py reconcile`), then move the video again."
KEYS = "Set MUX_SIGNING_KEY and MUX_PRIVATE_KEY to one of the environment's signing keys."


def asset_at_mux(asset_id: str, services: Services) -> Asset:
    """Ask Mux. Raises `NotFound`, and what else a call to Mux may raise."""
    try:
        return services.mux_now.get_asset(asset_id)
    except NotFound as error:
        raise NotFound(f"Mux has no asset {asset_id} any more.", hint=AGAIN) from error


def readiness(asset: Asset) -> str:
    """Raises `Refused` for one that Mux could not make, `Unavailable` while it is making it."""
    if asset.status is AssetStatus.ERRORED:
        said = f"Mux could not make asset {asset.id}: {mux_words(asset)}."
        raise Refused(said, hint="Correct the file, then retry.")
    if asset.status is not AssetStatus.READY:
        raise Unavailable(f"Mux says that asset {asset.id} is {asset.status}.", hint="Wait, then look again.")
    return f"Mux says that asset {asset.id} is ready."


def agreement(playback_id: str | None, asset: Asset | None) -> str:
    """Raises `Refused` where the row would have another stream played than the asset's."""
    if asset is None or asset.playback_id != playback_id:
        raise Refused("The row names another playback id than Mux's asset has.", hint=AGAIN)
    return f"Row and asset agree on {playback_id}."


def openness(policy: Policy | None, services: Services) -> str:
    """Raises `ConfigError` where nobody could make the tokens that playback takes."""
    if needs_token(policy) and services.signer is None:
        raise ConfigError("Playback is signed, and no signing key is set.", hint=KEYS)
    return f"Playback is {policy or 'of unknown policy'}."
