"""What Mux bills, taken in a CSV a day, and compared with what Lectern counts."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from core import usage_reading
from core.access import SYSTEM, Person, Role
from core.billed import BilledColumn
from core.billed_comparing import compare_billed
from core.billed_reading import BEING_MADE, NONE, OFF
from core.errors import NotAllowed, Refused
from core.upkeep import Environment
from core.usage import Month
from tests.integration.usage.delivering import NOW, Deliveries, over, row
from tests.integration.usage.test_reading import kept

FINN = Person(subject="f", email="finn@school.test", roles=frozenset({Role.FINANCE}))
MARCH = Month(2026, 3)
EIGHTH, NINTH = date(2026, 3, 8), date(2026, 3, 9)
HEAD = (
    "asset_id,environment_id,creator_id,delivery_plus_1080p_minutes,storage_basic_720p_minutes,drm_licences\n"
)
ROWS = "SELECT name, quantity, assets FROM billed_days WHERE day = '2026-03-08' ORDER BY 1"


def read(services: Any) -> usage_reading.ReadUsage:
    """Of March, which is enough."""
    return usage_reading.read_usage(by=SYSTEM, services=services, since=MARCH.first)


def test_of_two_that_take_in_the_same_bill_one_waits_for_the_other(uow, engine: Engine):
    columns = [BilledColumn(name="input_plus_720p_minutes", quantity=Decimal(7), assets=1)]

    def put() -> None:
        with uow("test.put") as tx:
            tx.usage.put_billed(EIGHTH, columns)
            tx.commit()

    with ThreadPoolExecutor(1) as pool:
        with uow("test.put") as tx:
            tx.usage.put_billed(EIGHTH, columns)
            other = pool.submit(put)
            wait([other], timeout=0.5)
            tx.commit()
        other.result(timeout=10)
    assert kept(engine, ROWS) == [("input_plus_720p_minutes", Decimal(7), 1)]


def test_a_days_rows_are_summed_by_column_and_strange_columns_are_named(uow, engine: Engine):
    csv = f"{HEAD}a,env-1,,1.5,10,3\nb,env-1,ada,2,0,0\nc,env-2,,100,100,100\n"
    mux = Deliveries([row(seconds=210)], csvs={EIGHTH: csv})
    with uow("test") as tx:
        tx.upkeep.note_environment(Environment(id="env-1", name="Production"))
        tx.commit()
    found = read(over(uow, mux)).exports
    assert (found.days, found.unknown, found.others, found.why_none) == (1, ["drm_licences"], 1, "")
    assert [tuple(one) for one in kept(engine, ROWS)] == [
        ("delivery_plus_1080p_minutes", 3.5, 2),
        ("drm_licences", 3, 1),
        ("storage_basic_720p_minutes", 10, 1),
    ]


def test_a_csv_is_fetched_once(uow):
    mux = Deliveries([row()], csvs={EIGHTH: HEAD, NINTH: HEAD})
    read(over(uow, mux))
    read(over(uow, mux, now=NOW + timedelta(hours=1)))
    assert mux.opened == [NINTH, EIGHTH]


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        (Refused("Forbidden.", status=403), OFF),
        (Refused("Precondition failed.", status=412), BEING_MADE),
        (None, NONE),
    ],
)
def test_that_there_are_no_exports_is_said_and_no_failure(uow, trouble, why):
    mux = Deliveries([row()], no_exports=trouble)
    assert read(over(uow, mux)).exports.why_none == why
    assert usage_reading.freshness(services=over(uow, mux)).error is None


def test_the_newest_csv_keeps_the_older_ones_not_back_while_it_is_made(uow, engine):
    mux = Deliveries([row()], csvs={date(2026, 3, 1): HEAD}, being_made=NINTH)
    assert read(over(uow, mux)).exports.days == 1


@pytest.mark.parametrize(
    ("csv", "why"),
    [
        (
            HEAD + "a,env-1,,-1,0,0\n",
            "Line 2 of Mux's billing export says “-1” for delivery_plus_1080p_minutes.",
        ),
        (HEAD + "a,env-1,,1,0,0\nb,,,much,0,0\n", "Line 3 of Mux's billing export says “much”"),
        ("<html>Sign in</html>", "does not tell of assets"),
        ("", "does not tell of assets"),
        ("asset_id,x,x\na,1,2", "does not tell of assets"),
        ("asset_id,x\na," + "9" * 200_000, "is no CSV"),
    ],
)
def test_a_csv_that_cannot_be_is_kept_out_and_told_and_the_others_come(uow, csv, why):
    mux = Deliveries([row()], csvs={NINTH: csv, EIGHTH: HEAD})
    found = read(over(uow, mux)).exports
    assert found.days == 1
    assert why in found.refused[NINTH]
    fresh = usage_reading.freshness(services=over(uow, mux))
    assert str(fresh.error).startswith("2026-03-09: ")
    assert fresh.is_partly


def test_a_difference_is_told_with_why(uow):
    head = "asset_id,delivery_plus_1080p_minutes,input_plus_1080p_minutes\n"
    mux = Deliveries([row(seconds=600)], csvs={EIGHTH: f"{head}a,10.05,0\n", NINTH: f"{head}a,14,30\n"})
    mux.of_days = {NINTH: [row(seconds=-1)]}
    read(over(uow, mux))
    eighth, ninth = compare_billed(MARCH, by=FINN, services=over(uow, mux))
    # 600 s are 10 min; 0.05 of a minute is no difference.
    assert [line.sentence for line in eighth.lines] == ["Mux bills 10 min delivered, Lectern counts 10."]
    assert [line.sentence for line in ninth.lines] == [
        "Mux bills 14 min delivered, Lectern counts 0: 14 min more. Mux may have counted more, or less, "
        "after Lectern read the day for the last time.",
        "Mux bills 30 min made, Lectern counts 0: 30 min more. Mux may bill an asset on another day than "
        "that of its creation.",
    ]


def test_a_hole_explains_what_was_not_counted(uow, engine):
    mux = Deliveries([row()], csvs={NINTH: "asset_id,delivery_plus_1080p_minutes\na,14\n"})
    mux.of_days = {NINTH: [row(seconds=-1)]}
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO assets (id, status, created_at, test, error_messages, tracks, static_renditions, "
            "seen_at) VALUES ('a', 'ready', %s, false, '[]', '[]', '[]', now())",
            (datetime(2026, 1, 1, tzinfo=UTC),),
        )
    read(over(uow, mux))
    (ninth,) = compare_billed(MARCH, by=FINN, services=over(uow, mux))
    assert [line.sentence for line in ninth.lines] == [
        "Mux bills 14 min delivered, Lectern counts 0: not all deliveries of this day were taken in."
    ]


def test_what_is_billed_is_for_those_who_may_see_costs(uow):
    tess = Person(subject="t", email="tess@school.test", roles=frozenset({Role.TEACHER, Role.OPS}))
    with pytest.raises(NotAllowed):
        compare_billed(MARCH, by=tess, services=over(uow, Deliveries()))
