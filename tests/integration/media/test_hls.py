"""HLS folders: what they are, and the one film that is made out of them."""

import tracemalloc
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import pytest

from core.errors import InvalidInput, NotFound
from core.media.reader import MediaReader
from core.storage import Fetch
from tests.integration.clips import write_film, write_hls

READER = MediaReader()


def from_folder(folder: Path) -> Fetch:
    """Gives a key's object, as the object store does."""

    def fetch(key: str, span: tuple[int, int] | None = None) -> bytes:
        path = folder / key
        if not path.is_file():
            raise NotFound(f"S3 has no object {key}.")
        body = path.read_bytes()
        return body if span is None else body[span[0] : sum(span)]

    return fetch


def film_of(fetch: Fetch, key: str = "index.m3u8") -> bytes:
    return b"".join(READER.remux_hls(fetch, key))


def frames(film: bytes, kind: str) -> list[Any]:
    with av.open(BytesIO(film)) as container:
        return list(container.decode(**{kind: 0}))


FLAVOURS: dict[str, dict[str, str]] = {
    "ts": {},
    "fmp4": {"hls_segment_type": "fmp4"},
    "one file": {"hls_flags": "single_file"},
    "one fmp4 file": {"hls_segment_type": "fmp4", "hls_flags": "single_file"},
    "other codec": {"video": "mpeg2video"},
}


@pytest.fixture(params=FLAVOURS)
def flavour(request: pytest.FixtureRequest, folder: Path) -> Path:
    """A folder with four seconds in four segments."""
    path = folder / f"flavour {request.param}"
    if not path.exists():
        write_hls(path, **FLAVOURS[request.param])
    return path


def test_a_folder_tells_its_length_size_and_codecs(flavour: Path) -> None:
    facts = READER.probe_hls(from_folder(flavour), "index.m3u8")
    assert facts.duration_s == pytest.approx(4.0, abs=0.05)
    assert (facts.width, facts.height, facts.audio_codec) == (128, 72, "aac")
    assert facts.video_codec in ("h264", "mpeg2video")


def test_a_folder_becomes_one_fragmented_film_with_every_frame(flavour: Path) -> None:
    film = film_of(from_folder(flavour))
    pictures, sounds = frames(film, "video"), frames(film, "audio")
    assert len(pictures) == 40
    assert 0 <= pictures[0].time < 0.1
    assert pictures[-1].time == pytest.approx(3.9, abs=0.1)
    assert sum(frame.samples for frame in sounds) / 48_000 == pytest.approx(4.0, abs=0.1)
    assert b"moof" in film
    assert film.index(b"moov") < film.index(b"moof")


def test_the_best_rendition_is_taken(folder: Path) -> None:
    base = folder / "renditions"
    write_hls(base / "low")
    (base / "high").mkdir()
    write_film(base / "high/index.m3u8", seconds=2, size=(256, 144), hls_playlist_type="vod")
    (base / "top.m3u8").write_text(
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100000\nlow/index.m3u8\n"
        "#EXT-X-STREAM-INF:BANDWIDTH=900000\nhigh/index.m3u8\n"
    )
    assert READER.probe_hls(from_folder(base), "top.m3u8").width == 256
    assert frames(film_of(from_folder(base), "top.m3u8"), "video")[0].width == 256


def test_separate_sound_is_joined_in_step_with_the_picture(folder: Path) -> None:
    base = folder / "separate"
    write_hls(base / "picture", audio="")
    write_hls(base / "sound", video="")
    (base / "top.m3u8").write_text(
        '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="x",URI="sound/index.m3u8"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=100000,AUDIO="a"\npicture/index.m3u8\n'
    )
    facts = READER.probe_hls(from_folder(base), "top.m3u8")
    assert (facts.video_codec, facts.audio_codec) == ("h264", "aac")
    film = film_of(from_folder(base), "top.m3u8")
    pictures, sounds = frames(film, "video"), frames(film, "audio")
    assert len(pictures) == 40
    assert sounds[-1].time == pytest.approx(pictures[-1].time, abs=0.2)


