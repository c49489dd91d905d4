"""Sending: one item's bytes on their way to Mux, pulled by it or pushed by us."""

from core import probing
from core.asset import Asset, Policy
from core.migration import Mode, Options, asset_request
from core.ports import Services
from core.records import Intent, Work
from core.source import Kind

UPLOAD_TIMEOUT_S = 86_400


def send(work: Work, intent: Intent, policy: Policy, services: Services) -> Asset | None:
    """The asset, or None when the bytes were pushed and the asset's id will come by event."""
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
    source = work.source
    if source.kind is Kind.HLS:
        remuxed = services.media.remux_hls(probing.fetcher(source, services.store), source.key)
        services.uploader.send(upload.url, remuxed, size_bytes=None)
    else:
        chunks = services.store.chunks(source.location, etag=work.item.etag, size_bytes=source.size_bytes)
        services.uploader.send(upload.url, chunks, size_bytes=source.size_bytes)
