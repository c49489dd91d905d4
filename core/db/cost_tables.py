"""What costs are worked out from, and what is kept of them: a part of a transaction."""

from sqlalchemy import Connection

from core.advice_finds import AdviceRecords
from core.batch_cost import BatchCosts
from core.budget_alert import Budgets
from core.db.advice import SqlAdviceRecords
from core.db.batch_costs import SqlBatchCosts
from core.db.budgets import SqlBudgets
from core.db.prices import SqlPrices
from core.db.usage import SqlUsage
from core.db.usage_past import SqlUsagePast
from core.prices import Prices
from core.usage_past import UsagePast
from core.usage_records import UsageRecords


class CostTables:
    """On the transaction's one connection."""

    def __init__(self, connection: Connection) -> None:
        self.past: UsagePast = SqlUsagePast(connection)
        self.advice: AdviceRecords = SqlAdviceRecords(connection)
        self.prices: Prices = SqlPrices(connection)
        self.usage: UsageRecords = SqlUsage(connection)
        self.budgets: Budgets = SqlBudgets(connection)
        self.batch_costs: BatchCosts = SqlBatchCosts(connection)
