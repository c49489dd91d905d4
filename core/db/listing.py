"""The list of sources: a page of it, its length, the counts behind its filters, what a choice comes to."""

from collections import Counter
from collections.abc import Collection

from sqlalchemy import Connection, UnaryExpression, func, select, text

from core.db.choosing import SKIP, chosen, matching, ticked
from core.db.copies import taken_again
from core.db.rows import SOURCE_FIELDS, source_of
from core.db.tables import scan_runs, sources
from core.kind import Kind
from core.migration import Options, PlanTotals, SkipReason
from core.selection import Choice, Facets, Filter, Sort, Standing
from core.source import Finding, Source

s = sources.c
ORDERS: dict[Sort, tuple[UnaryExpression[object], ...]] = {
    Sort.NEWEST: (s.modified_at.desc().nulls_last(), s.id.desc()),
    Sort.OLDEST: (s.modified_at.asc().nulls_first(), s.id.asc()),
    Sort.LARGEST: (s.size_bytes.desc(), s.id.desc()),
    Sort.LONGEST: (s.duration_s.desc().nulls_last(), s.id.desc()),
    Sort.KEY: (s.bucket.asc(), s.key.asc()),
}
"""Each is the order of an index, or its exact reverse."""

GROUPS = text("""
SELECT standing, kind, findings, course_id, course, count(*) AS sources,
    coalesce(sum(duration_s) FILTER (WHERE standing = 'ready' AND asset_id IS NULL), 0) AS ready_duration_s
FROM sources WHERE listed
GROUP BY standing, kind, findings, course_id, course
""")
SCANNED_AT = select(func.max(scan_runs.c.finished_at)).where(scan_runs.c.buckets > 0)


def page(connection: Connection, filter: Filter, sort: Sort, *, number: int, size: int) -> list[Source]:
    """Page `number` (from 1) of the sources that match."""
    query = select(*(s[name] for name in SOURCE_FIELDS)).where(matching(filter)).order_by(*ORDERS[sort])
    rows = connection.execute(query.limit(size).offset((number - 1) * size))
    return [source_of(row) for row in rows.mappings()]


def count(connection: Connection, filter: Filter, among: Collection[int] | None = None) -> int:
    """How many sources match, on all pages; of `among` alone where it is given."""
    query = select(func.count()).select_from(sources).where(matching(filter))
    if among is not None:
        query = query.where(ticked(among))
    return connection.scalar(query) or 0


def ids(connection: Connection, choice: Choice, *, limit: int) -> list[int]:
    """The first `limit` ids of a choice, newest first."""
    query = select(s.id).where(chosen(choice)).order_by(*ORDERS[Sort.NEWEST]).limit(limit)
    return list(connection.scalars(query))


def facets(connection: Connection) -> Facets:
    """Counts over all listed sources; every standing, kind and finding has one, zeros too."""
    standings = Counter(dict.fromkeys(Standing, 0))
    kinds = Counter(dict.fromkeys(Kind, 0))
    findings = Counter(dict.fromkeys(Finding, 0))
    courses: dict[str, str] = {}
    ready_duration_s = 0.0
    for row in connection.execute(GROUPS):
        standings[Standing(row.standing)] += row.sources
        kinds[Kind(row.kind)] += row.sources
        findings.update({Finding(name): row.sources for name in row.findings})
        ready_duration_s += row.ready_duration_s
        if row.course_id is not None:
            courses[row.course_id] = row.course or row.course_id
    return Facets(
        standings=standings,
        kinds=kinds,
        findings=findings,
        courses=dict(sorted(courses.items(), key=lambda course: course[1].casefold())),
        sources=standings.total(),
        scanned_at=connection.scalar(SCANNED_AT),
        ready_duration_s=ready_duration_s,
    )


def totals(connection: Connection, choice: Choice, options: Options) -> PlanTotals:
    """What would be created and what is skipped; bytes and minutes are of what Mux would make."""
    again = taken_again(options, chosen(choice)).subquery()
    made_anew = again.c.id.is_(None)
    query = (
        select(
            SKIP.label("skip"),
            func.count().label("sources"),
            func.sum(s.rows).label("rows"),
            func.count(again.c.id).label("reuse"),
            func.count().filter(made_anew, ~s.is_public).label("private"),
            func.coalesce(func.sum(s.size_bytes).filter(made_anew), 0).label("size_bytes"),
            func.coalesce(func.sum(s.duration_s).filter(made_anew), 0.0).label("duration_s"),
            func.count().filter(made_anew, s.duration_s.is_(None)).label("unknown_length"),
        )
        .select_from(sources.outerjoin(again, again.c.id == s.id))
        .where(chosen(choice))
        .group_by(SKIP)
    )
    found = {row.skip: row for row in connection.execute(query)}
    made = found.pop(None, None)
    return PlanTotals(
        create=made.sources if made else 0,
        rows=made.rows if made else 0,
        size_bytes=int(made.size_bytes) if made else 0,
        duration_s=float(made.duration_s) if made else 0.0,
        unknown_length=made.unknown_length if made else 0,
        reuse=made.reuse if made else 0,
        private=made.private if made else 0,
        skipped={SkipReason(name): row.sources for name, row in found.items()},
    )
