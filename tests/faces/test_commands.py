"""The command line's own part: options, JSON, exit codes, errors."""

import json
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import NoReturn
from uuid import UUID

import click
import pytest
from click.testing import CliRunner, Result

from cli import main
from commands.batch_status import exit_code, status_json
from commands.choosing import course_id, read_choice, read_options
from commands.session import Command, Session, pass_session
from commands.text import length, sentence, size, table
from core.asset import Quality
from core.batch import BatchKind, BatchState, FailureBudget, ItemState, Progress, empty_counts
from core.errors import InvalidInput, StaleState, Unavailable
from core.migrating import Status
from core.migration import Mode, Options, PolicyRule, Trouble
from core.plain import plain
from core.records import Batch, ItemRow
from core.report import csv_lines
from core.selection import Choice, Filter
from tests.faces.memory import SETTINGS, Memory, services

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SAID = {
    "mode": None,
    "policy": None,
    "quality": "plus",
    "normalize_audio": False,
    "captions": None,
    "test": False,
    "budget_share": 0.05,
    "budget_least": 5,
}


def run(*words: str, memory: Memory | None = None) -> Result:
    return CliRunner().invoke(main, words, obj=Session(lambda: services(memory)))


def status(state: BatchState, **counts: int) -> Status:
    return Status(
        batch=Batch(
            id=7,
            kind=BatchKind.MIGRATION,
            name="Autumn",
            state=state,
            options=Options(),
            created_by="dana",
            created_at=NOON,
        ),
        progress=Progress(
            counts=empty_counts() | {ItemState(k): n for k, n in counts.items()}, started_at=NOON
        ),
        eta_s=12.5,
        rate_per_s=0.98,
        limit_per_s=float("inf"),
        troubles={Trouble.FILE_DAMAGED: 2},
        skips={},
    )


def commands_of(group: click.Group, path: str = "") -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        full = f"{path} {name}".strip()
        found |= commands_of(command, full) if isinstance(command, click.Group) else {full: command}
    return found


@pytest.mark.parametrize("name", commands_of(main))
def test_every_command_speaks_json_and_explains_itself(name: str) -> None:
    command = commands_of(main)[name]
    assert isinstance(command, Command)
    answer = run(*name.split(), "--help")
    assert answer.exit_code == 0
    assert "--json" in answer.output
    assert command.help


@pytest.mark.parametrize(
    "words",
    [
        ("migrate", "start"),
        ("migrate", "start", "--all", "--key", "a.mp4"),
        ("migrate", "plan", "--key", "a.mp4", "--filter", "course=1"),
        ("migrate", "start", "--all", "--mode", "carry"),
        ("migrate", "status", "seven"),
        ("migrate", "wait", "7"),
        ("sources", "list", "--sort", "colour"),
        ("nonsense",),
    ],
)
def test_a_wrong_command_line_exits_with_2(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_an_error_is_one_sentence_on_stderr_without_a_traceback() -> None:
    answer = run("events", "list", memory=Memory(down=Unavailable("The database does not answer.")))
    assert answer.exit_code == 1
    assert answer.stdout == ""
    assert answer.stderr == (
        "The database does not answer. "
        "Nothing is lost: jobs go on by themselves, a click or a command can be repeated.\n"
    )


def test_with_json_an_error_is_json_on_stderr() -> None:
    memory = Memory(down=Unavailable("The database does not answer."))
    answer = run("events", "list", "--json", memory=memory)
    assert answer.exit_code == 1
    assert json.loads(answer.stderr) == {
        "error": "The database does not answer.",
        "hint": "Nothing is lost: jobs go on by themselves, a click or a command can be repeated.",
    }


class Mistaken(Memory):
    """A database behind which our own code stumbles."""

    def __call__(self, name: str) -> NoReturn:
        raise ZeroDivisionError("hunter2 by zero")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_mistake_of_ours_is_a_sentence_with_an_id_and_its_traceback_lies_in_a_file(temporary: Path) -> None:
    answer = run("events", "list", memory=Mistaken())
    assert (answer.exit_code, answer.stdout) == (7, "")
    [line] = answer.stderr.splitlines()
    [file] = temporary.iterdir()
    assert line.startswith("This is a mistake in Lectern.")
    assert str(file) in line
    assert file.name.split("-")[1] in line
    assert "hunter2" not in line
    assert "ZeroDivisionError: hunter2 by zero" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600


def test_with_json_a_mistake_of_ours_is_json_with_the_id(temporary: Path) -> None:
    answer = run("events", "list", "--json", memory=Mistaken())
    said = json.loads(answer.stderr)
    [file] = temporary.iterdir()
    assert answer.exit_code == 7
    assert said["error"] == "This is a mistake in Lectern."
    assert said["id"] == file.name.split("-")[1]
    assert said["id"] in said["hint"]


def test_an_unknown_filter_is_a_sentence_too() -> None:
    answer = run("migrate", "start", "--filter", "colour=red")
    assert (answer.exit_code, answer.stderr) == (
        1,
        "Unknown filter colour. Known: search, standing, course, kind, size, finding.\n",
    )


def test_whoever_has_the_shell_acts_under_their_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "dana")
    person = Session().person
    assert (person.subject, person.name, set(person.roles)) == ("cli:dana", "cli:dana", {"admin", "ops"})


