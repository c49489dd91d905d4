"""Text tracks: what captions are made from."""

from uuid import UUID

import pytest

from core.caption_adopting import found_track
from core.text_track import TrackState, sound
from tests.fakes import EPOCH


@pytest.mark.parametrize(
    ("tracks", "heard"),
    [
        ([{"type": "audio", "id": "a"}], "a"),
        ([{"type": "audio", "id": "a"}, {"type": "audio", "id": "b", "primary": True}], "b"),
        ([{"type": "audio", "id": "a", "status": "preparing"}], None),
        ([{"type": "audio", "primary": True}, {"type": "audio", "id": "b"}], "b"),
        ([{"type": "audio"}], None),
        ([{"type": "video", "id": "v"}], None),
    ],
)
def test_captions_are_made_from_the_first_sound_that_has_an_id(
    tracks: list[dict[str, object]], heard: str | None
) -> None:
    assert sound(tracks) == heard


@pytest.mark.parametrize(("passthrough", "is_file"), [(str(UUID(int=7)), True), ("somebody's", False)])
def test_a_track_that_a_file_beside_the_lesson_became_remembers_it(passthrough: str, is_file: bool) -> None:
    said = {"id": "t1", "name": "Deutsch", "passthrough": passthrough}
    found = found_track("asset", "7", said, state=TrackState.PREPARING, now=EPOCH)
    assert found.file_id == (UUID(int=7) if is_file else None)
