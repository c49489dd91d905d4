"""Sending: one item's bytes on their way to Mux, pulled by it or pushed by us."""

from collections.abc import Iterator

from core import mastering, probing
from core.asset import Asset, Policy
from core.errors import AppError, Refused, Unavailable
from core.kind import Kind
from core.migration import Mode, asset_request
from core.ports import Services
from core.records import Intent
from core.source import Source
from core.work import Remake, Work

UPLOAD_TIMEOUT_S = 86_400


class SourceBroke(AppError):
    """The bytes stopped coming while they were pushed; `cause` says why. Mux was not asked for an asset."""

    def __init__(self, cause: AppError) -> None:
        super().__init__(str(cause), hint=cause.hint)
        self.cause = cause


def send(work: Work, intent: Intent, policy: Policy, services: Services) -> Asset | None:
    """The asset, or None when the bytes were pushed and the asset's id will come by event.

    Raises:
        SourceBroke: our own reading broke: nothing was made.
        RateLimited, Refused, NotFound, InvalidInput, StaleState: nothing was made.
        Unavailable: an asset may have been made.
    """
    source = work.source
    if source is None:
        return services.mux.create_asset(_request(_of_master(work, services), work, intent, policy))
    if work.options.mode is Mode.PUSH or source.kind is Kind.HLS:
        _push(work, source, intent, policy, services)
        return None
    url = services.store.presign(source.location, lifetime_s=services.settings.presign_lifetime_s)
    return services.mux.create_asset(_request(url, work, intent, policy))


def _of_master(work: Work, services: Services) -> str:
    """The address of the old copy's master, got at this moment for this one request."""
    assert isinstance(work, Remake), "what is moved has a file in S3"
    try:
        return mastering.address(work, services)
    except AppError as error:
        raise SourceBroke(error) from error


def _request(url: str | None, work: Work, intent: Intent, policy: Policy) -> dict[str, object]:
    return asset_request(
        url=url, passthrough=str(intent.id), options=work.wanted, policy=policy, title=work.called
    )


def _push(work: Work, source: Source, intent: Intent, policy: Policy, services: Services) -> None:
    """Stream S3 → Mux in constant memory. An upload that never completes makes no asset."""
    settings = _request(None, work, intent, policy)
    settings.pop("test", None)
    upload = services.mux.create_upload(
        settings, cors_origin="*", timeout_s=UPLOAD_TIMEOUT_S, test=work.options.test
    )
    size_bytes = None if source.kind is Kind.HLS else source.size_bytes
    try:
        services.uploader.send(upload.url, _bytes(source, work.version, services), size_bytes=size_bytes)
    except Refused as error:
        # Also said of an upload that is complete, when the answer to its last bytes was lost.
        raise Unavailable(str(error), hint=error.hint) from error


def _bytes(source: Source, etag: str, services: Services) -> Iterator[bytes]:
    """What goes wrong in getting them is told apart from what goes wrong in sending them."""
    try:
        if source.kind is Kind.HLS:
            yield from services.media.remux_hls(probing.fetcher(source, services.store), source.key)
        else:
            yield from services.store.chunks(source.location, etag=etag, size_bytes=source.size_bytes)
    except AppError as error:
        raise SourceBroke(error) from error
