"""Trying a profile out as each role, in transactions that are taken back.

A trial holds `lessons` for milliseconds: it waits for its lock no longer than an apply does, looks at a
thousand rows by their ids, and what takes too long is computed from grants and rule instead.
"""

import time
from collections.abc import Sequence

from psycopg import errors as pg
from sqlalchemy import Connection, Engine, exc, text

from core.db import ddl
from core.db.manners import Manners
from core.db.profile_catalog import read_facts
from core.db.profile_counts import Count, Sample
from core.db.profile_roles import DatabaseRole, read_roles
from core.profile import Change
from core.profile_found import ProfileFacts
from core.profile_trial import Basis, RoleLook, Trial
from core.row_security import rule
from core.statement import Kind

ASK_MOST_MS = 50
"""A question may take this long: lessons may be locked meanwhile."""

TRIES = 5
MOST_ROLES = 25
"""As many are tried; a school has a handful. Those after them are computed, so that nobody is overlooked."""

SETTING = text("SELECT set_config(:name, :value, true)")
IN_THE_WAY = (pg.LockNotAvailable, pg.DeadlockDetected, pg.QueryCanceled)
NOT_OURS = (pg.InsufficientPrivilege, pg.InvalidParameterValue)


class Trying:
    """One look at all roles, with these changes."""

    def __init__(self, engine: Engine, schema: str, manners: Manners, changes: Sequence[Change]) -> None:
        self._engine = engine
        self._schema = schema
        self._manners = manners
        self._changes = changes
        self._enabling = any(change.kind is Kind.ENABLE_ROW_SECURITY for change in changes)

    def trial(self) -> Trial:
        with self._engine.connect() as connection:
            facts = read_facts(connection, self._schema)
            roles = read_roles(connection, self._schema)
            sample = Sample.taken(connection, facts)
            connection.rollback()
            held = [role.name for role in roles if role.may_become and not role.bypasses][:MOST_ROLES]
            looks = [self._look(role, sample, facts, connection, tries=role.name in held) for role in roles]
        return Trial(
            roles=tuple(looks),
            looked_at=len(sample.ids),
            all_rows=sample.all_rows,
            enabling=self._enabling,
        )

    def _look(
        self,
        role: DatabaseRole,
        sample: Sample,
        facts: ProfileFacts,
        connection: Connection,
        *,
        tries: bool,
    ) -> RoleLook:
        by_grants = sample.by_grants(role)
        if role.bypasses:
            return _look(role, Basis.BYPASSES, by_grants, by_grants)
        if tries and (tried := self._tried(role, sample, connection)):
            before, after = tried
            # Without policies the grants decide; asking would pass over rows that somebody is writing.
            asked = before if facts.row_security or before.reads is None else by_grants
            return _look(role, Basis.TRIED, asked, after)
        row_rule = rule(facts)
        after = sample.by_rule(role, row_rule, connection) if self._enabling and row_rule else by_grants
        connection.rollback()
        return _look(role, Basis.COMPUTED, by_grants, after)

    def _tried(
        self, role: DatabaseRole, sample: Sample, connection: Connection
    ) -> tuple[Count, Count] | None:
        """Before and after; None where we may not act as the role, or somebody was in the way each time."""
        for tries in range(1, TRIES + 1):
            try:
                before = self._count(role, sample, connection, ())
                return before, self._count(role, sample, connection, self._changes)
            except exc.DBAPIError as error:
                if isinstance(error.orig, NOT_OURS):
                    return None
                if not isinstance(error.orig, IN_THE_WAY):
                    raise
            finally:
                connection.rollback()
            time.sleep(self._manners.pause_after(tries))
        return None

    def _count(
        self, role: DatabaseRole, sample: Sample, connection: Connection, changes: Sequence[Change]
    ) -> Count:
        """As the role, after these changes, of which nothing stays."""
        limits = {"lock_timeout": self._manners.lock_wait_ms, "statement_timeout": ASK_MOST_MS}
        try:
            for name, most_ms in limits.items():
                connection.execute(SETTING, {"name": name, "value": f"{most_ms}ms"})
            for change in changes:
                ddl.execute(connection, self._schema, change)
            return sample.as_role(role, connection)
        finally:
            connection.rollback()


def _look(role: DatabaseRole, basis: Basis, before: Count, after: Count) -> RoleLook:
    return RoleLook(
        role=role.name,
        basis=basis,
        reads_before=before.reads,
        reads_after=after.reads,
        changes_before=before.changes,
        changes_after=after.changes,
        writes=role.writes,
        reads_all=role.reads_all,
        error=after.error if before.reads is not None else "",
    )
