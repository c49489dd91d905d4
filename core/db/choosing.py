"""A filter and ticks as SQL conditions, and why a source would be left out."""

from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, any_, bindparam, case, func, or_, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, TEXT

from core.db.tables import sources
from core.errors import InvalidInput
from core.kind import Kind
from core.migration import SkipReason
from core.selection import Choice, Filter, SizeBand, Standing
from core.source import Finding, parse_s3_url

Condition = ColumnElement[bool]
E = TypeVar("E", bound=StrEnum)

SKIP: ColumnElement[str | None] = case(
    (sources.c.standing == Standing.MOVING.value, SkipReason.MOVING.value),
    (sources.c.standing == Standing.ON_MUX.value, SkipReason.ON_MUX.value),
    (sources.c.gone_at.is_not(None), SkipReason.MISSING.value),
    (sources.c.kind == Kind.EMPTY.value, SkipReason.EMPTY.value),
    (sources.c.media_error.is_not(None), SkipReason.UNREADABLE.value),
    # What nobody has looked into yet may well be a video: the engine looks before it asks Mux.
    (sources.c.kind.not_in([Kind.VIDEO, Kind.HLS, Kind.UNKNOWN]), SkipReason.NOT_VIDEO.value),
    (sources.c.spare, SkipReason.SPARE.value),
    else_=None,
)
"""Why a source is left out of a batch; NULL where it is not."""


def matching(filter: Filter) -> Condition:
    """The listed sources that a filter lets through.

    Raises:
        InvalidInput: a field holds a word that there is not.
    """
    return and_(sources.c.listed, *_conditions(filter))


def chosen(choice: Choice) -> Condition:
    """The sources that an action on this choice works on; ticks under "some" stand on their own."""
    if choice.keys:
        return and_(sources.c.listed, _named(choice.keys))
    if choice.selection.mode == "some":
        return and_(sources.c.listed, ticked(choice.selection.ids))
    if choice.selection.ids:
        return and_(matching(choice.filter), ~ticked(choice.selection.ids))
    return matching(choice.filter)


def _conditions(filter: Filter) -> Iterator[Condition]:
    yield from (_contains(word) for word in filter.search.split())
    if filter.standing:
        yield sources.c.standing == _known(Standing, filter.standing).value
    if filter.course:
        yield sources.c.course_id == filter.course
    if filter.kind:
        yield sources.c.kind == _known(Kind, filter.kind).value
    if filter.size:
        least, most = _known(SizeBand, filter.size).limits_bytes
        yield sources.c.size_bytes >= least
        if most is not None:
            yield sources.c.size_bytes < most
    if filter.finding:
        yield sources.c.findings.contains([_known(Finding, filter.finding).value])


def _contains(word: str) -> Condition:
    escaped = word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    # Lower case is made by the database on both sides: its idea of it depends on its locale.
    return sources.c.haystack.like(func.lower(f"%{escaped}%"))


def ticked(chosen_ids: Collection[int]) -> Condition:
    ids = bindparam("ticked", sorted(chosen_ids), type_=ARRAY(BIGINT))
    return sources.c.id == any_(ids)


def _named(keys: tuple[str, ...]) -> Condition:
    """By key in whatever bucket, or by `s3://bucket/key`."""
    plain = [key for key in keys if not key.startswith("s3://")]
    places = [place for key in keys if key.startswith("s3://") and (place := parse_s3_url(key))]
    by_key = sources.c.key == any_(bindparam("named", plain, type_=ARRAY(TEXT)))
    by_place = tuple_(sources.c.bucket, sources.c.key).in_([(place.bucket, place.key) for place in places])
    return or_(by_key, by_place) if places else by_key


def _known(words: type[E], word: str) -> E:
    try:
        return words(word)
    except ValueError:
        hint = f"Known: {', '.join(words)}."
        raise InvalidInput(f"No filter has the value {word!r}.", hint=hint) from None
