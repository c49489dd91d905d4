"""What is asked of Mux for one copy, and what counts as a copy."""

import pytest

from core.asset import Asset, AssetStatus, Policy, Quality
from core.batch import FailureBudget
from core.errors import InvalidInput
from core.migration import (
    Mode,
    Options,
    PlanTotals,
    PolicyRule,
    SkipReason,
    Trouble,
    asset_request,
    policy_for,
    same_length,
    trouble_of,
)

EVERYTHING = Options(
    mode=Mode.PUSH,
    policy=PolicyRule.PUBLIC,
    quality=Quality.PREMIUM,
    normalize_audio=True,
    captions_language="en",
    test=True,
    budget=FailureBudget(share=0.1, least=2),
)


@pytest.mark.parametrize("options", [Options(), EVERYTHING])
def test_options_survive_the_way_through_the_database(options: Options) -> None:
    assert Options.from_json(options.as_json()) == options


@pytest.mark.parametrize(
    ("rule", "is_public", "policy"),
    [
        (PolicyRule.AUTO, True, Policy.PUBLIC),
        (PolicyRule.AUTO, False, Policy.SIGNED),
        (PolicyRule.PUBLIC, False, Policy.PUBLIC),
        (PolicyRule.SIGNED, True, Policy.SIGNED),
    ],
)
def test_a_copy_is_public_only_where_the_video_is_or_a_person_said_so(
    rule: PolicyRule, is_public: bool, policy: Policy
) -> None:
    assert policy_for(rule, is_public=is_public, can_sign=True) is policy


def test_signed_without_a_key_is_refused_because_nobody_could_play_it() -> None:
    with pytest.raises(InvalidInput, match="needs a signing key") as error:
        policy_for(PolicyRule.AUTO, is_public=False, can_sign=False)
    assert "MUX_SIGNING_KEY" in error.value.hint


def test_public_needs_no_key() -> None:
    assert policy_for(PolicyRule.AUTO, is_public=True, can_sign=False) is Policy.PUBLIC


def test_a_plain_pull_asks_for_no_more_than_it_needs() -> None:
    body = asset_request(url="https://s3.test/a", passthrough="i1", options=Options(), policy=Policy.SIGNED)
    assert body == {
        "inputs": [{"url": "https://s3.test/a"}],
        "playback_policies": ["signed"],
        "video_quality": "plus",
        "passthrough": "i1",
    }


def test_every_option_reaches_mux() -> None:
    body = asset_request(
        url="https://s3.test/a", passthrough="i1", options=EVERYTHING, policy=Policy.PUBLIC, title="Sets"
    )
    assert body == {
        "inputs": [
            {
                "url": "https://s3.test/a",
                "generated_subtitles": [{"language_code": "en", "name": "en"}],
            }
        ],
        "playback_policies": ["public"],
        "video_quality": "premium",
        "passthrough": "i1",
        "meta": {"title": "Sets"},
        "normalize_audio": True,
        "test": True,
    }


def test_a_push_names_no_address_and_keeps_its_captions() -> None:
    plain = asset_request(url=None, passthrough="i1", options=Options(), policy=Policy.PUBLIC)
    assert "inputs" not in plain
    captioned = Options(captions_language="de")
    body = asset_request(url=None, passthrough="i1", options=captioned, policy=Policy.PUBLIC)
    assert body["inputs"] == [{"generated_subtitles": [{"language_code": "de", "name": "de"}]}]


def test_a_long_title_is_cut_to_what_mux_takes() -> None:
    body = asset_request(url=None, passthrough="i1", options=Options(), policy=Policy.PUBLIC, title="ü" * 600)
    assert body["meta"]["title"] == "ü" * 512


@pytest.mark.parametrize(
    ("source_s", "copy_s", "same"),
    [
        (10.0, 10.0, True),
        (10.0, 11.0, True),  # 1 s
        (10.0, 8.9, False),  # 1.1 s short
        (3600.0, 3564.0, True),  # 36 s = 1 % of an hour
        (3600.0, 3563.0, False),  # 37 s
        (0.5, 1.4, True),
    ],
)
def test_a_copy_is_as_long_within_a_second_or_a_percent(source_s: float, copy_s: float, same: bool) -> None:
    assert same_length(source_s, copy_s) is same


@pytest.mark.parametrize(
    ("error_type", "trouble"),
    [
        ("download_failed", Trouble.DOWNLOAD_FAILED),
        ("invalid_input", Trouble.FILE_DAMAGED),
        ("something_new", Trouble.MUX_REFUSED),
        (None, Trouble.MUX_REFUSED),
    ],
)
def test_an_errored_asset_is_grouped_by_its_cause(error_type: str | None, trouble: Trouble) -> None:
    assert trouble_of(Asset(id="a1", status=AssetStatus.ERRORED, error_type=error_type)) is trouble


def test_a_plan_accounts_for_everything_chosen() -> None:
    totals = PlanTotals(
        create=40,
        rows=55,
        size_bytes=1,
        duration_s=1.0,
        unknown_length=0,
        skipped={SkipReason.ON_MUX: 3, SkipReason.EMPTY: 1},
    )
    assert totals.chosen == 44  # 40 + 3 + 1
