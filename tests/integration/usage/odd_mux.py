"""A server that tells usage and bills as Mux does, but for one thing."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from click.testing import CliRunner

from cli import main
from commands.session import Session
from core.mux.api import MuxApi
from core.ports import UnitOfWork
from tests.integration.serving import Asked, Reply, serving
from tests.integration.usage.delivering import NOW, over, row

DELIVERIES, EXPORTS, CSVS = "/video/v1/delivery-usage", "/system/v1/usage/exports", "/csv/"
HEAD = "asset_id,environment_id,creator_id,delivery_plus_1080p_minutes\n"

Page = Callable[[Sequence[Mapping[str, Any]], int], Reply]


@dataclass
class OddMux:
    """`odd` answers by day, page by page: it is given what Mux would tell of the day, and the page. `csv`
    answers for a day's bill."""

    url: str = ""
    rows: Sequence[Mapping[str, Any]] = field(default_factory=lambda: [row("a"), row("b", 30)])
    odd: dict[date, Page] = field(default_factory=dict)
    csv: dict[date, Reply] = field(default_factory=dict)
    asked: list[tuple[date, int]] = field(default_factory=list)

    def answer(self, asked: Asked) -> Reply:
        address = urlsplit(asked.path)
        query = parse_qs(address.query)
        if address.path == DELIVERIES:
            return self._deliveries(query)
        if address.path == EXPORTS:
            return self._exports()
        return self.csv[date.fromisoformat(address.path.removeprefix(CSVS))]

    def _deliveries(self, query: Mapping[str, Sequence[str]]) -> Reply:
        day = datetime.fromtimestamp(int(query["timeframe[]"][0]), UTC).date()
        page = int(query["page"][0])
        self.asked.append((day, page))
        return self.odd.get(day, told)(self.rows, page)

    def _exports(self) -> Reply:
        days = sorted(self.csv, reverse=True)
        listed = [
            {"date": str(day), "download_url": f"{self.url}{CSVS}{day}?X-Amz-Signature=hush"} for day in days
        ]
        return Reply(200, json.dumps({"data": listed}).encode()) if listed else Reply(404, b"{}")


def told(rows: Sequence[Mapping[str, Any]], page: int) -> Reply:
    """As it should be."""
    shown = rows[(page - 1) * 100 : page * 100]
    return answered({"data": shown, "total_row_count": len(rows), "page": page, "limit": 100})


def answered(body: object) -> Reply:
    return Reply(200, json.dumps(body).encode(), {"Content-Type": "application/json"})


@contextmanager
def odd_mux() -> Iterator[tuple[OddMux, MuxApi]]:
    """The server, and the real adapter to it."""
    odd = OddMux()
    with serving(odd.answer, keeps=False) as server:
        odd.url = server.url
        yield odd, MuxApi(base_url=server.url, token_id="id", token_secret="secret", clock=lambda: NOW)


def said(uow: UnitOfWork, mux: MuxApi, *, hours: int = 0) -> tuple[int, str]:
    """How `sync usage --since` the 5th ends so many hours later, and what it answers."""
    services = over(uow, mux, now=NOW + timedelta(hours=hours))
    asked = ["sync", "usage", "--since", "2026-03-05"]
    found = CliRunner().invoke(main, asked, obj=Session(lambda: services))
    return found.exit_code, found.output