def test_nothing_is_connected_for_help() -> None:
    def refuse() -> None:
        raise AssertionError("connected")

    assert CliRunner().invoke(main, ["scan", "--help"], obj=Session(refuse)).exit_code == 0


def test_a_choice_is_all_or_keys_or_a_filter() -> None:
    assert read_choice(everything=True, keys=(), filters=()) == Choice()
    assert read_choice(everything=False, keys=("a", "b"), filters=()) == Choice(keys=("a", "b"))
    filtered = read_choice(everything=False, keys=(), filters=("course=1", "kind=video"))
    assert filtered == Choice(filter=Filter(course="1", kind="video"))


COURSES = {"7": "Algebra", "8": "Sets", "9": "sets", "10": "7"}


def test_a_course_is_named_by_its_id_or_its_title() -> None:
    assert course_id("algebra", COURSES) == "7"
    assert course_id("8", COURSES) == "8"
    assert course_id("Botany", COURSES) == "Botany"


@pytest.mark.parametrize("said", ["Sets", "7"])
def test_a_course_that_may_be_several_is_asked_for_with_their_ids(said: str) -> None:
    with pytest.raises(InvalidInput, match=r"means several courses: .*(8|10)"):
        course_id(said, COURSES)


@pytest.mark.parametrize(
    "words",
    [
        ("migrate", "status", "9223372036854775808"),
        ("migrate", "pause", "0"),
        ("migrate", "list", "--limit", "0"),
    ],
)
def test_a_number_that_no_batch_can_have_exits_with_2(words: tuple[str, ...]) -> None:
    answer = run(*words)
    assert answer.exit_code == 2
    assert "is not in the range" in answer.stderr


def test_what_is_not_said_comes_from_the_settings() -> None:
    assert read_options(SETTINGS, **SAID) == Options(mode=Mode.PULL, policy=PolicyRule.AUTO)
    local = replace(SETTINGS, s3_endpoint_url="http://127.0.0.1:8511", mux_playback_policy="public")
    assert read_options(local, **SAID) == Options(mode=Mode.PUSH, policy=PolicyRule.PUBLIC)


def test_what_is_said_goes_before_the_settings() -> None:
    said = SAID | {
        "mode": "push",
        "policy": "signed",
        "quality": "basic",
        "normalize_audio": True,
        "captions": "en",
        "test": True,
        "budget_share": 0.5,
        "budget_least": 1,
    }
    assert read_options(SETTINGS, **said) == Options(
        mode=Mode.PUSH,
        policy=PolicyRule.SIGNED,
        quality=Quality.BASIC,
        normalize_audio=True,
        captions_language="en",
        test=True,
        budget=FailureBudget(share=0.5, least=1),
    )


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (status(BatchState.DONE, done=9, skipped=3), 0),
        (status(BatchState.DONE, tested=2, awaiting_schema=1), 0),
        (status(BatchState.DONE, done=9, failed=1), 4),
        (status(BatchState.CANCELLED, done=5, cancelled=5), 4),
        (status(BatchState.PAUSED, queued=5, failed=5), 5),
        (status(BatchState.RUNNING, queued=5), 6),
        (status(BatchState.PLANNED, queued=5), 6),
    ],
)
def test_a_wait_tells_its_end_by_the_exit_code(found: Status, code: int) -> None:
    assert exit_code(found) == code


