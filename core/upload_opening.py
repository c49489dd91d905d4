"""Opening an upload: checks first, then its row, then a place at Mux for the bytes."""

from datetime import timedelta
from uuid import uuid4

from core.access import OPERATOR, SERVICE, Action, Person
from core.admitting import admit
from core.asset import Policy, Quality
from core.errors import AppError, RateLimited, StaleState, Unavailable
from core.filekind import mime_of
from core.migration import Mode, PolicyRule, asset_request, policy_for
from core.ports import Call, DirectUpload, Lane, Services, Tx
from core.upload import FileFacts, FileKind, Opened, Upload, UploadOptions, UploadState, Via, check_file
from core.upload_publishing import note_waiting
from core.upload_storing import give_up, open_at_s3
from core.uploadkey import timeout_s_of

PER_MINUTE = 10
"""Uploads that one person may open in a minute."""

MINUTE = timedelta(seconds=60)
UNSEEN = "video"
"""The name of a file that nobody has seen yet."""

TRIES = 2
"""A lost answer made no asset, so it is asked once more before the bytes go to S3."""


def open_upload(
    lesson_id: str,
    file: FileFacts,
    *,
    options: UploadOptions,
    by: Person,
    cors_origin: str,
    services: Services,
) -> Opened:
    """Open an upload of this file to this lesson; the browser at `cors_origin` sends the bytes.

    A video goes to Mux, or to S3 where Mux does not take it now; anything else lies beside the lesson in S3.
    Raises `InvalidInput` with the reason where the file is not taken, `StaleState` while another video is on
    its way to the lesson, `RateLimited`, `NotFound`, `NotAllowed`, and S3's errors.
    """
    kind = check_file(file, max_bytes=services.settings.upload_max_bytes)
    upload, policy = keep(lesson_id, file, kind, options, by, services)
    if kind is not FileKind.VIDEO:
        return open_at_s3(upload, services=services)
    return open_at_mux(upload, policy, cors_origin=cors_origin, services=services)


def keep(
    lesson_id: str, file: FileFacts, kind: FileKind, options: UploadOptions, by: Person, services: Services
) -> tuple[Upload, Policy]:
    """Commit the row before anything is asked of Mux, so that no event can come before it; returns it with
    the policy of its asset. Raises `NotFound`, `NotAllowed`, `RateLimited`, `StaleState`, `InvalidInput`."""
    now = services.clock()
    with services.uow("upload.keep") as tx:
        lesson = admit(by, Action.UPLOAD, lesson_id, tx=tx)
        can_sign = services.settings.can_sign
        is_video = kind is FileKind.VIDEO
        policy = policy_for(options.policy, is_public=lesson.is_public, can_sign=can_sign or not is_video)
        _check_rate(tx, by, services)
        upload = Upload(
            id=uuid4(),
            lesson_id=lesson_id,
            lesson_title=_title(tx, lesson_id),
            state=UploadState.WAITING,
            via=Via.MUX if is_video else Via.S3,
            kind=kind,
            filename=file.name,
            size_bytes=file.size_bytes,
            mime=mime_of(file.name, kind),
            person=by.name,
            subject=by.subject,
            host_user_id=by.host_user_id or lesson.creator_id,
            options=options,
            created_at=now,
            moved_at=now,
            expires_at=now + timedelta(seconds=timeout_s_of(file.size_bytes)),
        )
        tx.uploads.add(upload)
        tx.audit(by, "open upload", f"lesson {lesson_id}", after=_said(upload))
        tx.commit()
    return upload, policy


def _check_rate(tx: Tx, by: Person, services: Services) -> None:
    """The school's own services, which ask for many people, have the API's limits alone."""
    if by in (SERVICE, OPERATOR):
        return
    now = services.clock()
    opened = tx.uploads.opened_since(by.subject, now - MINUTE)
    if len(opened) >= PER_MINUTE:
        wait_s = (opened[-PER_MINUTE] + MINUTE - now).total_seconds()
        raise RateLimited(
            f"At most {PER_MINUTE} uploads a minute can be opened.", retry_after_s=max(1.0, wait_s)
        )


def _title(tx: Tx, lesson_id: str) -> str | None:
    row = tx.videos.get("lessons", lesson_id)
    return row.title if row else None


def _said(upload: Upload) -> dict[str, object]:
    return {
        "upload": str(upload.id),
        "file": upload.filename,
        "size_bytes": upload.size_bytes,
        "options": upload.options.as_json(),
    }


def open_at_mux(upload: Upload, policy: Policy, *, cors_origin: str, services: Services) -> Opened:
    """A place at Mux, or in S3 where Mux refuses, is down or does not answer."""
    try:
        direct = _ask_mux(upload, policy, cors_origin, services)
    except AppError as error:
        return open_at_s3(upload, services=services, because=error)
    return Opened(upload=_opened(upload, direct, services), via=Via.MUX, url=direct.url)


def _ask_mux(upload: Upload, policy: Policy, cors_origin: str, services: Services) -> DirectUpload:
    options = upload.options.for_batch(mode=Mode.PUSH)
    body = asset_request(
        url=None,
        passthrough=upload.passthrough,
        options=options,
        policy=policy,
        title=upload.lesson_title,
    )
    body.pop("test", None)
    for left in reversed(range(TRIES)):
        services.pace.wait(Call.POST, Lane.INTERACTIVE)
        try:
            return services.mux_now.create_upload(
                body, cors_origin=cors_origin, timeout_s=timeout_s_of(upload.size_bytes), test=options.test
            )
        except Unavailable:
            if not left:
                raise
    raise AssertionError("TRIES is at least one")


def _opened(upload: Upload, direct: DirectUpload, services: Services) -> Upload:
    """Name Mux's id on the row, unless it was cancelled meanwhile: then the URL is given to nobody."""
    with services.uow("upload.opened") as tx:
        held = tx.uploads.get(upload.id, lock=True)
        if held is None or not held.is_alive:
            raise StaleState("The upload was cancelled.", hint="Choose the file again.")
        opened = tx.uploads.note(
            upload.id,
            mux_upload_id=direct.id,
            expires_at=services.clock() + timedelta(seconds=timeout_s_of(upload.size_bytes)),
        )
        note_waiting(tx, opened)
        tx.commit()
    return opened


def upload_url(lesson_id: str, *, by: Person, cors_origin: str, services: Services) -> DirectUpload:
    """Open an upload of a video that nobody has seen yet: the caller's own page sends it to `url`.

    Nothing falls back to S3 here, because the caller knows one URL alone. Raises `StaleState` while another
    video is on its way to the lesson, `InvalidInput` when signed playback is wanted and no key is set,
    `RateLimited`, `NotFound`, `NotAllowed`, and Mux's errors.
    """
    rule = PolicyRule(services.settings.mux_playback_policy)
    options = UploadOptions(policy=rule, quality=Quality.PLUS)
    file = FileFacts(name=UNSEEN, size_bytes=0, mime="", head=b"")
    upload, policy = keep(lesson_id, file, FileKind.VIDEO, options, by, services)
    try:
        direct = _ask_mux(upload, policy, cors_origin, services)
    except AppError as error:
        give_up(upload, error, services)
        raise
    _opened(upload, direct, services)
    return direct
