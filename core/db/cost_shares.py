"""What lessons cost of themselves: usage of assets at effective prices, by the lessons that play them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Numeric,
    Select,
    Subquery,
    Text,
    Values,
    and_,
    any_,
    bindparam,
    column,
    func,
    literal,
    or_,
    select,
    values,
)
from sqlalchemy.dialects.postgresql import ARRAY

from core.cost_shares import CostLesson, Quantity
from core.db.cost_lessons import cost_lessons
from core.db.cost_s3 import Place, owned_parts
from core.db.hostrows import HostRows, host_rows
from core.db.known_columns import known_columns
from core.db.library_rows import Shelf
from core.db.tables import lesson_assets
from core.db.usage_assets import asset_usage
from core.db.usage_days import sku_of
from core.db.usage_s3 import s3_kept
from core.library import Reader
from core.month_costs import GROUPS, Group
from core.usage import Month, Sku, What

SKU = ("what", "quality", "tier", "storage")
OWNED = lesson_assets.c
EMPTY: ColumnElement[str] = literal("", Text)


class SqlCostShares:
    """`CostShares` on one connection."""

    def __init__(self, connection: Connection, *, host_schema: str) -> None:
        self._connection = connection
        self._schema = host_schema
        self._columns = known_columns(connection.engine, host_schema)

    def by_lesson(
        self, month: Month, *, until: datetime, prices: Mapping[Sku, Decimal]
    ) -> Mapping[str, Mapping[Group, Decimal]]:
        dear = {sku: usd for sku, usd in prices.items() if usd}
        if not dear:
            return {}
        found: defaultdict[str, dict[Group, Decimal]] = defaultdict(dict)
        for lesson_id, group, usd in self._connection.execute(_costs(month, until, dear)):
            found[lesson_id][Group(group)] = usd
        for lesson_id, one in self._in_s3(month, until):
            if usd := one.quantity * dear.get(one.sku, Decimal(0)):
                found[lesson_id][Group.S3] = found[lesson_id].get(Group.S3, Decimal(0)) + usd
        return found

    def quantities(self, lessons: Sequence[str], month: Month, *, until: datetime) -> Sequence[Quantity]:
        rows = self._connection.execute(_quantities(month, until), {"lessons": [*lessons]})
        at_mux = [Quantity(sku=sku_of(row), quantity=row.quantity) for row in rows]
        those, kept = frozenset(lessons), defaultdict[Sku, Decimal](Decimal)
        for lesson_id, one in self._in_s3(month, until):
            if lesson_id in those:
                kept[one.sku] += one.quantity
        return [*at_mux, *(Quantity(sku=sku, quantity=quantity) for sku, quantity in kept.items())]

    def lessons(self, reader: Reader) -> Sequence[CostLesson]:
        with self._columns.noticing():
            return cost_lessons(self._connection, self._shelf(), reader)

    def _in_s3(self, month: Month, until: datetime) -> Iterator[tuple[str, Quantity]]:
        """What lessons keep in S3, by what their rows name at present."""
        kept: defaultdict[Place, Decimal] = defaultdict(Decimal)
        for bucket, one in s3_kept(self._connection, month, until=until):
            if one.sku.storage:
                kept[bucket, one.sku.storage] += one.quantity
        if not kept:
            return
        with self._columns.noticing():
            owned = owned_parts(self._connection, self._shelf())
        for lesson_id, parts in owned.items():
            for (bucket, storage), part in parts.items():
                sku = Sku(what=What.S3_STORAGE, storage=storage)
                yield lesson_id, Quantity(sku=sku, quantity=kept[bucket, storage] * part)

    def _shelf(self) -> Shelf:
        return Shelf(**{name: self._rows(name) for name in ("lessons", "courses", "videos", "users")})

    def _rows(self, table: str) -> HostRows:
        return host_rows(self._schema, table, self._columns.of(self._connection, table))


def _costs(month: Month, until: datetime, prices: Mapping[Sku, Decimal]) -> Select[Any]:
    """Assets first and their lessons then: there are many days of an asset, and few lessons."""
    used, price = asset_usage(month, until=until), _prices(prices)
    is_its_price = and_(*(one == price.c[one.name] for one in _sku_of(used)))
    spent = (
        select(used.c.asset_id, price.c.kind, func.sum(used.c.quantity * price.c.usd).label("usd"))
        .join(price, is_its_price)
        .group_by(used.c.asset_id, price.c.kind)
        .cte("spent")
    )
    owners = _owners(month)
    lesson_id = func.coalesce(owners.c.lesson_id, EMPTY)
    part = func.sum(spent.c.usd / func.coalesce(owners.c.lessons, 1))
    return (
        select(lesson_id, spent.c.kind, part)
        .select_from(spent.outerjoin(owners, owners.c.asset_id == spent.c.asset_id))
        .group_by(lesson_id, spent.c.kind)
    )


def _quantities(month: Month, until: datetime) -> Select[Any]:
    """Of the bound lessons, by what a price is for."""
    used, owners = asset_usage(month, until=until), _owners(month)
    skus: list[Any] = [*_sku_of(used)]
    part = func.sum(used.c.quantity / func.coalesce(owners.c.lessons, 1)).label("quantity")
    lesson_id = func.coalesce(owners.c.lesson_id, EMPTY)
    return (
        select(*skus, part)
        .select_from(used.outerjoin(owners, owners.c.asset_id == used.c.asset_id))
        .where(lesson_id == any_(bindparam("lessons", type_=ARRAY(Text))))
        .group_by(*skus)
        .order_by(*skus)
    )


def _sku_of(used: Subquery) -> list[ColumnElement[str]]:
    """What a price is for; "" where it does not depend on a part."""
    return [func.coalesce(used.c[name], EMPTY).label(name) for name in SKU]


def _owners(month: Month) -> CTE:
    """Each lesson that played an asset on a day of the month, with how many did."""
    in_month = and_(
        OWNED.first_day <= month.last, or_(OWNED.last_day.is_(None), OWNED.last_day >= month.first)
    )
    played = select(OWNED.asset_id, OWNED.lesson_id).where(in_month).distinct().subquery()
    lessons = func.count().over(partition_by=played.c.asset_id).label("lessons")
    return select(played.c.asset_id, played.c.lesson_id, lessons).cte("owners")


def _prices(prices: Mapping[Sku, Decimal]) -> Values:
    columns = [column(name, Text) for name in (*SKU, "kind")]
    rows = [(*_parts(sku), GROUPS[sku.what].value, usd) for sku, usd in prices.items()]
    return values(*columns, column("usd", Numeric), name="price").data(rows)


def _parts(sku: Sku) -> tuple[str, str, str, str]:
    return (sku.what.value, sku.quality, sku.tier, sku.storage.value if sku.storage else "")
