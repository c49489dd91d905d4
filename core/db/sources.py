"""`mux_admin.sources`, `scans` and `source_links`."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, and_, or_, select
from sqlalchemy import bindparam as bind

from core.db import kept, links, listing, own_sources, own_videos, probes, scans, standing
from core.db.rows import source_of
from core.db.straight import run
from core.db.tables import former_versions, source_links, sources, switches, uploads
from core.kind import Kind
from core.migration import Options, PlanTotals
from core.own_videos import OwnVideos
from core.records import Scan
from core.selection import Choice, Facets, Filter, Sort
from core.source import HostRow, MediaFacts, ObjectFacts, Source
from core.upload import UploadState, Via

GET = select(sources).where(sources.c.id == bind("source_id"))
_other = sources.alias("other")
SAME = (
    select(_other)
    .join(
        sources,
        and_(
            _other.c.etag == sources.c.etag,
            _other.c.object_bytes == sources.c.object_bytes,
            _other.c.id != sources.c.id,
        ),
    )
    .where(
        sources.c.id == bind("source_id"),
        sources.c.object_bytes > 0,
        _other.c.gone_at.is_(None),
        _other.c.part_of.is_(None),
    )
    .order_by(_other.c.id)
)
ROWS_OF = (
    select(source_links)
    .where(source_links.c.source_id == bind("source_id"))
    .order_by(source_links.c.table_name, source_links.c.row_id, source_links.c.column_name)
)
_switched = select(switches.c.id).where(
    switches.c.table_name == source_links.c.table_name,
    switches.c.row_id == source_links.c.row_id,
    switches.c.put_back_at.is_(None),
    switches.c.after["mux_asset_id"].astext == bind("asset"),
)
_newer = uploads.alias("newer")
_is_its_row = or_(
    and_(source_links.c.table_name == "lessons", uploads.c.lesson_id == source_links.c.row_id),
    and_(source_links.c.table_name == "videos", uploads.c.video_id == source_links.c.row_id),
)
_brought = select(_newer.c.id).where(
    _newer.c.source_id == source_links.c.source_id, _newer.c.created_at > uploads.c.created_at
)
_former = select(former_versions.c.what).where(
    former_versions.c.lesson_id == uploads.c.lesson_id, former_versions.c.what == uploads.c.asset_id
)
_uploaded = select(uploads.c.id).where(
    _is_its_row,
    uploads.c.via == Via.MUX.value,
    uploads.c.state == UploadState.READY.value,
    ~uploads.c.options["test"].as_boolean(),
    ~_brought.exists(),
    ~_former.exists(),
)
"""Rows that play what somebody uploaded to Mux since: what lies in S3 is an older video."""

ROWS_NOT_ON = ROWS_OF.where(~source_links.c.spare, ~_switched.exists(), ~_uploaded.exists())


class SqlSources:
    """Fills `Sources`."""

    def __init__(self, connection: Connection, *, host_schema: str) -> None:
        self._connection = connection
        self._host_schema = host_schema

    def begin_scan(self, bucket: str, prefix: str) -> Scan:
        return scans.begin_scan(self._connection, bucket, prefix)

    def upsert_page(self, scan: Scan, page: Sequence[ObjectFacts]) -> Scan:
        return scans.upsert_page(self._connection, scan, page)

    def finish_scan(self, scan: Scan) -> None:
        scans.finish_scan(self._connection, scan)

    def relink(self, *, domains: Mapping[str, str], endpoint_hosts: Sequence[str]) -> int:
        return links.relink(
            self._connection, self._host_schema, domains=domains, endpoint_hosts=endpoint_hosts
        )

    def take_in(self, found: ObjectFacts) -> int:
        return own_sources.take_in(self._connection, found)

    def link(self, source_id: int, row: HostRow) -> None:
        own_sources.link(self._connection, source_id, row)

    def unlink(self, table: str, row_id: str) -> None:
        own_sources.unlink(self._connection, table, row_id)

    def refresh_findings(self, source_ids: Sequence[int] | None = None) -> None:
        standing.refresh(self._connection, source_ids)

    def unprobed(self, *, limit: int) -> list[int]:
        return probes.unprobed(self._connection, limit=limit)

    def put_off_probe(
        self, source_id: int, *, trouble: str | None, first_wait_s: float, most_wait_s: float
    ) -> None:
        probes.put_off(
            self._connection, source_id, trouble=trouble, first_wait_s=first_wait_s, most_wait_s=most_wait_s
        )

    def doubt_troubles(self) -> int:
        return probes.doubt_troubles(self._connection)

    def get(self, source_id: int) -> Source | None:
        row = run(self._connection, GET, source_id=source_id).fetchone()
        return None if row is None else source_of(row)

    def set_media(
        self, source_id: int, kind: Kind, media: MediaFacts | None, *, error: str | None, etag: str
    ) -> None:
        probes.set_media(self._connection, source_id, etag, kind, media, error)

    def set_sha256(self, source_id: int, sha256: str, *, etag: str) -> None:
        probes.set_sha256(self._connection, source_id, etag, sha256)

    def same_size_and_etag(self, source_id: int) -> list[Source]:
        return [source_of(row) for row in run(self._connection, SAME, source_id=source_id)]

    def keep_ticks(self, kept_id: str, *, person: str, ticks: str) -> None:
        kept.keep(self._connection, kept_id, person, ticks)

    def kept_ticks(self, kept_id: str, *, person: str) -> str | None:
        return kept.kept(self._connection, kept_id, person)

    def rows_of(self, source_id: int, *, but_on: str | None = None) -> list[HostRow]:
        if but_on is None:
            rows = run(self._connection, ROWS_OF, source_id=source_id)
        else:
            rows = run(self._connection, ROWS_NOT_ON, source_id=source_id, asset=but_on)
        return [
            HostRow(
                table=row["table_name"],
                row_id=row["row_id"],
                column=row["column_name"],
                title=row["title"],
                course_id=row["course_id"],
                owner_id=row["owner_id"],
                is_public=row["is_public"],
            )
            for row in rows
        ]

    def page(self, filter: Filter, sort: Sort, *, number: int, size: int) -> list[Source]:
        return listing.page(self._connection, filter, sort, number=number, size=size)

    def count(self, filter: Filter, *, among: Collection[int] | None = None) -> int:
        return listing.count(self._connection, filter, among)

    def facets(self) -> Facets:
        return listing.facets(self._connection)

    def totals(self, choice: Choice, options: Options) -> PlanTotals:
        return listing.totals(self._connection, choice, options)

    def ids(self, choice: Choice, *, limit: int) -> list[int]:
        return listing.ids(self._connection, choice, limit=limit)

    def own_videos(self, owner_id: str, *, limit: int = 20) -> OwnVideos:
        return own_videos.own_videos(self._connection, owner_id, limit=limit)
