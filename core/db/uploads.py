"""`mux_admin.uploads` and `lesson_resources`: files that people bring in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import errors as pg
from sqlalchemy import Connection, RowMapping, Select, exc, func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from core.arrivals import Led
from core.batch import ItemState
from core.db.tables import lesson_resources, uploads
from core.errors import NotFound, StaleState
from core.filekind import FileKind
from core.resource import Resource
from core.source import Location
from core.upload import Upload, UploadOptions, UploadState, UploadTrouble, Via
from core.uploadstate import ALIVE, move

u, r = uploads.c, lesson_resources.c
IN_ORDER = (r.place.nulls_last(), r.created_at, r.id)
IS_ALIVE = u.state.in_([state.value for state in ALIVE])
LOCK_PERSON = text("SELECT pg_advisory_xact_lock(hashtextextended('upload:' || :subject, 0))")
IN_BATCHES = text("""
SELECT uploads.id AS upload_id, items.state, items.reason, items.asset_id
FROM uploads JOIN items ON items.batch_id = uploads.batch_id
WHERE uploads.state IN ('sending', 'preparing') OR (
    uploads.state = 'errored' AND uploads.trouble = 'move_failed'
    AND items.state IN ('done', 'awaiting_schema')
)
ORDER BY uploads.id
""")
PLAIN = (
    *("id", "lesson_id", "lesson_title", "filename", "size_bytes", "mime", "person", "subject"),
    *("host_user_id", "created_at", "moved_at", "expires_at", "mux_upload_id", "asset_id", "multipart_id"),
    *("fallback_used", "video_id", "source_id", "batch_id", "reason"),
)
"""Columns that hold a field as it is."""


class SqlUploads:
    """Fills `Uploads`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, upload: Upload) -> None:
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(uploads).values(_columns(upload)))
        except exc.IntegrityError as error:
            if not isinstance(error.orig, pg.UniqueViolation):
                raise
            raise _occupied(self.alive_at(upload.lesson_id)) from error

    def opened_since(self, subject: str, moment: datetime) -> list[datetime]:
        self._connection.execute(LOCK_PERSON, {"subject": subject})
        query = select(u.created_at).where(u.subject == subject, u.created_at > moment)
        return list(self._connection.scalars(query.order_by(u.created_at)))

    def get(self, upload_id: UUID, *, lock: bool = False) -> Upload | None:
        query = select(uploads).where(u.id == upload_id)
        return self._one(query.with_for_update() if lock else query)

    def by_mux_id(self, mux_upload_id: str) -> UUID | None:
        return self._connection.scalar(select(u.id).where(u.mux_upload_id == mux_upload_id))

    def alive_at(self, lesson_id: str) -> Upload | None:
        is_video = u.kind == FileKind.VIDEO.value
        return self._one(select(uploads).where(u.lesson_id == lesson_id, is_video, IS_ALIVE))

    def move(
        self,
        upload_id: UUID,
        then: UploadState,
        *,
        now: datetime,
        trouble: UploadTrouble | None = None,
        reason: str | None = None,
        **facts: Any,
    ) -> Upload:
        held = self.get(upload_id, lock=True)
        if held is None:
            raise NotFound(f"There is no upload {upload_id}.")
        state = move(held.state, then).value
        return self.note(upload_id, state=state, moved_at=now, trouble=trouble, reason=reason, **facts)

    def note(self, upload_id: UUID, **facts: Any) -> Upload:
        location = facts.pop("location", None)
        if location is not None:
            facts |= {"bucket": location.bucket, "key": location.key}
        changed = update(uploads).where(u.id == upload_id).values(**facts).returning(uploads)
        row = self._connection.execute(changed).mappings().one()
        return _upload(row)

    def newest(self, *, subject: str | None, lesson_id: str | None, limit: int) -> Sequence[Upload]:
        query = select(uploads).order_by(u.created_at.desc(), u.id).limit(limit)
        if subject is not None:
            query = query.where(u.subject == subject)
        if lesson_id is not None:
            query = query.where(u.lesson_id == lesson_id)
        return [_upload(row) for row in self._connection.execute(query).mappings()]

    def silent(self, *, before: datetime, now: datetime, limit: int) -> Sequence[Upload]:
        is_silent = func.greatest(u.moved_at, u.asked_at) < before
        query = select(uploads).where(IS_ALIVE, or_(is_silent, u.expires_at < now))
        ordered = query.order_by(func.greatest(u.moved_at, u.asked_at)).limit(limit)
        return [_upload(row) for row in self._connection.execute(ordered).mappings()]

    def untidy(self, *, limit: int) -> Sequence[Upload]:
        is_untidy = (~IS_ALIVE, u.multipart_id.is_not(None), u.source_id.is_(None))
        query = select(uploads).where(*is_untidy).order_by(u.moved_at).limit(limit)
        return [_upload(row) for row in self._connection.execute(query).mappings()]

    def in_batches(self) -> Sequence[Led]:
        rows = self._connection.execute(IN_BATCHES).mappings()
        return [Led(**{**row, "state": ItemState(row["state"])}) for row in rows]

    def asked(self, upload_ids: Sequence[UUID], *, now: datetime) -> None:
        self._connection.execute(update(uploads).where(u.id.in_(upload_ids)).values(asked_at=now))

    def add_resource(self, resource: Resource, *, now: datetime) -> None:
        row = upsert(lesson_resources).values(
            id=resource.id,
            lesson_id=resource.lesson_id,
            kind=resource.kind.value,
            name=resource.name,
            mime=resource.mime,
            size_bytes=resource.size_bytes,
            bucket=resource.location.bucket,
            key=resource.location.key,
            person=resource.person,
            created_at=now,
            language=resource.language,
        )
        self._connection.execute(row.on_conflict_do_nothing(index_elements=[r.id]))

    def given(self, resource_id: UUID, asset_id: str) -> None:
        known = update(lesson_resources).where(r.id == resource_id).values(asset_id=asset_id)
        self._connection.execute(known)

    def resources(self, lesson_id: str) -> Sequence[Resource]:
        query = select(lesson_resources).where(r.lesson_id == lesson_id).order_by(*IN_ORDER)
        return [_resource(row) for row in self._connection.execute(query).mappings()]

    def _one(self, query: Select[Any]) -> Upload | None:
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _upload(row)


