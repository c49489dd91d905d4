import pytest

from core.errors import InvalidInput
from core.media.hls import resolve
from core.media.playlist import Part, parse

MEDIA = """#EXTM3U
#EXT-X-VERSION:6
#EXT-X-MAP:URI="init.mp4",BYTERANGE="700@0"
#EXTINF:4.5,a title
#EXT-X-BYTERANGE:1000@700
all.mp4
#EXTINF:2,
#EXT-X-BYTERANGE:500
all.mp4

#EXT-X-DISCONTINUITY
#EXTINF:1.25,
other.mp4?v=1
#EXT-X-ENDLIST
"""
MULTIVARIANT = """#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="loud",NAME="Deutsch, leise",URI="de.m3u8",DEFAULT=NO
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="loud",NAME="English",URI="en.m3u8",DEFAULT=YES
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="inside",NAME="English"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="English",URI="subs.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=800000,CODECS="avc1.4d401f,mp4a.40.2",AUDIO="loud"
low/index.m3u8
#EXT-X-STREAM-INF:AUDIO="inside",BANDWIDTH=2400000
high/index.m3u8?token=a,b
"""


def test_a_media_playlist_gives_its_segments_in_order() -> None:
    playlist = parse(MEDIA)
    init = Part("init.mp4", (0, 700))
    assert [segment.part for segment in playlist.segments] == [
        Part("all.mp4", (700, 1000)),
        Part("all.mp4", (1700, 500)),
        Part("other.mp4?v=1"),
    ]
    assert {segment.init for segment in playlist.segments} == {init}
    assert [segment.anew for segment in playlist.segments] == [False, False, True]
    assert playlist.duration_s == 7.75


def test_a_multivariant_playlist_gives_its_renditions_and_their_separate_sound() -> None:
    playlist = parse(MULTIVARIANT)
    assert [(r.uri, r.bandwidth) for r in playlist.renditions] == [
        ("low/index.m3u8", 800_000),
        ("high/index.m3u8?token=a,b", 2_400_000),
    ]
    assert playlist.best.uri == "high/index.m3u8?token=a,b"
    assert playlist.audio == {"loud": "en.m3u8"}


def test_a_byte_order_mark_and_windows_lines_do_no_harm() -> None:
    assert len(parse("\ufeff" + MEDIA.replace("\n", "\r\n")).segments) == 3


def test_a_key_makes_the_segments_after_it_encrypted() -> None:
    text = '#EXTM3U\n#EXTINF:1,\na\n#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXTINF:1,\nb\n'
    text += "#EXT-X-KEY:METHOD=NONE\n#EXTINF:1,\nc\n"
    assert [segment.encrypted for segment in parse(text).segments] == [False, True, False]


@pytest.mark.parametrize(
    "text", ["", "<html>", "#EXTM3U\n#EXTINF:long,\na\n", "#EXTM3U\n#EXT-X-MAP:BYTERANGE=1\n"]
)
def test_what_is_no_playlist_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse(text)


@pytest.mark.parametrize(
    ("key", "uri", "target"),
    [
        ("hls/film/index.m3u8", "0.ts", "hls/film/0.ts"),
        ("index.m3u8", "0.ts", "0.ts"),
        ("hls/film/index.m3u8", "../sound/0.aac?v=2#x", "hls/sound/0.aac"),
        ("hls/film/index.m3u8", "/other/0.ts", "other/0.ts"),
        ("hls/Größe 1/index.m3u8", "Teil%201.ts", "hls/Größe 1/Teil 1.ts"),
    ],
)
def test_a_uri_is_seen_from_the_playlists_own_key(key: str, uri: str, target: str) -> None:
    assert resolve(key, uri) == target


@pytest.mark.parametrize("uri", ["https://cdn.example/0.ts", "//cdn.example/0.ts", "file:///etc/passwd"])
def test_a_uri_outside_the_bucket_is_refused(uri: str) -> None:
    with pytest.raises(InvalidInput, match="outside its bucket"):
        resolve("hls/index.m3u8", uri)
