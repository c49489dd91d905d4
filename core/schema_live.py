"""What goes on in the host's database at this moment: whom a change of the schema would meet."""

from dataclasses import dataclass

LONG_S = 5.0
"""A transaction that has run longer than this may keep a change waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which database this is. `host` is as the server names itself; empty over a local socket."""

    database: str
    host: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSize:
    """All figures are what PostgreSQL noted when it last looked through the table; 0 before that."""

    table: str
    rows: int
    size_bytes: int
    index_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """An open transaction. `tables` are those of ours that it holds; `idle`: it waits for its program."""

    pid: int
    who: str
    seconds: float
    idle: bool
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiter:
    """A process that waits for a lock on one of the tables, and the processes that hold it. `seconds` is None
    where our role may not look into its session."""

    pid: int
    who: str
    seconds: float | None
    blocked_by: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """An index being built. `share` is 0–1 of the present phase, None where PostgreSQL gives no figure."""

    table: str
    phase: str
    share: float | None
    waits_for: int | None
    """The process whose transaction has to end first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replica:
    name: str
    lag_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """One look at the server."""

    place: Place
    sees_all: bool = True
    """Whether our role may look into every session that is there. What it may not (it is of a role that ours
    has not, and ours has no pg_read_all_stats) is left out: transactions and builds."""
    sizes: tuple[TableSize, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    waiters: tuple[Waiter, ...] = ()
    builds: tuple[Build, ...] = ()
    replicas: tuple[Replica, ...] = ()

    @property
    def in_the_way(self) -> tuple[Transaction, ...]:
        """Long transactions that hold one of the tables: a change gives way to them."""
        return tuple(one for one in self.transactions if one.tables and one.seconds >= LONG_S)
