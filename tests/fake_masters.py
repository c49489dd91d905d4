"""Masters of `tests.fakes.FakeVideoHost`: they are made when a test says so."""

from collections.abc import Callable

from core.asset import Asset
from core.errors import NotFound
from core.master import Master, MasterState

NONE = Master(state=MasterState.NONE)


class FakeMasters:
    """The part of the fake host about masters."""

    assets: dict[str, Asset]
    masters: dict[str, Master]
    _called: Callable[[str], None]

    def master(self, asset_id: str) -> Master:
        self._called("master")
        if asset_id not in self.assets:
            raise NotFound(f"Mux has no asset {asset_id}.")
        return self.masters.get(asset_id, NONE)

    def open_master(self, asset_id: str) -> Master:
        self._called("open_master")
        return self.masters.setdefault(asset_id, Master(state=MasterState.PREPARING))

    def close_master(self, asset_id: str) -> bool:
        self._called("close_master")
        self.masters.pop(asset_id, None)
        return asset_id in self.assets

    def master_became(self, asset_id: str, state: MasterState) -> None:
        """Have Mux say so from now on."""
        url = f"https://masters.test/{asset_id}?signature=secret" if state is MasterState.READY else None
        self.masters[asset_id] = Master(state=state, url=url)
