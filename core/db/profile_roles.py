"""The roles that a policy on `lessons` may concern: their rights, read from the catalog."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from core.profile_found import WRITES, Command

# A role that cannot log in counts where somebody who can may become it, and does not have its rights anyway.
ROLES = text("""
    SELECT r.rolname AS name, may.become AS may_become,
           r.rolsuper OR r.rolbypassrls
               OR pg_has_role(r.oid, c.relowner, 'USAGE') AND NOT c.relforcerowsecurity AS bypasses,
           NOT EXISTS (SELECT FROM pg_attribute a
                       WHERE a.attrelid = to_regclass(format('%I.purchases', CAST(:schema AS text)))
                         AND a.attname IN ('lesson_id', 'user_id')
                         AND NOT has_column_privilege(r.oid, a.attrelid, a.attnum, 'SELECT'))
               AS sees_purchases,
           coalesce(has_function_privilege(r.oid, to_regprocedure('auth.uid()'), 'EXECUTE'), true)
               AS calls_uid,
           EXISTS (SELECT FROM pg_policy p
                   WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd IN ('r', '*')
                     AND pg_get_expr(p.polqual, p.polrelid) = 'true'
                     AND EXISTS (SELECT FROM unnest(p.polroles) AS o
                                 WHERE o = 0 OR pg_has_role(r.oid, o, 'USAGE'))) AS reads_all,
           has_any_column_privilege(r.oid, c.oid, 'SELECT') AS "SELECT",
           has_any_column_privilege(r.oid, c.oid, 'INSERT') AS "INSERT",
           has_any_column_privilege(r.oid, c.oid, 'UPDATE') AS "UPDATE",
           has_table_privilege(r.oid, c.oid, 'DELETE') AS "DELETE"
    FROM pg_class c CROSS JOIN pg_roles r
    CROSS JOIN LATERAL (SELECT pg_has_role(r.oid, 'MEMBER') AS become) AS may
    WHERE c.oid = to_regclass(format('%I.lessons', CAST(:schema AS text)))
      AND has_schema_privilege(r.oid, c.relnamespace, 'USAGE')
      AND (has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE')
           OR has_table_privilege(r.oid, c.oid, 'DELETE'))
      AND (r.rolcanlogin OR EXISTS (
          SELECT FROM pg_roles l
          WHERE l.rolcanlogin AND NOT l.rolsuper AND pg_has_role(l.oid, r.oid, 'MEMBER')
            AND NOT pg_has_role(l.oid, r.oid, 'USAGE')))
    ORDER BY 3, r.rolname
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseRole:
    """`may_become`: whether our own role may act as it; `rights` are those that its grants give;
    `sees_purchases`, `calls_uid`: whether it may do what the row rule does in its name."""

    name: str
    may_become: bool
    bypasses: bool
    reads_all: bool
    sees_purchases: bool = True
    calls_uid: bool = True
    rights: frozenset[Command]

    @property
    def writes(self) -> tuple[Command, ...]:
        return tuple(command for command in WRITES if command in self.rights)


def read_roles(connection: Connection, schema: str) -> list[DatabaseRole]:
    """Those that policies hold first."""
    rows = connection.execute(ROLES, {"schema": schema}).mappings()
    return [
        DatabaseRole(
            name=row["name"],
            may_become=row["may_become"],
            bypasses=row["bypasses"],
            reads_all=row["reads_all"],
            sees_purchases=row["sees_purchases"],
            calls_uid=row["calls_uid"],
            rights=frozenset(command for command in (Command.SELECT, *WRITES) if row[command.value]),
        )
        for row in rows
    ]