def _occupied(other: Upload | None) -> StaleState:
    who = f"{other.person} is" if other else "Somebody is"
    return StaleState(
        f"{who} already uploading a video to this lesson.",
        hint="Wait until it is done, or cancel it in the list of uploads.",
    )


def _columns(upload: Upload) -> dict[str, Any]:
    where = upload.location
    return {
        **{name: getattr(upload, name) for name in PLAIN},
        "state": upload.state.value,
        "via": upload.via.value,
        "kind": upload.kind.value,
        "options": upload.options.as_json(),
        "trouble": upload.trouble,
        "bucket": where.bucket if where else None,
        "key": where.key if where else None,
    }


def _upload(row: RowMapping) -> Upload:
    return Upload(
        **{name: row[name] for name in PLAIN},
        state=UploadState(row["state"]),
        via=Via(row["via"]),
        kind=FileKind(row["kind"]),
        options=UploadOptions.from_json(row["options"]),
        trouble=UploadTrouble(row["trouble"]) if row["trouble"] else None,
        location=Location(row["bucket"], row["key"]) if row["bucket"] else None,
    )


def _resource(row: RowMapping) -> Resource:
    return Resource(
        id=row["id"],
        lesson_id=row["lesson_id"],
        kind=FileKind(row["kind"]),
        name=row["name"],
        mime=row["mime"],
        size_bytes=row["size_bytes"],
        location=Location(row["bucket"], row["key"]),
        person=row["person"],
        created_at=row["created_at"],
        language=row["language"],
        asset_id=row["asset_id"],
    )
