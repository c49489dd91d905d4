"""Which copies at Mux are taken again instead of being made anew, for one item and for a whole choice."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    union,
)
from sqlalchemy import bindparam as bind
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT

from core.asset import Asset, AssetStatus, Policy
from core.db.choosing import SKIP
from core.db.rows import asset_of
from core.db.straight import run
from core.db.tables import asset_sources as uses
from core.db.tables import assets, batches, discards, items, sources
from core.kind import Kind
from core.migration import Options, PolicyRule
from core.source import Finding

s = sources.c
Condition = ColumnElement[bool]
BESIDE: Sequence[str] = ("mode", "policy", "test", "budget")
"""Options that do not show in what is made. The policy is the asset's own."""

IN_USE = uses.c.released_at.is_(None)
USABLE = and_(
    assets.c.status == AssetStatus.READY.value,
    ~assets.c.test,
    ~exists().where(discards.c.asset_id == assets.c.id),
)
HAS_EQUALS = and_(s.findings.contains([Finding.MAYBE_DUPLICATE.value]), s.kind != Kind.HLS.value)
EARLIER, MADE_BY, OTHER = items.alias("earlier"), batches.alias("made_by"), sources.alias("other")


def _shown(options: ColumnElement[object]) -> ColumnElement[object]:
    """Of a batch's options those that show in what is made."""
    return options.op("-")(cast(list(BESIDE), ARRAY(TEXT)))


def _made_alike(options: ColumnElement[object]) -> Condition:
    """Whether the asset was made, or used, under options that come to the same."""
    return (
        exists()
        .where(EARLIER.c.asset_id == assets.c.id, MADE_BY.c.id == EARLIER.c.batch_id)
        .where(_shown(MADE_BY.c.options) == _shown(options))
    )


READY = (
    select(assets)
    .select_from(items)
    .join(batches, batches.c.id == items.c.batch_id)
    .join(uses, and_(uses.c.source_id == items.c.source_id, uses.c.etag == items.c.etag))
    .join(assets, assets.c.id == uses.c.asset_id)
    .where(items.c.id == bind("item_id"), ~items.c.test, USABLE)
    .where(or_(IN_USE, and_(assets.c.policy == bind("policy"), _made_alike(batches.c.options))))
    .order_by(uses.c.released_at.desc().nulls_first())
    .limit(1)
)


def ready_copy(connection: Connection, item_id: UUID, *, policy: Policy) -> Asset | None:
    """The adopted asset of the item's source version, else the newest that a rollback kept."""
    row = run(connection, READY, item_id=item_id, policy=policy.value).fetchone()
    return None if row is None else asset_of(row)


def taken_again(options: Options, among: Condition) -> Select[tuple[int]] | CompoundSelect[tuple[int]]:
    """Sources of which a batch under these options makes no copy, because one is there: `id`, each once.

    Equal size and ETag pass for equal bytes here; before the engine takes such a copy, it compares hashes.
    """
    if options.test:
        return select(s.id).where(false())
    wanted = _policy(options.policy)
    in_question = and_(among, SKIP.is_(None))
    of_its_own = (
        select(s.id)
        .join(uses, and_(uses.c.source_id == s.id, uses.c.etag == s.etag))
        .join(assets, assets.c.id == uses.c.asset_id)
        .where(in_question, USABLE)
    )
    alike = _made_alike(literal(options.as_json(), JSONB))
    of_equal_bytes = (
        select(s.id)
        .join(OTHER, and_(OTHER.c.etag == s.etag, OTHER.c.object_bytes == s.object_bytes, OTHER.c.id != s.id))
        .join(uses, and_(uses.c.source_id == OTHER.c.id, uses.c.etag == OTHER.c.etag, IN_USE))
        .join(assets, and_(assets.c.id == uses.c.asset_id, assets.c.policy == wanted))
        .where(in_question, USABLE, HAS_EQUALS, OTHER.c.gone_at.is_(None), OTHER.c.part_of.is_(None))
    )
    # Asked apart: behind an OR, the options of every copy would be compared one by one.
    kept = of_its_own.where(~IN_USE, assets.c.policy == wanted, alike)
    return union(of_its_own.where(IN_USE), kept, of_equal_bytes, _but_the_first(in_question, wanted))


def _but_the_first(in_question: Condition, wanted: ColumnElement[str]) -> Select[tuple[int]]:
    """Of equal files in one batch one is copied, and the others wait for that copy."""
    place = func.row_number().over(partition_by=(s.etag, s.object_bytes, wanted), order_by=s.id)
    equals = select(s.id, place.label("place")).where(in_question, HAS_EQUALS).subquery()
    return select(equals.c.id).where(equals.c.place > 1)


def _policy(rule: PolicyRule) -> ColumnElement[str]:
    """The policy that a source's copy gets."""
    if rule is not PolicyRule.AUTO:
        return literal(Policy(rule.value).value)
    return case((s.is_public, Policy.PUBLIC.value), else_=Policy.SIGNED.value)
