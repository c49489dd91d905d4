"""Every state, cause and kind has its words, and nothing has words that does not exist."""

import doctest
from collections.abc import Mapping
from enum import StrEnum

import pytest

from core import hls_folder, phrases, reach, report
from core.access import Role
from core.asset import Quality
from core.batch import BatchState, ItemState
from core.diagnosis import CheckState
from core.kind import Kind
from core.migration import Mode, PolicyRule, SkipReason, Trouble
from core.selection import SizeBand, Sort, Standing
from core.source import Finding
from dashboard import formats, kept, reasons, words
from dashboard.batches import live
from dashboard.sources import address
from dashboard.system import health
from dashboard.today import overview

VOCABULARY: list[tuple[type[StrEnum], Mapping[StrEnum, object]]] = [
    (ItemState, words.ITEM),
    (BatchState, words.BATCH),
    (Standing, words.STANDING),
    (Finding, words.FINDING),
    (Kind, words.KIND),
    (SizeBand, words.SIZE),
    (Sort, words.SORT),
    (Mode, words.MODE),
    (PolicyRule, words.POLICY),
    (Quality, words.QUALITY),
    (Trouble, reasons.TROUBLE),
    (SkipReason, reasons.SKIP),
    (CheckState, health.STATES),
    (Role, overview.TASKS),
]


@pytest.mark.parametrize(("states", "terms"), VOCABULARY, ids=lambda one: getattr(one, "__name__", ""))
def test_every_state_has_its_words(states: type[StrEnum], terms: Mapping[StrEnum, object]) -> None:
    assert set(terms) == set(states)


def test_the_progress_bar_shows_every_item_state() -> None:
    assert sorted(live.BAR_ORDER) == sorted(ItemState)


def test_sentences_end_with_a_stop_and_name_no_class() -> None:
    sentences = [reason.sentence for reason in (*reasons.TROUBLE.values(), *reasons.SKIP.values())]
    sentences += [term.sentence for term in (*words.ITEM.values(), *words.FINDING.values())]
    for sentence in sentences:
        assert sentence.endswith("."), sentence
        assert "Error" not in sentence
        assert "Exception" not in sentence


def test_one_word_has_one_colour_in_a_table() -> None:
    for terms in (words.ITEM, {**words.STANDING, **words.FINDING}):
        colors: dict[str, set[str]] = {}
        for term in terms.values():
            colors.setdefault(term.word, set()).add(term.color)
        assert all(len(found) == 1 for found in colors.values())


@pytest.mark.parametrize(
    "module",
    [formats, phrases, address, kept, hls_folder, reach, report],
    ids=lambda module: module.__name__,
)
def test_the_examples_in_the_docstrings_are_true(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted
    assert not result.failed
