"""What the optional profiles depend on, read from PostgreSQL's own catalog."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from psycopg import errors as pg
from sqlalchemy import Connection, RowMapping, exc, text

from core.db.catalog import read_columns
from core.db.profile_ddl import body_mark, policy_mark
from core.profile import is_ours
from core.profile_found import (
    PUBLIC,
    Command,
    FoundFunction,
    FoundPolicy,
    FoundTrigger,
    Notifier,
    ProfileFacts,
    Reader,
)
from core.status_trigger import COLUMN, NAME

LESSONS = text("SELECT CAST(to_regclass(format('%I.lessons', CAST(:schema AS text))) AS oid)")

Here = Mapping[str, Any]
"""The schema's name and the oid of its `lessons`, None where there is none."""

TABLE = text("""
    SELECT current_user AS role, coalesce(pg_get_userbyid(c.relowner), '') AS owner,
           coalesce(pg_has_role(c.relowner, 'USAGE'), false) AS may_change,
           coalesce(c.relrowsecurity, false) AS row_security,
           coalesce(c.relforcerowsecurity, false) AS forced,
           coalesce((SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = :schema),
                    false) AS may_create,
           to_regprocedure('auth.uid()') IS NOT NULL AS has_uid
    FROM (SELECT 1) AS one LEFT JOIN pg_class c ON c.oid = CAST(:lessons AS oid)
""")

POLICIES = text("""
    SELECT p.polname AS name, p.polpermissive AS permissive,
           CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
                WHEN 'd' THEN 'DELETE' ELSE 'ALL' END AS command,
           ARRAY(SELECT CASE WHEN r = 0 THEN 'public' ELSE pg_get_userbyid(r) END
                 FROM unnest(p.polroles) AS r ORDER BY 1)::text[] AS roles,
           coalesce(obj_description(p.oid, 'pg_policy'), '') AS mark
    FROM pg_policy p WHERE p.polrelid = CAST(:lessons AS oid) ORDER BY p.polname
""")

SPELLED = text(f"SELECT p.polname, {policy_mark(':schema')} FROM pg_policy p WHERE p.polrelid = :lessons")  # noqa: S608
SHORTLY = text("SET LOCAL lock_timeout = '100ms'")

# A member of pg_write_all_data writes without any grant on the table.
WRITERS = text("""
    WITH granted AS (
        SELECT x.privilege_type, x.grantee, c.relowner
        FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) AS x WHERE c.oid = CAST(:lessons AS oid)
        UNION
        SELECT x.privilege_type, x.grantee, c.relowner
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
        CROSS JOIN LATERAL aclexplode(a.attacl) AS x WHERE c.oid = CAST(:lessons AS oid)
    )
    SELECT privilege_type, CASE WHEN grantee = 0 THEN 'public' ELSE pg_get_userbyid(grantee) END::text AS role
    FROM granted WHERE privilege_type IN ('INSERT', 'UPDATE', 'DELETE') AND grantee <> relowner
    UNION
    SELECT command, 'pg_write_all_data' FROM unnest(ARRAY['INSERT', 'UPDATE', 'DELETE']) AS command
    WHERE EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
                  WHERE r.rolname = 'pg_write_all_data')
    ORDER BY 1, 2
""")

FUNCTION = text("""
    SELECT p.prosrc AS body, coalesce(obj_description(p.oid, 'pg_proc'), '') AS mark
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = :schema AND p.proname = :name AND p.pronargs = 0
""")

# 21: after, for each row, on insert and update.
TRIGGER = text("""
    SELECT p.proname = :name AND p.pronargs = 0 AND n.nspname = :schema AS calls_function,
           t.tgtype = 21 AND t.tgenabled = 'O' AND t.tgqual IS NULL AND t.tgnargs = 0
               AND ARRAY(SELECT a.attname::text FROM pg_attribute a
                         WHERE a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr::int2[]))
                   = ARRAY[CAST(:column AS text)] AS fits
    FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE t.tgrelid = CAST(:lessons AS oid) AND t.tgname = :name AND NOT t.tgisinternal
""")

