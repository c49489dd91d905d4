"""The demo, told through a command line that only writes down what it is asked."""

from typing import Any

from sandbox.school.demo import FINISHED, UNDER_WAY, grow


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


def test_a_new_school_gets_its_schema_before_its_batches_and_the_last_is_not_waited_for():
    cli = FakeCli()
    grow(cli)
    assert cli.asked[:3] == ["scan", "migrate list", "schema apply"]
    assert cli.asked[3:-1] == ["migrate start", "migrate status"] * len(FINISHED)
    assert cli.asked[-1] == "migrate start"
    assert cli.batches == [*(name for name, _ in FINISHED), UNDER_WAY[0]]


def test_a_grown_school_only_gets_a_batch_under_way():
    cli = FakeCli(*(name for name, _ in FINISHED))
    grow(cli)
    assert cli.asked == ["scan", "migrate list", "migrate start"]
