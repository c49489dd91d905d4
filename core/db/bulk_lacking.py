"""Why captions in a language are not written for lessons, as conditions on the school's tables and ours.

Of one lesson `core.caption_lack` says the same.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    column,
    exists,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from core.asset import AssetStatus
from core.bulk import Order
from core.db.hostmatching import Condition
from core.db.library_rows import ASSET, Shelf
from core.db.tables import text_tracks
from core.language import AUTO
from core.migration import SkipReason
from core.text_track import ON_ITS_WAY, TrackState

SAID = func.jsonb_array_elements(ASSET.c.tracks).table_valued(column("value", JSONB), name="said")
SAID_VALUE = SAID.c.value
HELD = text_tracks.alias("held")
OURS = r"^/api/videos/[^/]+/captions/[0-9a-f-]{36}\.(vtt|srt)$"


def reasons(order: Order, shelf: Shelf) -> Iterator[tuple[Condition, str]]:
    """In the order in which they count."""
    is_ready = and_(ASSET.c.status == AssetStatus.READY.value, ASSET.c.playback_id.is_not(None))
    yield not_(func.coalesce(is_ready, false())), SkipReason.NOT_READY.value
    has = or_(
        _tracks("ready", order.wanted), _records([TrackState.READY], order.wanted), shelf.names_captions(OURS)
    )
    yield has, SkipReason.CAPTIONED.value
    coming = or_(_tracks("preparing", order.wanted), _records(ON_ITS_WAY, order.wanted))
    yield coming, SkipReason.CAPTIONS_COMING.value
    yield not_(_sounds()), SkipReason.NO_SOUND.value


def _tracks(status: str, language: str) -> Condition:
    """Whether Mux says this of a text track in the language."""
    is_one = and_(_said("type") == "text", _said("status") == status, _is(_said("language_code"), language))
    return exists(select(SAID_VALUE).select_from(SAID).where(is_one))


def _records(states: Iterable[TrackState], language: str) -> Condition:
    """Whether captions of ours in the language are in one of these states."""
    values = [state.value for state in states]
    is_one = and_(HELD.c.asset_id == ASSET.c.id, HELD.c.state.in_(values), _is(HELD.c.language, language))
    return exists(select(HELD.c.id).where(is_one))


def _sounds() -> Condition:
    is_heard = and_(
        _said("type") == "audio",
        _said("id").is_not(None),
        func.coalesce(_said("status"), "ready") == "ready",
    )
    return exists(select(SAID_VALUE).select_from(SAID).where(is_heard))


def _said(name: str) -> ColumnElement[str]:
    return SAID_VALUE.op("->>", return_type=Text)(literal_column(f"'{name}'", Text))


def _is(code: ColumnElement[str], language: str) -> Condition:
    """Whether `en-GB` is `en`; what Mux has not heard yet may turn out to be any."""
    if language == AUTO:
        return true()
    first = func.split_part(func.lower(func.coalesce(code, literal(""))), "-", 1)
    return or_(first == language, code == AUTO)
