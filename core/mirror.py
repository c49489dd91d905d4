"""The mirror of Mux's assets, as a protocol that `core/db/` fills."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.asset import Asset, Policy
from core.thumbnail import Thumbnails


class Assets(Thumbnails, Protocol):
    """The mirror of Mux's assets, and which source each serves."""

    def fold(self, asset: Asset, *, at: datetime) -> Asset:
        """Join this sight with what is known (`core.asset.fold`) under a row lock; returns the result."""

    def get(self, asset_id: str) -> Asset | None:
        """As it was last seen; None where it never was."""

    def played_by(self, asset_id: str, playback_id: str, policy: Policy) -> Asset:
        """From now on this is the id by which it plays; whoever calls has the rows name it."""

    def adopt(self, asset_id: str, source_id: int, etag: str) -> bool:
        """Make it the one asset of this source version; False when another one is."""

    def release(self, asset_id: str, source_id: int) -> None:
        """It serves this source no more; the asset itself stays."""

    def adopted(self, source_id: int, etag: str) -> Asset | None:
        """The one asset of this source version; None while it has none."""

    def serving(self, sha256: str, *, policy: Policy) -> Asset | None:
        """An adopted, ready, non-test asset made of these bytes under this policy."""

    def sources_of(self, asset_id: str) -> list[int]:
        """The sources that it serves."""

    def twins(self, among: Sequence[str]) -> list[str]:
        """Those of the ids that are alive, that our passthrough proves ours, and that nobody uses: they serve
        no source, no open intent names them, and no item does, unless it was cancelled or failed for good."""

    def alive_but(
        self, seen_ids: Sequence[str], *, created_before: datetime, test: bool = False
    ) -> tuple[list[str], int]:
        """Ids that are held for alive and that a full listing did not show, and how many are held in all; of
        test assets or of the others."""

    def lock(self, asset_id: str) -> Asset | None:
        """The asset, held until the transaction ends. Whoever needs an item as well locks that second."""

    def newest_alive(self) -> Asset | None:
        """The asset that was made last, of those that Mux still has."""
