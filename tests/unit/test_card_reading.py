"""Price cards as people write them: what is read of them, and what is wrong, said with its place."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pytest

from core.card_choice import PlanInUse, in_use, in_use_on, obstacles, plan_on
from core.card_reading import WrongCard, read_card
from core.errors import UnknownPrice
from core.price_card import PriceCard, Step, Vendor, skus
from core.usage import Month, Sku, StorageClass, What
from tests.price_lists import CARDS, LAUNCH, PAY_AS_YOU_GO, S3, SCALE, SIMPLE_MUX, SIMPLE_S3, steps

HEAD = """
key = "acme-2027"
name = "Mux, our contract"
vendor = "mux"
plan = "contract"
source = "Contract of 2 January 2027"
source_date = 2027-01-02
valid_from = 2027-02-01
"""
STORED = """
[[price]]
what = "storage"
quality = ["basic", "plus"]
storage = "standard"
up_to = [50_000]
usd.720p = [0.002, 0.0015]
usd.1080p = [0.0025, 0.002]
"""


def stored(quality: str, tier: str) -> Sku:
    return Sku(what=What.STORAGE, quality=quality, tier=tier, storage=StorageClass.STANDARD)


def test_a_card_is_read_as_it_is_written() -> None:
    text = (
        HEAD
        + 'valid_to = 2027-12-31\nfee_usd = 250\nremarks = ["Signed."]\n[free]\ndelivery = 1000\n'
        + STORED
    )
    sd, hd = steps(("50000", "0.002"), (None, "0.0015")), steps(("50000", "0.0025"), (None, "0.002"))
    assert read_card(text, author="dana") == PriceCard(
        key="acme-2027",
        name="Mux, our contract",
        vendor=Vendor.MUX,
        plan="contract",
        source="Contract of 2 January 2027",
        source_date=date(2027, 1, 2),
        valid_from=date(2027, 2, 1),
        valid_to=date(2027, 12, 31),
        prices={
            stored("basic", "720p"): sd,
            stored("basic", "1080p"): hd,
            stored("plus", "720p"): sd,
            stored("plus", "1080p"): hd,
        },
        free={What.DELIVERY: Decimal(1000)},
        fee_usd=Decimal(250),
        credit_usd=Decimal(0),
        author="dana",
        remarks=("Signed.",),
    )


def test_the_card_that_the_document_about_costs_shows_can_be_read() -> None:
    told = (Path(__file__).parents[2] / "docs" / "costs.md").read_text("utf-8")
    shown = re.search(r"^    key = .*?(?=^\S)", told, re.DOTALL | re.MULTILINE)
    assert shown
    found = read_card(dedent(shown[0]))
    assert (found.plan, found.fee_usd, found.free[What.DELIVERY]) == ("contract", 250, 100_000)
    assert found.prices[stored("plus", "1080p")] == steps(("50000", "0.0025"), (None, "0.0022"))


def test_any_stands_for_each_of_them() -> None:
    text = HEAD + '[[price]]\nwhat = "delivery"\nquality = "any"\nusd.any = 0.001\n'
    prices = read_card(text).prices
    assert len(prices) == 15, "three qualities in five tiers"
    assert set(prices.values()) == {(Step(up_to=None, usd=Decimal("0.001")),)}


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("key = ", ["It is not TOML: Invalid value (at end of document)."]),
        (HEAD, ["There is no [[price]] in it."]),
        (
            HEAD.replace('source = "Contract of 2 January 2027"\n', "").replace(
                "source_date = 2027-01-02\n", ""
            )
            + STORED,
            ["“source” is missing.", "“source_date” is missing."],
        ),
        (
            HEAD.replace("2027-02-01", '"soon"') + STORED,
            ["“valid_from” is no date; write it as 2026-03-09, without quotes."],
        ),
        (
            HEAD + "valid_to = 2027-01-31\n" + STORED,
            ["It ends on 2027-01-31, before it begins on 2027-02-01."],
        ),
        (HEAD.replace("acme-2027", "Acme!") + STORED, ["“key” has other characters"]),
        (HEAD.replace('"mux"', '"vimeo"') + STORED, ["Unknown vendor “vimeo”; a card is of mux or aws."]),
        (HEAD.replace('"mux"', '"any"') + STORED, ["Unknown vendor “any”; a card is of mux or aws."]),
        (
            HEAD + "fee_usd = -5\ncredit = 20\n" + STORED,
            ["“fee_usd” is below zero: -5.", "“credit” is not known."],
        ),
        (HEAD + "[free]\nviews = 3\n" + STORED, ["Free: “views” is not known."]),
        (
            HEAD + STORED.replace('"storage"', '"storing"'),
            ["Price 1: unknown what “storing”; known are input,"],
        ),
        (
            HEAD + STORED.replace("720p", "480p"),
            ["Price 1 (storage): unknown tier “480p”; known are audio-only,"],
        ),
        (HEAD + STORED.replace('"basic"', '"smart"'), ["Price 1 (storage): unknown quality “smart”;"]),
        (HEAD + STORED.replace('"standard"', '"glacier"'), ["Price 1 (storage): unknown storage “glacier”;"]),
        (
            HEAD + STORED.replace("[50_000]", "[50_000, 50_000]"),
            [
                "Price 1 (storage): the steps of “up_to” are out of order: 50000, 50000.",
                "Price 1 (storage): “usd.720p” has 2 prices, but “up_to” makes 3 steps.",
                "Price 1 (storage): “usd.1080p” has 2 prices, but “up_to” makes 3 steps.",
            ],
        ),
        (
            HEAD + STORED.replace("0.002,", "-0.002,"),
            ["Price 1 (storage): “usd.720p” is below zero: -0.002."],
        ),
        (
            HEAD + STORED.replace("0.002,", "20,"),
            ["Price 1 (storage): “usd.720p” is absurd: 20 is more than 10."],
        ),
        (HEAD + STORED.replace("0.002,", "nan,"), ["Price 1 (storage): “usd.720p” is no number: NaN."]),
        (HEAD + STORED.replace("0.002,", '"free",'), ["Price 1 (storage): “usd.720p” is no number: free."]),
        (HEAD + STORED + STORED, ["Price 2 (storage): storage basic 720p standard has a price already."]),
        (
            HEAD + STORED + '[[price]]\nwhat = "delivery"\nquality = "plus"\n',
            ["Price 2 (delivery): “usd” is missing; it is given by tier, such as usd.1080p = 0.003."],
        ),
        (
            HEAD.replace('"mux"', '"aws"') + STORED,
            ["Price 1: unknown what “storage”; known are s3 storage, s3 egress, s3 reads, s3"],
        ),
        (
            HEAD + STORED.replace("0.002,", "1e-99,"),
            ["Price 1 (storage): “usd.720p” has more than 12 decimals."],
        ),
        (HEAD + STORED.replace('["basic", "plus"]', "[]"), ["Price 1 (storage): “quality” is missing."]),
        (HEAD + STORED + "usd.any = [1, 1]\n", ["Price 1 (storage): “usd” names a tier twice."]),
        (HEAD + "fee_usd = " + "9" * 5_000 + STORED, ["It is not TOML: Exceeds the limit"]),
        (HEAD.replace("Mux, our", "Mux\\u0000") + STORED, ["“name” is no text of 1 to 500 characters"]),
        (HEAD + f'remarks = ["{"x" * 501}", 7]\n' + STORED, ["“remarks” is no text of 1 to 500"] * 2),
        (HEAD + "x = 1\n" * 20_000, ["It is too long: 120,"]),
    ],
)
def test_what_is_wrong_with_a_card_is_said_with_its_place(text: str, faults: list[str]) -> None:
    with pytest.raises(WrongCard) as caught:
        read_card(text)
    found = caught.value.faults
    assert [said for said, fault in zip(found, faults, strict=False) if not said.startswith(fault)] == []
    assert len(found) >= len(faults)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(WrongCard) as caught:
        read_card(
            'key = "x"\nvendor = 3\n[[price]]\nwhat = "storage"\n[[price]]\nwhat = "input"\nusd.1080p = 99\n'
        )
    assert len(caught.value.faults) >= 10


def test_what_the_cards_of_lectern_ask_for_a_month() -> None:
    asked = {key: (card.fee_usd, card.credit_usd) for key, card in CARDS.items()}
    assert asked == {
        PAY_AS_YOU_GO.key: (0, 20),
        LAUNCH.key: (20, 100),
        SCALE.key: (500, 1000),
        S3.key: (0, 0),
        SIMPLE_MUX.key: (0, 0),
        SIMPLE_S3.key: (0, 0),
    }


@pytest.mark.parametrize("card", CARDS.values(), ids=lambda card: card.key)
def test_a_card_of_lectern_has_a_price_for_everything_of_its_vendor(card: PriceCard) -> None:
    kinds = [what for what in What if what.value.startswith("s3") == (card.vendor is Vendor.AWS)]
    assert set(card.prices) == {sku for what in kinds for sku in skus(what)}
    assert card.source
    assert card.remarks


def plan(name: str, since: date) -> PlanInUse:
    return PlanInUse(vendor=Vendor.MUX, plan=name, since=since)


JUNE = Month(2026, 6)


def test_until_another_plan_is_chosen_the_usual_one_is_in_use() -> None:
    assert in_use(list(CARDS.values()), [], JUNE) == [PAY_AS_YOU_GO, S3]


def test_a_month_in_which_the_plan_changes_has_two_cards() -> None:
    chosen = [plan("launch", date(2026, 6, 16)), plan("scale", date(2026, 7, 1))]
    first, second, _ = in_use(list(CARDS.values()), chosen, JUNE)
    assert (first.key, first.valid_to) == (PAY_AS_YOU_GO.key, date(2026, 6, 15))
    assert (second.key, second.valid_from, second.valid_to) == (
        LAUNCH.key,
        date(2026, 6, 16),
        date(2026, 6, 30),
    )
    assert plan_on(Vendor.MUX, date(2026, 6, 15), chosen).plan == "pay as you go"
    assert plan_on(Vendor.MUX, date(2026, 6, 16), chosen).plan == "launch"


def test_a_newer_card_of_the_plan_ends_one_that_was_valid_until_further_notice() -> None:
    newer = replace(PAY_AS_YOU_GO, key="newer", valid_from=date(2026, 6, 11))
    first, second, _ = in_use([newer, *CARDS.values()], [], JUNE)
    assert [(one.key, one.valid_to) for one in (first, second)] == [
        (PAY_AS_YOU_GO.key, date(2026, 6, 10)),
        ("newer", None),
    ]
    assert [card.key for card in in_use_on([newer, *CARDS.values()], [], date(2026, 6, 10))] == [
        PAY_AS_YOU_GO.key,
        S3.key,
    ]


def test_a_month_without_a_card_is_named() -> None:
    with pytest.raises(UnknownPrice, match=r"No price card of Mux covers February 2026\."):
        in_use(list(CARDS.values()), [], Month(2026, 2))


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"key": "newer", "valid_from": date(2027, 1, 1)}, []),
        (
            {"key": "newer"},
            ["“Mux, pay as you go” is a card of the same plan “pay as you go” from 2026-03-01 on"],
        ),
        ({"valid_from": date(2027, 1, 1)}, ["The key “mux-2026-03-09-pay-as-you-go” is taken"]),
        ({"key": "older", "valid_from": date(2026, 1, 1), "valid_to": date(2026, 2, 28)}, []),
        (
            {"key": "older", "valid_from": date(2026, 1, 1), "valid_to": date(2026, 3, 1)},
            ["“Mux, pay as you go” is a card of the same plan"],
        ),
        ({"key": "other", "plan": "contract"}, []),
    ],
)
def test_two_cards_of_a_plan_do_not_share_a_day(facts: dict[str, object], says: list[str]) -> None:
    card = replace(PAY_AS_YOU_GO, **facts)  # type: ignore[arg-type]
    found = obstacles(card, list(CARDS.values()))
    assert len(found) == len(says)
    assert all(said.startswith(say) for said, say in zip(found, says, strict=True))
