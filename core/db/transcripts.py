"""What is said in captions, as the library's search asks for it."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, func, literal_column, select, type_coerce

from core.db.tables import text_tracks

WORDS = func.to_tsvector(
    literal_column("'simple'::regconfig"), func.left(text_tracks.c.words, literal_column("250000"))
)
IS_READY = text_tracks.c.state == literal_column("'ready'")
"""Spelled as the index `text_tracks_words` has them."""


def assets_saying(word: str) -> Select[Any]:
    """Ids of the assets in whose captions a word begins so; whatever the case. PostgreSQL takes signs between
    letters for the space between words, and a word of signs alone is said nowhere."""
    quoted = word.replace("\\", "\\\\").replace("'", "''").replace("\0", "")
    wanted = func.to_tsquery(literal_column("'simple'::regconfig"), f"'{quoted}':*")
    said: ColumnElement[bool] = WORDS.op("@@", is_comparison=True)(wanted)
    return select(type_coerce(text_tracks.c.asset_id, Text)).where(and_(IS_READY, said))
