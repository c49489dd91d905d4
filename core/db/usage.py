"""What is charged for: sums over the whole school, of what each asset used and of what lay in S3."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from core.billed import BilledColumn
from core.db.tables import billed_days
from core.db.usage_assets import BILLED, KNOWN, asset_usage, within
from core.db.usage_days import basis_of, by_date, of_days, sku_of
from core.db.usage_delivery import SqlDeliveryDays
from core.db.usage_renditions import note_renditions
from core.db.usage_s3 import SqlS3Days, s3_usage
from core.db.usage_s3_gaps import s3_gaps
from core.usage import Basis, Month, Sku, Usage
from core.usage_records import LeftOut, UsageRecords

NAMED = 5
BILL = billed_days.c

# Nothing is known of an asset that is still being made, nor of one that was deleted before it was.
LEFT_OUT = text(f"""
SELECT count(*) AS assets, (array_agg(id ORDER BY created_at, id))[1:{NAMED}] AS named
FROM assets
WHERE {BILLED} AND NOT ({KNOWN}) AND (status = 'ready' OR ready_at IS NOT NULL OR duration_s IS NOT NULL)
    AND coalesce(created_at, ready_at, seen_at) < :end_at AND (deleted_at IS NULL OR deleted_at >= :start_at)
""")  # noqa: S608 - of our own words alone


class SqlUsage(SqlDeliveryDays, SqlS3Days, UsageRecords):
    """Fills `UsageRecords`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def month_usage(self, month: Month, *, until: datetime) -> Sequence[Usage]:
        used = asset_usage(month, until=until).c
        thing = (used.what, used.quality, used.tier, used.storage)
        query = select(*thing, func.sum(used.quantity).label("quantity")).group_by(*thing)
        found: dict[tuple[Sku, Basis], Decimal] = defaultdict(Decimal)
        for row in self._connection.execute(query):
            sku = sku_of(row)
            found[sku, basis_of(sku.what)] += row.quantity
        for one in s3_usage(self._connection, month, until=until):
            found[one.sku, one.basis] += one.quantity
        last = max(min(until.date(), month.last), month.first)
        return [
            Usage(sku=sku, quantity=quantity, first=month.first, last=last, basis=basis)
            for (sku, basis), quantity in sorted(found.items(), key=repr)
            if quantity
        ]

    def by_day(self, month: Month, *, until: datetime) -> Mapping[date, Sequence[Usage]]:
        at_mux = of_days(self._connection, month, until=until)
        return by_date([*at_mux, *s3_usage(self._connection, month, until=until)])

    def left_out(self, month: Month, *, until: datetime) -> LeftOut:
        asked = within(month, until)
        row = self._connection.execute(LEFT_OUT, {name: asked[name] for name in ("start_at", "end_at")}).one()
        gaps = s3_gaps(self._connection, month, until=until)
        return LeftOut(assets=row.assets, named=row.named or (), s3=gaps)

    def note_renditions(self, at: datetime) -> None:
        note_renditions(self._connection, at)

    def put_billed(self, day: date, columns: Sequence[BilledColumn]) -> None:
        self._alone()
        self._connection.execute(delete(billed_days).where(BILL.day == day))
        rows = [
            {"day": day, "name": one.name, "quantity": one.quantity, "assets": one.assets} for one in columns
        ]
        if rows:
            self._connection.execute(insert(billed_days), rows)

    def billed(self, first: date, last: date) -> dict[date, Sequence[BilledColumn]]:
        query = select(billed_days).where(BILL.day.between(first, last)).order_by(BILL.day, BILL.name)
        found: dict[date, list[BilledColumn]] = defaultdict(list)
        for row in self._connection.execute(query):
            found[row.day].append(BilledColumn(name=row.name, quantity=row.quantity, assets=row.assets))
        return dict(found)
