"""Retention by hand: every expected figure is worked out in the comment beside it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.audience import Group, Side, most_viewers, told
from core.heatmap import Heatmap, KeptHeatmap, Progress, is_due
from core.period import Days
from core.retention import (
    Basis,
    Completion,
    Curve,
    NoCurve,
    completion,
    curve_of,
    half_gone_s,
    leaving,
    left_at,
)
from core.retention_band import band, resampled
from core.retention_moment import Moment, Named, moments
from tests.fakes import EPOCH


def heatmap(*buckets: float | None, views: int | None = 100) -> Heatmap:
    return Heatmap(buckets=buckets, total_views=views)


def curve(*shares: float | None, duration_s: float = 100.0) -> Curve:
    return Curve(shares=shares, duration_s=duration_s)


def falling(first: float, last: float, parts: int) -> list[float]:
    return [first + (last - first) * place / (parts - 1) for place in range(parts)]


def test_a_curve_is_relative_to_the_opening_and_not_cut_off() -> None:
    found = curve_of(heatmap(0.8, 1.0, 0.4, None), duration_s=40.0)
    assert found == curve(1.0, 1.25, 0.5, None, duration_s=40.0)
    assert isinstance(found, Curve)
    assert [found.start_s(place) for place in range(5)] == [0.0, 10.0, 20.0, 30.0, 40.0]
    assert [found.place(at_s) for at_s in (-3.0, 0.0, 9.9, 10.0, 40.0, 99.0)] == [0, 0, 0, 1, 3, 3]


@pytest.mark.parametrize("parts", [10, 1000])
def test_as_few_and_as_many_parts_as_mux_gives_make_a_curve(parts: int) -> None:
    found = curve_of(heatmap(*falling(1.0, 0.5, parts)), duration_s=600.0)
    assert isinstance(found, Curve)
    assert len(found.shares) == parts
    assert left_at(found, 1.0) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("given", "duration_s", "why"),
    [
        (heatmap(0.0, 0.0, views=0), 60.0, NoCurve.NO_VIEWS),
        (heatmap(views=0), 60.0, NoCurve.NO_VIEWS),
        (heatmap(1.0, 0.5, views=4), 60.0, NoCurve.FEW_VIEWS),
        (heatmap(), 60.0, NoCurve.NO_FIGURES),
        (heatmap(views=None), 60.0, NoCurve.NO_FIGURES),
        (heatmap(None, None), 60.0, NoCurve.NO_FIGURES),
        (heatmap(0.0, 0.0), 60.0, NoCurve.NO_FIGURES),
        (heatmap(0.0, 0.5), 60.0, NoCurve.NO_OPENING),
        (heatmap(*[None] * 9, 0.5), 60.0, NoCurve.NO_OPENING),
        (heatmap(1.0, 0.5), None, NoCurve.NO_LENGTH),
    ],
)
def test_why_there_is_no_curve_is_said(given: Heatmap, duration_s: float | None, why: NoCurve) -> None:
    assert curve_of(given, duration_s=duration_s) is why


def test_five_views_are_enough_and_an_unknown_number_is_not_held_against_it() -> None:
    assert curve_of(heatmap(1.0, 0.5, views=5), duration_s=2.0) == curve(1.0, 0.5, duration_s=2.0)
    assert curve_of(heatmap(1.0, 0.5, views=None), duration_s=2.0) == curve(1.0, 0.5, duration_s=2.0)


@pytest.mark.parametrize(("phones", "told"), [(3, False), (4, True)])
def test_one_who_watches_again_and_again_has_no_curve(phones: int, told: bool) -> None:
    """Countries have five viewers at most in either case: who travels is in two of them."""
    device, country = Side.DEVICE, Side.COUNTRY
    groups = [(device, "phone", phones), (device, None, 1), (country, "DE", 3), (country, "FR", 2)]
    viewers = most_viewers([Group(side=side, name=name, viewers=count) for side, name, count in groups])
    found = curve_of(heatmap(1.0, 0.5, views=40), duration_s=2.0, viewers=viewers)
    assert found == (curve(1.0, 0.5, duration_s=2.0) if told else NoCurve.FEW_VIEWERS)
    assert most_viewers([]) is None


def test_those_who_left_do_not_come_back() -> None:
    # 0.5 and 0.9 rise: taken together at (0.5 + 0.9) / 2 = 0.7; the gap is as what was before it.
    assert leaving(curve(1.0, 0.5, 0.9, None, 0.4)) == pytest.approx((1.0, 0.7, 0.7, 0.7, 0.4))
    # 0.9 over 0.2 and 0.4 as well: (0.2 + 0.4 + 0.9) / 3 = 0.5
    assert leaving(curve(1.0, 0.2, 0.4, 0.9)) == pytest.approx((1.0, 0.5, 0.5, 0.5))
    assert leaving(curve(None, 1.0, 0.6)) == (1.0, 1.0, 0.6)


def test_a_part_that_is_played_again_does_not_make_more_stay() -> None:
    # 0.4 to the end but for five parts of 100, which are played as often again.
    shares = [1.0] * 20 + [0.4] * 80
    shares[60:65] = [0.8] * 5
    found = curve(*shares)
    assert left_at(found, 0.5) == left_at(found, 0.62) == left_at(found, 1.0) == 0.4
    assert half_gone_s(found) == 20.0


def test_half_of_the_viewers_are_gone_where_the_falling_line_says_so() -> None:
    # 13 parts of 10 s; the eleventh, from 100 s on, is the first with at most half: 1 - 10 * 0.05 = 0.5
    parts = [1 - 0.05 * place for place in range(13)]
    assert half_gone_s(curve(*parts, duration_s=130.0)) == 100.0
    assert half_gone_s(curve(1.0, 0.9, 0.8, 0.6)) is None
    # A part that is left out, and played by nearly all after it: nobody has gone. (0.4 + 0.9) / 2 = 0.65
    assert half_gone_s(curve(1.0, 0.4, 0.9, 0.8)) is None


def test_the_end_of_the_curve_tells_who_watches_to_the_end() -> None:
    shares = [1.0] * 50 + [0.6] * 45 + [0.1] * 5  # the last 5 of 100 parts are credits
    found = completion(curve(*shares), progress=Progress(), playing_ms=0, whole_ms=None)
    # Part 95 of 100 begins at 95 % and is the first of the credits.
    assert found == Completion(share=0.1, basis=Basis.HEATMAP)
    shares = [1.0] * 50 + [0.6] * 46 + [0.1] * 4
    found = completion(curve(*shares), progress=Progress(), playing_ms=0, whole_ms=None)
    assert found == Completion(share=0.6, basis=Basis.HEATMAP)


def test_without_a_curve_the_platforms_record_tells_and_then_what_was_played() -> None:
    played = {"playing_ms": 30_000, "whole_ms": 120_000}
    many = Progress(learners=8, finished=6)
    few = Progress(learners=4, finished=4)
    assert completion(None, progress=many, **played) == Completion(share=0.75, basis=Basis.PROGRESS)
    assert completion(None, progress=few, **played) == Completion(share=0.25, basis=Basis.PLAYING)
    assert completion(None, progress=few, playing_ms=0, whole_ms=None) is None


def test_more_at_the_end_than_at_the_start_is_no_share() -> None:
    skipped_to = curve(*[1.0] * 5, *[1.5] * 5)
    found = completion(skipped_to, progress=Progress(), playing_ms=50, whole_ms=100)
    assert found == Completion(share=0.5, basis=Basis.PLAYING)


def test_many_who_leave_at_once_are_an_intro_drop() -> None:
    # 20 parts of 30 s: the second begins at 30 s, and 0.3 of the viewers are gone by then.
    shares = [1.0, *falling(0.7, 0.6, 19)]
    first, *_ = moments(curve(*shares, duration_s=600.0))
    assert first == Moment(named=Named.INTRO_DROP, start_s=0.0, end_s=30.0, size=pytest.approx(0.3))
    calm = moments(curve(*falling(1.0, 0.6, 20), duration_s=600.0))
    assert Named.INTRO_DROP not in {one.named for one in calm}


def test_in_a_short_video_the_intro_is_a_fifth_of_it() -> None:
    # 50 s: its first 10 s, a fifth, are two of ten parts.
    first, *_ = moments(curve(1.0, 0.9, *falling(0.8, 0.5, 8), duration_s=50.0))
    assert first == Moment(named=Named.INTRO_DROP, start_s=0.0, end_s=10.0, size=pytest.approx(0.2))


def test_a_part_that_is_played_again_is_a_spike_and_one_left_out_a_dip() -> None:
    shares = [0.8] * 100
    shares[0] = 1.0
    shares[30:35] = [1.1] * 5  # 0.3 more than around it
    shares[60:64] = [0.5] * 4  # 0.3 less
    found = {one.named: one for one in moments(curve(*shares, duration_s=1000.0))}
    assert found[Named.SPIKE] == Moment(
        named=Named.SPIKE, start_s=300.0, end_s=350.0, size=pytest.approx(0.3)
    )
    assert found[Named.DIP] == Moment(named=Named.DIP, start_s=600.0, end_s=640.0, size=pytest.approx(0.3))


def test_a_step_down_and_a_slope_are_neither_spike_nor_dip() -> None:
    step = curve(*[1.0] * 50, *[0.5] * 50)
    slope = curve(*falling(1.0, 0.1, 100))
    named = {one.named for shape in (step, slope) for one in moments(shape)}
    assert named & {Named.SPIKE, Named.DIP} == set()


def test_the_longest_stretch_in_which_nearly_all_stay_is_steady() -> None:
    # Down to 0.6 over the first 40 of 100 parts, then 0.6 to the end.
    found = [one for one in moments(curve(*falling(1.0, 0.6, 40), *[0.6] * 60)) if one.named is Named.STEADY]
    # The last parts of the slope count, as far as they lie at most 0.03 over 0.6: 0.4 / 39 = 0.0103 a part.
    assert found == [
        Moment(named=Named.STEADY, start_s=37.0, end_s=100.0, size=pytest.approx(0.0205, abs=1e-3))
    ]
    assert moments(curve(*[1.0] * 100)) == []
    assert moments(curve(*falling(1.0, 0.0, 100), duration_s=6000.0)) == []


def test_at_most_three_of_a_kind_are_told_the_largest() -> None:
    shares = [0.5] * 200
    for number, place in enumerate((30, 60, 90, 120, 150)):
        shares[place] = 0.7 + number / 100
    spikes = [one for one in moments(curve(*shares, duration_s=200.0)) if one.named is Named.SPIKE]
    assert [one.start_s for one in spikes] == [90.0, 120.0, 150.0]


def test_a_gap_is_no_moment() -> None:
    shares: list[float | None] = falling(1.0, 0.8, 100)  # type: ignore[assignment]
    shares[40:44] = [None] * 4
    assert {one.named for one in moments(curve(*shares))} <= {Named.STEADY}


def test_the_usual_curve_is_a_band_of_quartiles() -> None:
    # Ends at 0.1, 0.3, 0.5, 0.7 and 0.9 of their openings: quartiles 0.2, 0.5 and 0.8 (exclusive method).
    videos = [heatmap(2.0, 2.0 * end) for end in (0.1, 0.3, 0.5, 0.7, 0.9)]
    found = band(videos)
    assert found is not None
    assert found.videos == 5
    assert (found.low[0], found.middle[0], found.high[0]) == (1.0, 1.0, 1.0)
    assert (found.low[-1], found.middle[-1], found.high[-1]) == pytest.approx((0.2, 0.5, 0.8))


def test_of_four_videos_or_of_little_watched_ones_nothing_is_usual() -> None:
    assert band([heatmap(1.0, 0.5)] * 4) is None
    assert band([heatmap(1.0, 0.5)] * 4 + [heatmap(1.0, 0.5, views=4), heatmap(0.0, 0.0)]) is None


def test_curves_of_any_number_of_parts_are_laid_over_each_other() -> None:
    assert resampled((1.0, 0.5)) == [1.0] * 50 + [0.5] * 50
    assert resampled([*falling(1.0, 0.0, 1000)])[::50] == pytest.approx([1.0, 1 - 500 / 999])
    assert resampled((1.0, None)) == [1.0] * 100
    assert resampled(()) == []


def test_an_audience_is_told_without_groups_in_which_somebody_could_be_known() -> None:
    def groups(side: Side, **viewers: int) -> list[Group]:
        return [Group(side=side, name=name, viewers=count) for name, count in viewers.items()]

    seen = [*groups(Side.DEVICE, phone=30, desktop=50, tv=4, tablet=3), *groups(Side.COUNTRY, DE=4)]
    # 4 + 3 = 7 are enough together.
    assert [(one.name, one.viewers) for one in told(seen, Side.DEVICE)] == [
        ("desktop", 50),
        ("phone", 30),
        (None, 7),
    ]
    assert told(seen, Side.COUNTRY) == []
    # The 4 alone could be told by what is missing: the phones go with them.
    few = groups(Side.DEVICE, desktop=50, phone=30, tv=4)
    assert [(one.name, one.viewers) for one in told(few, Side.DEVICE)] == [("desktop", 50), (None, 34)]
    assert told(groups(Side.DEVICE, desktop=5, phone=2), Side.DEVICE) == []
    everybody = groups(Side.DEVICE, desktop=9)
    assert told(everybody, Side.DEVICE) == everybody
    many = groups(Side.COUNTRY, **{name: 20 - place for place, name in enumerate("ABCDEFGH")})
    # The six largest, and 14 + 13 others; whoever is nowhere known is among these.
    nowhere = Group(side=Side.COUNTRY, name=None, viewers=9)
    assert [one.viewers for one in told([*many, nowhere], Side.COUNTRY)] == [20, 19, 18, 17, 16, 15, 36]


def test_a_curve_is_wanted_anew_for_other_days_or_other_views_and_rests_after_a_failure() -> None:
    days = Days(first=date(2026, 11, 15), last=date(2026, 11, 21))
    later = Days(first=date(2026, 11, 16), last=date(2026, 11, 22))
    read = KeptHeatmap(
        asset_id="a", period_d=7, heatmap=heatmap(1.0), days=days, views=9, read_at=EPOCH, tried_at=EPOCH
    )
    failed = replace(read, error="Mux does not answer.")
    hour, minutes = timedelta(hours=1), timedelta(minutes=9)
    for kept, after, wanted_days, views, wanted in (
        (None, hour, days, 9, True),
        (read, hour, days, 9, False),
        (read, hour, days, 10, True),
        (read, hour - minutes, days, 10, False),
        (read, minutes, later, 9, True),
        (failed, minutes, later, 9, False),
        (failed, minutes + timedelta(minutes=1), days, 9, True),
    ):
        assert is_due(kept, now=EPOCH + after, days=wanted_days, views=views) is wanted
