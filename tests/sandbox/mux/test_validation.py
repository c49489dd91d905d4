"""Rules say everything that is wrong, and nothing else."""

from typing import Any

import pytest

from sandbox.mux import rules
from sandbox.mux.validation import flag, listed, number, one_of, shaped, text, web_address


@pytest.mark.parametrize(
    ("rule", "fine", "wrong"),
    [
        (text(3), ["", "abc", "äöü"], ["abcd", 1, None]),
        (flag, [True, False], [1, "true"]),
        (number(0, 5), [0, 2.5, 5], [-1, 6, "3", True]),
        (number(whole=True), [3], [3.5, False]),
        (one_of("a", "b"), ["a"], ["c", 1, None]),
        (web_address, ["http://x/y", "https://x"], ["ftp://x", "x", 1]),
        (listed(text(), least=1), [["a"]], [[], "a", [1]]),
        (shaped({"a": text()}, required=("a",)), [{"a": "x"}], [{}, {"a": None}, {"b": 1}, "a"]),
    ],
)
def test_a_rule_tells_fine_from_wrong(rule: Any, fine: list, wrong: list):
    assert [list(rule(value)) for value in fine] == [[]] * len(fine)
    assert all(list(rule(value)) for value in wrong)


def test_all_problems_are_named_at_once_with_their_place():
    rule = shaped({"inputs": listed(shaped({"url": web_address})), "test": flag})
    problems = list(rule({"inputs": [{"url": "http://x"}, {"url": 1}], "test": "yes", "extra": 1}))
    assert problems == [
        "inputs [1] url must be an http or https URL",
        "test must be a boolean",
        "extra is not a known parameter",
    ]


@pytest.mark.parametrize(
    "options",
    [
        {"inputs": [{"url": "https://x/a.mp4"}]},
        {"input": "https://x/a.mp4"},
        {"input": [{"url": "https://x/a.mp4"}], "playback_policy": "signed"},
        {"inputs": [{"url": "https://x/a.mp4"}], "playback_policies": ["public", "signed"], "test": None},
        {"inputs": [{"url": "https://x/a.mp4"}, {"url": "https://x/a.srt", "type": "text"}]},
    ],
)
def test_muxs_spellings_of_a_new_asset_are_taken(options: dict[str, Any]):
    assert list(rules.new_asset(options)) == []


def test_an_uploads_settings_need_no_url():
    assert list(rules.asset_options({"inputs": [{"generated_subtitles": [{"language_code": "en"}]}]})) == []
