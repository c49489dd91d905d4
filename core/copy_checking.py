"""Checking a copy: it plays, is as long as what it was made from, and that is still the same."""

from collections.abc import Iterator
from contextlib import contextmanager

from core import comparing, normalising, probing
from core.asset import Asset
from core.errors import Refused, Unavailable
from core.migration import Trouble, same_length
from core.normalise_captioning import carry_over
from core.playback import Audience, needs_token, token_lifetime_s
from core.ports import Services
from core.stepping import CopyRejectedError
from core.work import Remake, Work


def check(work: Work, asset: Asset, services: Services) -> None:
    """Length, playback and the source's version, in the order of what they cost."""
    if not work.options.test:
        _check_length(work, asset, services)
    _check_plays(asset, services)
    with _original_asked():
        if isinstance(work, Remake):
            normalising.check_origin(work, services)
        elif work.source is not None:
            comparing.unchanged(work.source.location, work.item.etag, services.store)
    if isinstance(work, Remake):
        carry_over(work, asset, services)


def _check_plays(asset: Asset, services: Services) -> None:
    """A stream that turns us away says nothing against the copy: a retry checks it again."""
    try:
        check_playback(asset, services)
    except Refused as error:
        if error.status is None:
            raise
        raise CopyRejectedError(Trouble.NOT_REACHED, str(error), hint=error.hint) from error


@contextmanager
def _original_asked() -> Iterator[None]:
    """What S3 refuses says nothing against the copy."""
    try:
        yield
    except Refused as error:
        if error.account_wide:  # no fault of this object: it may be asked for again when that is put right
            raise Unavailable(str(error), hint=error.hint) from error
        raise CopyRejectedError(Trouble.SOURCE_DENIED, str(error), hint=error.hint) from error


def _check_length(work: Work, asset: Asset, services: Services) -> None:
    source_s = _length_s(work, services)
    if source_s is None or asset.duration_s is None:
        raise CopyRejectedError(
            Trouble.LENGTH_UNKNOWN,
            "The length of the original cannot be read, so the copy cannot be checked.",
            hint="Play the original; if it is good, convert it to MP4 and scan again.",
        )
    if not same_length(source_s, asset.duration_s):
        raise CopyRejectedError(
            Trouble.LENGTH_DIFFERS,
            f"The original is {source_s:.1f} s long, the copy {asset.duration_s:.1f} s.",
            hint="The file may be damaged; play both, then retry.",
        )


def _length_s(work: Work, services: Services) -> float | None:
    """Of the original: the file in S3, or the copy that plays until now."""
    if isinstance(work, Remake):
        return work.old.duration_s
    if work.source is None or work.source.duration_s is not None:
        return work.source.duration_s if work.source else None
    with _original_asked():
        probed = probing.probe_one(work.source.id, services=services)
    return probed.duration_s if probed else None


def check_playback(asset: Asset, services: Services) -> None:
    """Play the first frame, with a token when signed."""
    if asset.playback_id is None:
        raise CopyRejectedError(Trouble.NOT_PLAYABLE, "The asset has no playback id.")
    token = None
    if needs_token(asset.policy):
        token = _token(asset, asset.playback_id, services)
    services.player.first_frame(services.settings.hosts.manifest(asset.playback_id, token=token))


def _token(asset: Asset, playback_id: str, services: Services) -> str:
    if services.signer is None:
        raise CopyRejectedError(
            Trouble.SIGNING_KEY_MISSING,
            "The copy is signed and no signing key is set.",
            hint="Set MUX_SIGNING_KEY and MUX_PRIVATE_KEY, then retry.",
        )
    return services.signer.token(playback_id, Audience.VIDEO, lifetime_s=token_lifetime_s(asset.duration_s))
