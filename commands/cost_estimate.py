"""`cli.py costs estimate`: a month in round figures by a price card."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from commands.session import Command, Session, pass_session
from commands.text import table
from core import bootstrap, pricing
from core.bill import Line
from core.card_choice import is_called, named_cards
from core.plain import plain
from core.price_card import QUALITIES, TIERS, PriceCard, Vendor, named
from core.rough_month import ASSUMED, RoughCosts, RoughMonth, rough_costs
from core.usage import UNITS, Month


class Number(click.ParamType[Decimal]):
    """A number as it is written, without a float in between."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            found = Decimal(value)
        except InvalidOperation:
            self.fail(f"{value!r} is no number.", param, ctx)
        return found if found.is_finite() else self.fail(f"{value!r} is no number.", param, ctx)


NUMBER = Number()


@click.command(cls=Command)
@click.option("--hours", type=NUMBER, required=True, help="Hours of video kept at Mux all the month.")
@click.option("--views", type=NUMBER, default="0", help="Views in the month.")
@click.option("--minutes-per-view", type=NUMBER, default="0", help="Minutes that a view plays.")
@click.option("--s3-gb", type=NUMBER, help="Gigabytes kept in S3 all the month; else 30.")
@click.option("--s3-egress-gb", type=NUMBER, help="Gigabytes fetched out of S3; else 48.")
@click.option("--quality", type=click.Choice(QUALITIES), help="Mux's quality; else basic.")
@click.option("--tier", type=click.Choice(TIERS), help="Mux's resolution tier; else 1080p.")
@click.option("--card", help="A plan such as simple, or the key of a card; else the plans in use.")
@pass_session
def estimate(session: Session, /, card: str | None, **said: Any) -> None:
    """What so many hours and views would cost this month; no usage is needed."""
    given = {name: value for name, value in said.items() if value is not None}
    assumed = {name: value for name, value in ASSUMED.items() if name not in given}
    month = Month.of(bootstrap.now().date())
    cards = _cards(session, card, month)
    found = rough_costs(RoughMonth(**{**assumed, **given}), cards, month=month)
    session.show(_told(found, cards, assumed, month), lambda: _text(found, cards, assumed))


def _cards(session: Session, name: str | None, month: Month) -> Sequence[PriceCard]:
    """No database is needed where Lectern brings cards of that name for both vendors."""
    own = bootstrap.built_in_cards()
    if name and {card.vendor for card in own if is_called(card, name)} == set(Vendor):
        return named_cards(name, own, [], month)
    if name:
        return pricing.cards_named(name, month, services=session.services)
    return pricing.cards_in_use(month, services=session.services)


def _told(
    found: RoughCosts, cards: Sequence[PriceCard], assumed: Mapping[str, Any], month: Month
) -> Mapping[str, Any]:
    """As JSON, money as text."""
    return {
        "month": str(month),
        "mux_usd": found.mux_usd,
        "s3_usd": found.s3_usd,
        "total_usd": found.total_usd,
        "once_usd": found.once_usd,
        "cards": [card.key for card in cards],
        "assumptions": assumed,
        "lines": [_line(line) for line in found.bill.lines],
    }


def _line(line: Line) -> Mapping[str, Any]:
    unit = UNITS[line.sku.what] if line.sku else "month"
    figures = {"quantity": line.quantity, "usd": line.usd, "amount_usd": line.amount_usd}
    return {**plain(line), "unit": unit, **{name: f"{value:f}" for name, value in figures.items()}}


def _text(found: RoughCosts, cards: Sequence[PriceCard], assumed: Mapping[str, Any]) -> str:
    lines = [_row(line) for line in found.bill.lines]
    return "\n".join(
        [
            table(("what", "quantity", "unit", "usd", "amount_usd"), lines),
            f"Mux ${found.mux_usd:,}, S3 ${found.s3_usd:,}, together ${found.total_usd:,} a month.",
            f"Making the videos costs ${found.once_usd:,} once, which is not in it.",
            f"By {' and '.join(f'“{card.name}” of {card.source_date}' for card in cards)}.",
            *(
                [f"Assumed: {', '.join(f'{name} {value}' for name, value in assumed.items())}."]
                if assumed
                else []
            ),
        ]
    )


def _row(line: Line) -> Sequence[object]:
    what = f"{named(line.sku)}{' (free)' if line.kind == 'free' else ''}" if line.sku else line.kind.value
    unit = UNITS[line.sku.what] if line.sku else ""
    return (what, f"{line.quantity:,f}", unit, f"{line.usd:f}", f"{line.amount_usd:,.4f}")
