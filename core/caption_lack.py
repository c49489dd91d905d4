"""Lacking captions: why nothing is to be written for what a lesson plays. Pure."""

from collections.abc import Iterable, Iterator
from itertools import chain

from core.asset import Asset
from core.language import AUTO
from core.migration import SkipReason
from core.text_track import ON_ITS_WAY, TextTrack, TrackState, sound, texts


def needless(asset: Asset, held: Iterable[TextTrack], language: str) -> SkipReason | None:
    """Why no captions in this language are to be asked for; None where they are lacking.

    Of `auto` nobody knows what comes of it: then any captions are enough. `core/db/bulk_lacking.py` asks the
    same of many lessons at once.
    """
    mine = list(held)
    if any(_is(code, language) for code in _with(asset, mine, "ready", (TrackState.READY,))):
        return SkipReason.CAPTIONED
    if any(_is(code, language) for code in _with(asset, mine, "preparing", ON_ITS_WAY)):
        return SkipReason.CAPTIONS_COMING
    return SkipReason.NO_SOUND if sound(asset.tracks) is None else None


def _with(
    asset: Asset, held: Iterable[TextTrack], status: str, states: Iterable[TrackState]
) -> Iterator[str]:
    """Languages of the tracks that Mux says this of, and of our records in these states."""
    wanted = frozenset(states)
    at_mux = (
        str(one.get("language_code") or "") for one in texts(asset.tracks) if one.get("status") == status
    )
    return chain(at_mux, (one.language for one in held if one.state in wanted))


def _is(code: str, language: str) -> bool:
    """Whether `en-GB` is `en`; what Mux has not heard yet may turn out to be any."""
    return AUTO in (code, language) or code.lower().partition("-")[0] == language
