"""MP4s for download: what Mux makes beside what, what it costs, and what its events say."""

from decimal import Decimal

import pytest

from core.asset import Asset, AssetStatus
from core.errors import IllegalMove
from core.playback import Hosts
from core.price_card import Vendor
from core.rendition import RenditionState, Resolution, conflict, move, offered, with_rendition
from core.rendition_cost import MadeFile, cost_of, made_file
from core.rendition_making import file_name
from tests.price_lists import PAY_AS_YOU_GO

FILM = {"type": "video", "max_width": 1080, "max_height": 1920}
SOUND = {"type": "audio", "status": "ready"}
READY = {"id": "r1", "name": "highest.mp4", "status": "ready", "resolution": "highest"}

CARDS = {Vendor.MUX: PAY_AS_YOU_GO}


def asset(**facts: object) -> Asset:
    usual = {"id": "a", "status": AssetStatus.READY, "duration_s": 1200.0, "tracks": (FILM, SOUND)}
    return Asset(**usual | facts)  # type: ignore[arg-type]


def test_no_size_larger_than_the_picture_is_offered_and_no_sound_of_a_silent_film() -> None:
    assert offered(asset())[:4] == ["highest", "audio-only", "1080p", "720p"]
    assert offered(asset(tracks=(SOUND,))) == ["audio-only"]
    assert Resolution.AUDIO not in offered(asset(tracks=(FILM,)))


@pytest.mark.parametrize(
    ("wanted", "present", "says"),
    [
        (Resolution.HIGHEST, {"audio-only"}, ""),
        (Resolution.HIGHEST, {"highest"}, "there already"),
        (Resolution.HIGHEST, {"720p", "360p"}, "Delete 720p, 360p first"),
        (Resolution.P720, {"highest"}, "beside “highest”"),
        (Resolution.P720, {"360p", "audio-only"}, ""),
    ],
)
def test_what_mux_does_not_make_beside_another_says_why(
    wanted: Resolution, present: set[str], says: str
) -> None:
    why = conflict(wanted, present)
    assert (says in why) if says else why == ""


@pytest.mark.parametrize(
    ("wanted", "facts", "once", "monthly"),
    [
        (Resolution.HIGHEST, {"resolution_tier": "1080p"}, "0", "0.015"),  # 20 min × 0.00075
        (Resolution.AUDIO, {"video_quality": "premium"}, "0", "0.0012"),  # 20 × 0.00006, premium or not
        (Resolution.P720, {"video_quality": "plus"}, "0.16", "0.012"),  # 20 × 0.008; 20 × 0.0006
        (Resolution.P270, {"video_quality": "premium"}, "0.24", "0.018"),  # the same × 1.5
        (Resolution.P1080, {"video_quality": None}, "0.20", "0.015"),  # 20 × 0.01; 20 × 0.00075
    ],
)
def test_an_mp4_costs_what_mux_lists(
    wanted: Resolution, facts: dict[str, str], once: str, monthly: str
) -> None:
    made = made_file(wanted, asset(**facts))
    assert made is not None
    cost = cost_of(made, cards=CARDS)
    assert (cost.once_usd, cost.monthly_usd) == (Decimal(once), Decimal(monthly))


def hour_of(resolution: Resolution) -> MadeFile:
    return MadeFile(resolution=resolution, duration_s=3600.0, quality="plus", tier="1080p")


def test_several_mp4s_cost_their_sum() -> None:
    made = [hour_of(one) for one in (Resolution.P720, Resolution.HIGHEST)]
    cost = cost_of(*made, cards=CARDS)
    # 60 min × $0.008; 60 min × ($0.0006 + $0.00075)
    assert (cost.once_usd, cost.monthly_usd) == (Decimal("0.48"), Decimal("0.081"))


def test_what_an_mp4_of_unknown_length_costs_is_not_known() -> None:
    assert made_file(Resolution.HIGHEST, asset(duration_s=None)) is None


def test_a_deleted_file_does_not_come_back_and_takes_no_newer_one_along() -> None:
    ready = with_rendition(asset(), READY, gone=False)
    assert ready.mp4_name == "highest.mp4"
    gone = with_rendition(ready, READY, gone=True)
    assert gone.mp4_name is None
    assert with_rendition(gone, READY, gone=False) == gone, "its events came in another order"
    newer = with_rendition(gone, READY | {"id": "r2"}, gone=False)
    assert newer.mp4_name == "highest.mp4"
    assert with_rendition(newer, READY, gone=True) == newer


def test_one_that_goes_takes_no_other_way() -> None:
    with pytest.raises(IllegalMove):
        move(RenditionState.DELETING, RenditionState.READY)


def test_a_file_has_a_name_that_every_disk_takes() -> None:
    assert file_name('Sets: "1/2" <b>') == "Sets 1 2 b"
    assert file_name("…") == "lesson"
    assert file_name("Äpfel & Birnen") == "Äpfel Birnen"
    assert len(file_name("x" * 500)) == 100


def test_what_is_said_of_a_signed_file_stands_in_its_token_alone() -> None:
    look = (("download", "Sets 1"),)
    public = Hosts().rendition("p", "highest.mp4", look=look)
    assert public == "https://stream.mux.com/p/highest.mp4?download=Sets%201"
    assert Hosts().rendition("p", "highest.mp4", token="t.k.n", look=look).endswith("?token=t.k.n")