def test_a_clock_that_starts_again_midway_goes_on_in_the_film(folder: Path) -> None:
    base = folder / "anew"
    write_hls(base / "one")
    write_hls(base / "two")
    lines = [f"#EXTINF:1.0,\n{part}/index{number}.ts" for part in ("one", "two") for number in range(4)]
    lines.insert(4, "#EXT-X-DISCONTINUITY")
    (base / "index.m3u8").write_text("\n".join(["#EXTM3U", *lines, "#EXT-X-ENDLIST\n"]))
    times = [frame.time for frame in frames(film_of(from_folder(base)), "video")]
    assert len(times) == 80
    assert times == sorted(times)
    assert times[-1] == pytest.approx(7.9, abs=0.1)


def write_long_hls(folder: Path) -> Path:
    """Four segments again and again: 200 of them, some 2 MB in all."""
    playlist = write_hls(folder)
    text = playlist.read_text()
    run = text[text.index("#EXTINF") : text.index("#EXT-X-ENDLIST")]
    playlist.write_text(text.replace(run, ("#EXT-X-DISCONTINUITY\n" + run) * 50))
    return folder


def test_a_film_comes_in_pieces_and_segments_are_fetched_as_they_are_needed(folder: Path) -> None:
    read = from_folder(write_long_hls(folder / "long"))
    fetched: list[str] = []

    def fetch(key: str, span: tuple[int, int] | None = None) -> bytes:
        fetched.append(key)
        return read(key, span)

    pieces = READER.remux_hls(fetch, "index.m3u8")
    first = next(pieces)
    pieces.close()
    assert first[4:8] == b"ftyp"
    assert 50 < len(fetched) < 150


def test_memory_does_not_grow_with_the_length(folder: Path) -> None:
    fetch = from_folder(write_long_hls(folder / "flat"))
    tracemalloc.start()
    sizes = [len(piece) for piece in READER.remux_hls(fetch, "index.m3u8")]
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(sizes) > 1_900_000
    assert peak_bytes < 4 << 20


@pytest.mark.parametrize("kind", ["mpegts", "fmp4"])
def test_of_a_film_in_one_file_each_part_is_fetched_once_and_alone(folder: Path, kind: str) -> None:
    base = folder / f"one file {kind}"
    write_hls(base, seconds=20.0, hls_segment_type=kind, hls_flags="single_file")
    read = from_folder(base)
    film_bytes = sum(path.stat().st_size for path in base.iterdir())
    pieces: list[int] = []

    def fetch(key: str, span: tuple[int, int] | None = None) -> bytes:
        body = read(key, span)
        pieces.append(len(body))
        return body

    assert len(frames(b"".join(READER.remux_hls(fetch, "index.m3u8")), "video")) == 200
    assert max(pieces) < film_bytes / 5
    assert sum(pieces) < film_bytes * 1.3  # the first segment is looked at before it is copied


def test_a_missing_segment_is_named(folder: Path) -> None:
    base = folder / "missing"
    write_hls(base)
    (base / "index2.ts").unlink()
    with pytest.raises(NotFound, match=r"index2\.ts"):
        film_of(from_folder(base))


@pytest.mark.parametrize("rubbish", [b"", b"<Error>no such thing</Error>" * 100], ids=["empty", "XML"])
@pytest.mark.parametrize("number", [0, 2], ids=["first", "later"])
def test_a_damaged_segment_is_not_skipped_in_silence(folder: Path, rubbish: bytes, number: int) -> None:
    base = folder / f"damaged {len(rubbish)} {number}"
    write_hls(base)
    (base / f"index{number}.ts").write_bytes(rubbish)
    with pytest.raises(InvalidInput, match="damaged"):
        film_of(from_folder(base))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("#EXTM3U\n#EXT-X-ENDLIST\n", "no segments"),
        ('#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXTINF:1,\na.ts\n', "encrypted"),
        ("#EXTM3U\n#EXTINF:1,\nhttps://cdn.example/a.ts\n", "outside its bucket"),
        ("<html>", "not an HLS playlist"),
    ],
)
def test_a_folder_that_cannot_be_copied_says_why(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "index.m3u8").write_text(text)
    for read in (READER.probe_hls, lambda fetch, key: list(READER.remux_hls(fetch, key))):
        with pytest.raises(InvalidInput, match=words):
            read(from_folder(tmp_path), "index.m3u8")
