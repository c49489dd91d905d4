"""A part of a video: what its ends may be."""

import pytest

from core.clip import Clip, End, problems
from core.errors import InvalidInput
from core.thumbnail import checked, moment


@pytest.mark.parametrize(
    ("start_s", "end_s", "wrong"),
    [
        (0.0, 60.0, set()),
        (59.0, 60.0, set()),
        (-1.0, 10.0, {End.START}),
        (60.0, 61.0, {End.END}),
        (61.0, 62.0, {End.START, End.END}),
        (10.0, 60.2, {End.END}),
        (10.0, 10.5, {End.END}),
        (20.0, 10.0, {End.END}),
    ],
)
def test_a_part_lies_within_the_video_and_lasts_a_second(
    start_s: float, end_s: float, wrong: set[End]
) -> None:
    assert set(problems(Clip(start_s=start_s, end_s=end_s), duration_s=60.04)) == wrong


def test_of_a_video_of_unknown_length_only_what_cannot_be_is_refused() -> None:
    assert problems(Clip(start_s=5.0, end_s=9_000.0), duration_s=None) == {}
    assert set(problems(Clip(start_s=5.0, end_s=2.0), duration_s=None)) == {End.END}


def test_its_ends_are_said_under_the_names_that_mux_knows() -> None:
    assert Clip(start_s=1.5, end_s=4.0).look == (("asset_start_time", 1.5), ("asset_end_time", 4.0))


def test_a_picture_is_of_a_moment_that_the_video_has() -> None:
    assert checked(4.24, duration_s=10.0) == 4.2
    assert checked(90.0, duration_s=None) == 90.0
    for wrong in (-0.5, 10.2):
        with pytest.raises(InvalidInput):
            checked(wrong, duration_s=10.0)
    assert (moment(None), moment(0.0)) == ((), (("time", 0.0),))
