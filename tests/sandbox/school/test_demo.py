"""The demo, told through a command line that only writes down what it is asked."""

from typing import Any

from core.card_reading import read_card
from sandbox.school.demo import STORY, grow, set_budget
from sandbox.school.prices import PLAN, SINCE, Card

NAMES = [name for name, _, _ in STORY.finished]
[UNDER_WAY, THE_REST] = [name for name, _ in STORY.under_way]


class FakeCli:
    def __init__(self, *batches: str, state: str = "done", moved: tuple[str, ...] = ()) -> None:
        self.batches = [{"name": name, "batch_id": n + 1, "state": state} for n, name in enumerate(batches)]
        self.asked: list[str] = []
        self.budgets: list[dict[str, str]] = []
        self._moved = moved

    def __call__(self, *words: str, by: str = "") -> Any:
        self.asked.append(" ".join([*words[:2], *([f"by {by}"] if by else [])]))
        if words[:2] == ("migrate", "start"):
            return self._start(words[words.index("--name") + 1])
        return {"batches": self.batches[::-1], "budgets": self.budgets}

    def _start(self, name: str) -> dict[str, Any]:
        if name in self._moved:
            return {"error": "Nothing matches this choice."}
        self.batches.append({"name": name, "batch_id": len(self.batches) + 1, "state": "running"})
        return self.batches[-1]


class FakePast:
    def __init__(self, *, grown: bool = False) -> None:
        self.grown = grown
        self.aged: list[tuple[int, int]] = []
        self.locks: list[tuple[str, ...]] = []
        self.spread_out: list[int] = []
        self.schema_days: list[int] = []
        self.prices: list[str] = []

    def age(self, batch_id: int, *, days: int) -> None:
        self.aged.append((batch_id, days))

    def age_schema(self, *, days: int) -> None:
        self.schema_days.append(days)

    def lock(self, *paths: str) -> None:
        self.locks.append(paths)

    def spread(self, batch_id: int, *, every_s: float) -> None:
        self.spread_out.append(batch_id)

    def bring_prices(self, cards: list[Card], *, by: str) -> None:
        for one in cards:
            card = read_card(one.text, author=by)
            assert (card.key, card.vendor, str(card.valid_from)) == (one.key, one.vendor, SINCE)
            self.prices.append(card.plan)

    def tell_pages(self) -> None:
        self.told = True

    def is_grown(self) -> bool:
        return self.grown

    def mark_grown(self) -> None:
        self.grown = True


def test_a_new_school_gets_its_schema_before_its_batches_and_the_last_is_not_waited_for():
    cli = FakeCli()
    past = FakePast()
    grow(cli, past)
    assert cli.asked[:3] == ["scan", "schema apply by olu.adeyemi", "migrate list"]
    assert cli.asked[3:-2] == ["migrate start", "migrate status"] * len(NAMES)
    assert cli.asked[-2:] == ["migrate list", "migrate start"]
    assert [batch["name"] for batch in cli.batches] == [*NAMES, UNDER_WAY]
    assert past.aged == [(1, 41), (2, 23), (3, 6)]
    assert past.locks[-2:] == [STORY.locked, ()]
    assert past.spread_out == [4]
    assert past.schema_days == [44]
    assert past.prices == [PLAN, PLAN]
    assert past.grown


def test_a_grown_school_only_gets_a_batch_under_way():
    cli = FakeCli(*NAMES)
    grow(cli, FakePast(grown=True))
    assert cli.asked == ["scan", "migrate list", "migrate start"]


def test_a_demo_killed_on_the_way_waits_for_its_batch_and_ages_it():
    cli = FakeCli(*NAMES[:2], state="running")
    past = FakePast()
    grow(cli, past)
    assert [batch["name"] for batch in cli.batches] == [*NAMES, UNDER_WAY]
    assert past.aged == [(1, 41), (2, 23), (3, 6)]


def test_a_batch_still_under_way_is_slowed_down_again_and_no_other_started():
    cli = FakeCli(*NAMES, UNDER_WAY, state="running")
    past = FakePast(grown=True)
    grow(cli, past)
    assert "migrate start" not in cli.asked
    assert past.spread_out == [4]


def test_when_its_courses_have_moved_the_others_are_under_way():
    cli = FakeCli(*NAMES, UNDER_WAY, moved=(UNDER_WAY,))
    past = FakePast(grown=True)
    grow(cli, past)
    assert cli.batches[-1]["name"] == THE_REST
    assert past.spread_out == [5]


def test_what_may_be_spent_is_set_once():
    cli = FakeCli()
    set_budget(cli)
    assert cli.asked == ["budgets list", "budgets set by frida.lind"]
    cli.budgets = [{"usd": "2.00"}]
    set_budget(cli)
    assert cli.asked[2:] == ["budgets list"]
