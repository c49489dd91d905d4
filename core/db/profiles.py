"""The optional profiles on PostgreSQL: their facts, their SQL, and trying them out."""

from collections.abc import Sequence

from sqlalchemy import Engine

from core.db import ddl
from core.db.errors import translated
from core.db.manners import Manners
from core.db.profile_catalog import read_facts
from core.db.profile_trials import Trying
from core.profile import Change
from core.profile_found import ProfileFacts
from core.profile_trial import Trial


class HostProfileTables:
    """`HostProfiles` on PostgreSQL."""

    def __init__(self, engine: Engine, schema: str, *, manners: Manners = Manners()) -> None:
        self._engine = engine
        self._schema = schema
        self._manners = manners

    def facts(self) -> ProfileFacts:
        with translated(), self._engine.connect() as connection:
            return read_facts(connection, self._schema)

    def sql(self, change: Change) -> str:
        return ddl.render(self._schema, change)

    def try_out(self, changes: Sequence[Change]) -> Trial:
        with translated():
            return Trying(self._engine, self._schema, self._manners, changes).trial()