def test_a_status_names_every_state_and_is_valid_json() -> None:
    data = json.loads(json.dumps(plain(status_json(status(BatchState.RUNNING, done=3, failed=2, queued=5)))))
    assert data["state"] == "running"
    assert set(data["counts"]) == {state.value for state in ItemState}
    assert data["counts"]["verifying"] == 0
    assert (data["done"], data["failed"], data["total"], data["eta_s"]) == (3, 2, 10, 12.5)
    assert data["limit_per_s"] is None
    assert data["troubles"] == {"file_damaged": 2}


def test_values_of_core_become_what_json_can_say() -> None:
    assert plain(
        {
            ItemState.DONE: {1},
            "money": Decimal("1.50"),
            "at": NOON,
            "id": UUID(int=7),
            "none": None,
            "nan": float("nan"),
            "options": Options().budget,
        }
    ) == {
        "done": [1],
        "money": "1.50",
        "at": "2026-11-20T12:00:00+00:00",
        "id": "00000000-0000-0000-0000-000000000007",
        "none": None,
        "nan": None,
        "options": {"share": 0.05, "least": 5},
    }


def test_a_table_aligns_numbers_to_the_right() -> None:
    assert table(("key", "rows"), [("a.mp4", 1), ("b", 12345), (None, 0)]) == (
        "key      rows\na.mp4       1\nb      12,345\n            0"
    )
    assert table(("key", "rows"), []) == "key  rows"


def test_an_id_in_a_table_can_be_typed_into_the_next_command() -> None:
    assert table(("batch_id", "id", "total"), [(1234, 56789, 1234)]) == (
        "batch_id     id  total\n    1234  56789  1,234"
    )


def test_counts_read_as_a_sentence_without_zeros() -> None:
    assert sentence({"awaiting_schema": 1200, "done": 0, "failed": 3}) == "1,200 awaiting schema · 3 failed"


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (84_000_000, "84.0 MB"),
        (3_240_000_000, "3.2 GB"),
    ],
)
def test_sizes_read_in_decimal_units(size_bytes: int, words: str) -> None:
    assert size(size_bytes) == words


@pytest.mark.parametrize(
    ("duration_s", "words"),
    [(0, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (725, "12 min 5 s"), (15_120, "4 h 12 min")],
)
def test_lengths_read_in_the_two_largest_units(duration_s: float, words: str) -> None:
    assert length(duration_s) == words


def test_an_error_below_a_command_of_ones_own_is_told_the_same_way() -> None:
    @click.command(cls=Command)
    @pass_session
    def stumble(session: Session) -> None:
        raise StaleState("Somebody was faster.", hint="Look again.")

    answer = CliRunner().invoke(stumble, ["--json"])
    assert json.loads(answer.stderr) == {"error": "Somebody was faster.", "hint": "Look again."}


def item(**facts: object) -> ItemRow:
    usual = {
        "id": UUID(int=1),
        "key": "a.mp4",
        "title": "Sets, part 1",
        "state": ItemState.DONE,
        "since": NOON,
        "trouble": None,
        "reason": None,
        "asset_id": "a1",
        "attempts": 0,
        "size_bytes": 5,
        "duration_s": 1.5,
    }
    return ItemRow(**usual | facts)


def test_a_report_has_a_line_for_each_item() -> None:
    assert list(csv_lines([item()])) == [
        "key,title,state,since,trouble,reason,asset_id,attempts,size_bytes,duration_s\r\n",
        'a.mp4,"Sets, part 1",done,2026-11-20 12:00:00+00:00,,,a1,0,5,1.5\r\n',
    ]


@pytest.mark.parametrize("key", ["=cmd()", "+1", "-1", "@x", "\tx"])
def test_a_key_does_not_become_a_formula_in_a_spreadsheet(key: str) -> None:
    [_, line] = csv_lines([item(key=key)])
    assert line.strip('"').startswith("'")
