"""A look at the server's own views: sizes, open transactions, who waits for whom, index builds, replicas."""

from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, text

from core.schema_live import Build, Live, Place, Replica, TableSize, Transaction, Waiter
from core.target import TARGET

NAMES = [table.name for table in TARGET]

PLACE = text("""
    SELECT current_database() AS database, coalesce(host(inet_server_addr()), '') AS host,
           current_setting('server_version') AS version
""")

SEES_ALL = text("""
    SELECT pg_has_role('pg_read_all_stats', 'USAGE') OR NOT EXISTS (
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND NOT pg_has_role(usesysid, 'USAGE')
    )
""")

# From what the last vacuum or analyze noted: PostgreSQL's size functions would wait behind a locked table.
SIZES = text("""
    SELECT c.relname AS "table", greatest(c.reltuples, 0)::bigint AS rows,
           c.relpages * current_setting('block_size')::bigint AS size_bytes,
           coalesce((SELECT sum(i.relpages) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
                     WHERE x.indrelid = c.oid), 0)::bigint
               * current_setting('block_size')::bigint AS index_bytes
    FROM pg_class c
    WHERE c.relnamespace = to_regnamespace(quote_ident(:schema)) AND c.relname IN :names
      AND c.relkind IN ('r', 'p')
    ORDER BY c.relname
""").bindparams(bindparam("names", NAMES, expanding=True))

# Without the text of queries: it would show the school's data.
TRANSACTIONS = text("""
    SELECT a.pid, coalesce(nullif(a.application_name, ''), a.usename, 'unknown') AS who,
           extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS seconds,
           a.state LIKE 'idle in transaction%' AS idle,
           coalesce(array_agg(DISTINCT c.relname::text) FILTER (WHERE c.oid IS NOT NULL), '{}') AS tables
    FROM pg_stat_activity a
    LEFT JOIN pg_locks l ON l.pid = a.pid AND l.granted AND l.locktype = 'relation'
    LEFT JOIN pg_class c ON c.oid = l.relation AND c.relname IN :names
         AND c.relnamespace = to_regnamespace(quote_ident(:schema))
    WHERE a.datname = current_database() AND a.xact_start IS NOT NULL AND a.pid <> pg_backend_pid()
      AND a.backend_type = 'client backend'
    GROUP BY a.pid, a.application_name, a.usename, a.xact_start, a.state
    HAVING clock_timestamp() - a.xact_start > interval '1 second'
    ORDER BY a.xact_start LIMIT 20
""").bindparams(bindparam("names", NAMES, expanding=True))

WAITERS = text("""
    SELECT a.pid, coalesce(nullif(a.application_name, ''), a.usename, 'unknown') AS who,
           extract(epoch FROM clock_timestamp() - a.query_start)::float8 AS seconds,
           pg_blocking_pids(a.pid) AS blocked_by
    FROM pg_locks l
    JOIN pg_class c ON c.oid = l.relation AND c.relname IN :names
         AND c.relnamespace = to_regnamespace(quote_ident(:schema))
    JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE NOT l.granted
    ORDER BY a.query_start LIMIT 20
""").bindparams(bindparam("names", NAMES, expanding=True))

BUILDS = text("""
    SELECT relid::regclass::text AS "table", phase,
           CASE WHEN blocks_total > 0 THEN blocks_done::float8 / blocks_total
                WHEN lockers_total > 0 THEN lockers_done::float8 / lockers_total END AS share,
           nullif(current_locker_pid, 0) AS waits_for
    FROM pg_stat_progress_create_index WHERE datname = current_database() AND relid IS NOT NULL
""")

REPLICAS = text("""
    SELECT coalesce(nullif(application_name, ''), 'replica') AS name,
           coalesce(extract(epoch FROM replay_lag), 0)::float8 AS lag_s
    FROM pg_stat_replication ORDER BY 2 DESC
""")


def read_live(connection: Connection, schema: str) -> Live:
    """Everything at once; each question is answered from memory and takes no lock of the host's."""
    ours = {"schema": schema}
    return Live(
        place=Place(**_rows(connection, PLACE)[0]),
        sees_all=bool(connection.scalar(SEES_ALL)),
        sizes=tuple(TableSize(**row) for row in _rows(connection, SIZES, ours)),
        transactions=tuple(_transaction(row) for row in _rows(connection, TRANSACTIONS, ours)),
        waiters=tuple(_waiter(row) for row in _rows(connection, WAITERS, ours)),
        builds=tuple(Build(**row) for row in _rows(connection, BUILDS)),
        replicas=tuple(Replica(**row) for row in _rows(connection, REPLICAS)),
    )


def _rows(connection: Connection, question: Any, values: dict[str, str] | None = None) -> list[RowMapping]:
    return list(connection.execute(question, values or {}).mappings())


def _transaction(row: RowMapping) -> Transaction:
    return Transaction(**{**row, "tables": tuple(row["tables"])})


def _waiter(row: RowMapping) -> Waiter:
    return Waiter(**{**row, "blocked_by": tuple(row["blocked_by"])})
