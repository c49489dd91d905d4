"""Which keys of a listing are one HLS video."""

import pytest

from core.hls_folder import by_folder, head_of_piece, heads


def whole(*playlists: str, referenced: tuple[str, ...] = ()) -> dict[str, set[str]]:
    """Head → its playlists."""
    found: dict[str, set[str]] = {}
    for key, head in heads(playlists, referenced=referenced).items():
        found.setdefault(head, set()).add(key)
    return found


def test_variants_in_folders_below_belong_to_the_master():
    keys = ("a/master.m3u8", "a/720p/index.m3u8", "a/480p/index.m3u8")
    assert whole(*keys) == {"a/master.m3u8": set(keys)}


def test_in_a_folder_the_master_stands_for_all():
    keys = ("a/360p.m3u8", "a/index.m3u8", "a/720p.m3u8")
    assert whole(*keys) == {"a/index.m3u8": set(keys)}


def test_several_videos_in_one_folder_stay_apart_and_keep_their_variants():
    assert whole("out/one.m3u8", "out/one_720p.m3u8", "out/two.m3u8", "out/two_720p.m3u8") == {
        "out/one.m3u8": {"out/one.m3u8", "out/one_720p.m3u8"},
        "out/two.m3u8": {"out/two.m3u8", "out/two_720p.m3u8"},
    }


def test_a_lessons_own_master_does_not_belong_to_a_stray_playlist_above():
    assert set(whole("courses/trailer.m3u8", "courses/algebra/master.m3u8")) == {
        "courses/trailer.m3u8",
        "courses/algebra/master.m3u8",
    }


def test_a_playlist_at_the_buckets_root_claims_nothing_below():
    assert set(whole("index.m3u8", "a/master.m3u8")) == {"index.m3u8", "a/master.m3u8"}


def test_a_playlist_that_the_school_names_is_a_video_of_its_own():
    keys = ("a/index.m3u8", "a/b/index.m3u8")
    assert set(whole(*keys, referenced=("a/b/index.m3u8",))) == set(keys)


@pytest.mark.parametrize(
    ("key", "head"),
    [
        ("a/720p/0001.ts", "a/master.m3u8"),
        ("a/segments/deep/0001.ts", "a/master.m3u8"),
        ("a/audio/init.mp4", "a/master.m3u8"),
        ("a/audio/7.aac", "a/master.m3u8"),
        ("a/KEYS/video.key", "a/master.m3u8"),
        ("out/one_00001.ts", "out/one.m3u8"),
        ("out/onetwo_1.ts", "out/onetwo.m3u8"),
        ("a/lesson.mp4", None),
        ("a/notes.pdf", None),
        ("out/stray.ts", None),
        ("elsewhere/0001.ts", None),
        ("a/1/2/3/0001.ts", None),
    ],
)
def test_a_segment_belongs_to_the_nearest_playlist_that_can_have_it(key: str, head: str | None):
    folders = by_folder(heads(["a/master.m3u8", "a/720p/index.m3u8", "out/one.m3u8", "out/onetwo.m3u8"]))
    assert head_of_piece(key, folders) == head
