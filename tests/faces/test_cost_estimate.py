"""`cli.py costs estimate`: a month in round figures, against sums done by hand."""

import json
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner, Result

from cli import main
from commands.session import Session
from tests.faces.memory import services
from tests.fake_prices import FakePrices
from tests.price_lists import ALWAYS

HUNDRED_HOURS = ("--hours", "100", "--views", "1000", "--minutes-per-view", "17")


def no_database() -> NoReturn:
    raise AssertionError("round figures by Lectern's own cards need no database")


def with_cards() -> Any:
    """Services whose transactions know prices alone."""

    @contextmanager
    def uow(_name: str) -> Any:
        yield SimpleNamespace(prices=FakePrices())

    return replace(services(), uow=uow, built_in_cards=ALWAYS)


def estimate(*words: str, make: Any = no_database) -> Result:
    return CliRunner().invoke(main, ("costs", "estimate", *words), obj=Session(make))


def test_a_hundred_hours_cost_52_01_by_the_simple_card() -> None:
    said = (*HUNDRED_HOURS, "--s3-gb", "30", "--s3-egress-gb", "48", "--card", "simple", "--json")
    answer = json.loads(estimate(*said).stdout)
    # 6,000 min x 0.005 = 30; 17,000 min x 0.001 = 17; 30 GB x 0.023 = 0.69; 48 GB x 0.09 = 4.32
    assert [answer[name] for name in ("mux_usd", "s3_usd", "total_usd")] == ["47.00", "5.01", "52.01"]
    assert [line["amount_usd"] for line in answer["lines"]] == ["30.000", "17.000", "0.690", "4.32"]
    assert answer["assumptions"] == {"quality": "basic", "tier": "1080p"}


def test_what_is_assumed_of_s3_is_said() -> None:
    answer = json.loads(estimate(*HUNDRED_HOURS, "--card", "simple", "--json").stdout)
    assert answer["total_usd"] == "52.01"
    assert answer["assumptions"] == {"s3_gb": "30", "s3_egress_gb": "48", "quality": "basic", "tier": "1080p"}
    text = estimate(*HUNDRED_HOURS, "--card", "simple").stdout
    assert "Mux $47.00, S3 $5.01, together $52.01 a month." in text
    assert "Assumed: s3_gb 30, s3_egress_gb 48, quality basic, tier 1080p." in text


def test_without_a_card_the_plans_in_use_say_the_price() -> None:
    said = (*HUNDRED_HOURS, "--quality", "plus", "--s3-gb", "0", "--s3-egress-gb", "0", "--json")
    answer = json.loads(estimate(*said, make=with_cards).stdout)
    # 6,000 x 0.003 = 18, 17,000 min are free, and the credit of 20 pays 18.
    # Making it: 5,000 x 0.03125 = 156.25 and 1,000 x 0.029688 = 29.688.
    assert (answer["mux_usd"], answer["total_usd"], answer["once_usd"]) == ("0.00", "0.00", "185.94")
    assert [line["kind"] for line in answer["lines"]] == ["usage", "free", "credit"]


def test_a_plan_of_one_vendor_leaves_the_other_as_it_is() -> None:
    answer = json.loads(estimate("--hours", "1", "--card", "launch", "--json", make=with_cards).stdout)
    assert answer["cards"] == ["mux-2026-03-09-launch", "s3-us-east-1-2026-09-20"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--hours", "-1", "--card", "simple"), "hours is from 0 to 1,000,000,000"),
        (
            ("--hours", "1", "--card", "vimeo"),
            "No price card is called “vimeo”. Plans are launch, pay as you go,",
        ),
    ],
)
def test_figures_that_nobody_has_are_refused(words: tuple[str, ...], says: str) -> None:
    result = estimate(*words, make=with_cards)
    assert result.exit_code == 1
    assert says in result.stderr


def test_a_word_is_no_number() -> None:
    result = estimate("--hours", "many", "--card", "simple")
    assert result.exit_code == 2
    assert "'many' is no number" in result.stderr
