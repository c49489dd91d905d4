"""Sending: one item's bytes on their way to Mux, pulled by it or pushed by us."""

from collections.abc import Iterator

from core import probing
from core.asset import Asset, Policy
from core.errors import AppError, Refused, Unavailable
from core.kind import Kind
from core.migration import Mode, Options, asset_request
from core.ports import Services
from core.records import Intent, Work

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
    if work.options.mode is Mode.PUSH or work.source.kind is Kind.HLS:
        _push(work, intent, policy, services)
        return None
    url = services.store.presign(work.source.location, lifetime_s=services.settings.presign_lifetime_s)
    return services.mux.create_asset(_request(url, work.options, work, intent, policy))


def _request(
    url: str | None, options: Options, work: Work, intent: Intent, policy: Policy
) -> dict[str, object]:
    return asset_request(
        url=url, passthrough=str(intent.id), options=options, policy=policy, title=work.source.title
    )


def _push(work: Work, intent: Intent, policy: Policy, services: Services) -> None:
    """Stream S3 → Mux in constant memory. An upload that never completes makes no asset."""
    settings = _request(None, work.options, work, intent, policy)
    settings.pop("test", None)
    upload = services.mux.create_upload(
        settings, cors_origin="*", timeout_s=UPLOAD_TIMEOUT_S, test=work.options.test
    )
    size_bytes = None if work.source.kind is Kind.HLS else work.source.size_bytes
    try:
        services.uploader.send(upload.url, _bytes(work, services), size_bytes=size_bytes)
    except Refused as error:
        # Also said of an upload that is complete, when the answer to its last bytes was lost.
        raise Unavailable(str(error), hint=error.hint) from error


def _bytes(work: Work, services: Services) -> Iterator[bytes]:
    """What goes wrong in getting them is told apart from what goes wrong in sending them."""
    source = work.source
    try:
        if source.kind is Kind.HLS:
            yield from services.media.remux_hls(probing.fetcher(source, services.store), source.key)
        else:
            etag, size_bytes = work.item.etag, source.size_bytes
            yield from services.store.chunks(source.location, etag=etag, size_bytes=size_bytes)
    except AppError as error:
        raise SourceBroke(error) from error