NOTIFIERS = text("""
    SELECT ARRAY(SELECT format_type(k.type, NULL)
                 FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS k (type, position)
                 ORDER BY k.position)::text[] AS types,
           p.pronargs - p.pronargdefaults AS required
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = :schema AND p.proname = 'notify_lesson_ready' AND p.prokind = 'f'
      AND p.provariadic = 0 AND p.prorettype <> 'trigger'::regtype
    ORDER BY p.oid
""")


def read_facts(connection: Connection, schema: str) -> ProfileFacts:
    """Everything at once."""
    columns = read_columns(connection, schema)
    here = {"schema": schema, "lessons": connection.scalar(LESSONS, {"schema": schema})}
    table = connection.execute(TABLE, here).mappings().one()
    return ProfileFacts(
        schema=schema,
        role=table["role"],
        owner=table["owner"],
        lessons=columns.get("lessons", {}),
        purchases=columns.get("purchases", {}),
        may_change=table["may_change"],
        may_create=table["may_create"],
        reader=Reader.AUTH_UID if table["has_uid"] else Reader.SETTING,
        row_security=table["row_security"],
        forced=table["forced"],
        policies=_policies(connection, here),
        writers=_writers(connection, here),
        function=_function(connection, here),
        trigger=_trigger(connection, here),
        notifiers=_notifiers(connection, here),
    )


def _policies(connection: Connection, here: Here) -> tuple[FoundPolicy, ...]:
    rows = connection.execute(POLICIES, here).mappings().all()
    spelled = _spelled(connection, here) if any(is_ours(row["mark"]) for row in rows) else {}
    return tuple(_policy(row, spelled) for row in rows)


def _policy(row: RowMapping, spelled: Mapping[str, str]) -> FoundPolicy:
    mark, _, made_as = row["mark"].rpartition(", ")
    found = {**row, "command": Command(row["command"]), "roles": tuple(row["roles"])}
    if not is_ours(row["mark"]):
        return FoundPolicy(**found)
    return FoundPolicy(**{**found, "mark": mark, "intact": spelled.get(row["name"], made_as) == made_as})


def _spelled(connection: Connection, here: Here) -> dict[str, str]:
    """What each policy lets through; empty while somebody has locked the table, who is not waited for."""
    try:
        with connection.begin_nested():
            connection.execute(SHORTLY)
            return {name: spelled for name, spelled in connection.execute(SPELLED, here)}  # noqa: C416
    except exc.OperationalError as error:
        if isinstance(error.orig, pg.LockNotAvailable):
            return {}
        raise


def _writers(connection: Connection, here: Here) -> dict[Command, tuple[str, ...]]:
    """By write, who was granted it; where everybody was, nobody else is named."""
    granted: dict[Command, list[str]] = defaultdict(list)
    for command, role in connection.execute(WRITERS, here):
        granted[Command(command)].append(role)
    return {command: (PUBLIC,) if PUBLIC in roles else tuple(roles) for command, roles in granted.items()}


def _function(connection: Connection, here: Here) -> FoundFunction | None:
    found = connection.execute(FUNCTION, {**here, "name": NAME}).one_or_none()
    if found is None:
        return None
    mark, _, of_body = found.mark.rpartition(", ")
    return FoundFunction(mark=mark, intact=of_body == body_mark(found.body))


def _trigger(connection: Connection, here: Here) -> FoundTrigger | None:
    values = {**here, "name": NAME, "column": COLUMN}
    found = connection.execute(TRIGGER, values).mappings().one_or_none()
    return FoundTrigger(**found) if found else None


def _notifiers(connection: Connection, here: Here) -> tuple[Notifier, ...]:
    rows = connection.execute(NOTIFIERS, here)
    return tuple(Notifier(types=tuple(types), required=required) for types, required in rows)
