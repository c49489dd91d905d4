"""The calls about an asset's master; see `core.master.MasterHost`."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from mux_python import AssetsApi

from core.errors import NotFound
from core.master import Master, MasterState
from core.ports import VideoHost


class MasterCalls:
    """The part of `MuxApi` about masters."""

    _assets: AssetsApi

    def master(self, asset_id: str) -> Master:
        answer = self._call(f"show the master of asset {asset_id}", self._assets.get_asset, asset_id)
        return _master(answer["data"])

    def open_master(self, asset_id: str) -> Master:
        return self._set(f"open the master of asset {asset_id}", asset_id, "temporary")

    def close_master(self, asset_id: str) -> bool:
        try:
            self._set(f"close the master of asset {asset_id}", asset_id, "none")
        except NotFound:
            return False
        return True

    def _set(self, action: str, asset_id: str, access: str) -> Master:
        update = self._assets.update_asset_master_access
        return _master(self._call(action, update, asset_id, {"master_access": access})["data"])

    def _call(self, action: str, method: Callable[..., Any], *args: Any, **query: Any) -> Mapping[str, Any]:
        raise NotImplementedError


class PacedMasters:
    """The part of `PacedMux` about masters."""

    _mux: VideoHost

    def master(self, asset_id: str) -> Master:
        with self._slot():
            return self._mux.master(asset_id)

    def open_master(self, asset_id: str) -> Master:
        with self._slot():
            return self._mux.open_master(asset_id)

    def close_master(self, asset_id: str) -> bool:
        with self._slot():
            return self._mux.close_master(asset_id)

    def _slot(self) -> AbstractContextManager[None]:
        raise NotImplementedError


def _master(data: Mapping[str, Any]) -> Master:
    """A state that Mux may add one day counts as not there yet."""
    said = data.get("master") or {}
    known = {state.value: state for state in MasterState}
    state = known.get(str(said.get("status") or "none"), MasterState.PREPARING)
    return Master(state=state, url=said.get("url"))
