"""The demo, told through a command line that only writes down what it is asked."""

from typing import Any

from sandbox.school.demo import FINISHED, LOCKED, UNDER_WAY, grow


class FakeCli:
    def __init__(self, *batches: str) -> None:
        self.batches = list(batches)
        self.asked: list[str] = []

    def __call__(self, *words: str) -> Any:
        self.asked.append(" ".join(words[:2]))
        if words[:2] == ("migrate", "start"):
            self.batches.append(words[words.index("--name") + 1])
            return {"batch_id": len(self.batches)}
        return {"batches": [{"name": name} for name in self.batches]}


class FakePast:
    def __init__(self) -> None:
        self.aged: list[tuple[int, int]] = []
        self.locks: list[tuple[str, ...]] = []

    def age(self, batch_id: int, *, days: int) -> None:
        self.aged.append((batch_id, days))

    def lock(self, *paths: str) -> None:
        self.locks.append(paths)


def test_a_new_school_gets_its_schema_before_its_batches_and_the_last_is_not_waited_for():
    cli = FakeCli()
    past = FakePast()
    grow(cli, past)
    assert cli.asked[:3] == ["scan", "migrate list", "schema apply"]
    assert cli.asked[3:-1] == ["migrate start", "migrate status"] * len(FINISHED)
    assert cli.asked[-1] == "migrate start"
    assert cli.batches == [*(name for name, _, _ in FINISHED), UNDER_WAY[0]]
    assert past.aged == [(1, 41), (2, 23), (3, 6)]
    assert past.locks[-2:] == [LOCKED, ()]


def test_a_grown_school_only_gets_a_batch_under_way():
    cli = FakeCli(*(name for name, _, _ in FINISHED))
    grow(cli, FakePast())
    assert cli.asked == ["scan", "migrate list", "migrate start"]
