"""Facts that come to a video when its row plays from Mux already, such as the address of a rendition."""

from contextlib import AbstractContextManager

from sqlalchemy import Connection, false, or_, select, true

from core.db.hostfacts import Facts, in_json
from core.db.hostrows import host_rows
from core.db.hosttext import as_text
from core.db.known_columns import KnownColumns
from core.db.pending import PendingFacts
from core.db.switches import Switches
from core.records import Written


class HostAmends:
    """The part of `HostTables` that amends, on one connection."""

    _connection: Connection
    _schema: str
    _columns: KnownColumns
    _pending: PendingFacts
    _switches: Switches

    def amend(self, asset_id: str, facts: Facts) -> None:
        waiting = self._pending.of_asset(asset_id, lacking=in_json(facts))
        for row_id in sorted(self._playing(asset_id, facts) | waiting):
            self.write("videos", row_id, facts)
            self._switches.amend(asset_id, row_id, in_json(facts))

    def _playing(self, asset_id: str, facts: Facts) -> set[str]:
        """Ids of rows that play the asset and say something else, or cannot say it yet."""
        rows = host_rows(self._schema, "videos", self._columns.of(self._connection, "videos"))
        if not rows.has("id", "mux_asset_id"):
            return set()
        known = {name: as_text(value) for name, value in facts.items() if rows.has(name)}
        differ = [rows.text(name).is_distinct_from(value) for name, value in known.items()]
        lacks = true() if len(known) < len(facts) else false()
        playing = select(rows.text("id")).where(rows.clause.c.mux_asset_id == asset_id, or_(lacks, *differ))
        with self._refusals("videos"):
            return set(self._connection.scalars(playing))

    def write(self, table: str, row_id: str, facts: Facts) -> Written:
        raise NotImplementedError

    def _refusals(self, table: str) -> AbstractContextManager[None]:
        raise NotImplementedError
