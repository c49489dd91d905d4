"""The sample files, made for real."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy
import pytest

from sandbox.school.clips import Clip, make_clip, make_clips
from sandbox.school.media import clips, files_of, make_hls
from sandbox.school.rows import Cut, Hls, SampleObject


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


def clip(number: int = 1, **differences: object) -> Clip:
    facts = {"title": "Sets", "subtitle": "Algebra I", "number": number, "hue": 0.5, "duration_s": 3}
    return Clip(**(facts | differences))


def picture(path: Path) -> numpy.ndarray:
    with av.open(str(path)) as container:
        return next(container.decode(video=0)).to_ndarray(format="rgb24")


def loudest_hz(path: Path) -> float:
    """The strongest tone of the first half second."""
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
        rate = container.streams.audio[0].rate
    wave = numpy.concatenate(frames)[: rate // 2]
    return float(numpy.abs(numpy.fft.rfft(wave)).argmax() * rate / len(wave))


@pytest.mark.parametrize(
    ("container", "streams"),
    [
        ("mp4", ["audio", "video"]),
        ("mov", ["audio", "video"]),
        ("webm", ["audio", "video"]),
        ("mp3", ["audio"]),
    ],
)
def test_a_clip_has_its_length_and_streams(folder, container, streams):
    made = clip(container=container)
    make_clip(made, folder)
    with av.open(str(folder / made.name)) as opened:
        assert opened.duration / 1e6 == pytest.approx(3, abs=0.15)
        assert sorted(stream.type for stream in opened.streams) == streams


def test_two_clips_differ_to_the_eye_and_to_the_ear(folder):
    one, two = clip(1), clip(2, hue=0.0)
    make_clips([one, two], folder)
    assert numpy.abs(picture(folder / one.name).astype(int) - picture(folder / two.name)).mean() > 20
    assert loudest_hz(folder / one.name) == pytest.approx(294, abs=5)
    assert loudest_hz(folder / two.name) == pytest.approx(330, abs=5)


def test_a_clip_is_encoded_once_and_always_to_the_same_bytes(folder, tmp_path):
    made = clip(7)
    make_clip(made, folder)
    make_clip(made, tmp_path)
    assert (folder / made.name).read_bytes() == (tmp_path / made.name).read_bytes()
    written_at = (folder / made.name).stat().st_mtime_ns
    make_clips([made], folder)
    assert (folder / made.name).stat().st_mtime_ns == written_at


def test_languages_become_audio_tracks(folder):
    made = clip(3, audio_languages=("eng", "spa"))
    make_clip(made, folder)
    with av.open(str(folder / made.name)) as opened:
        assert [stream.language for stream in opened.streams.audio] == ["eng", "spa"]


def test_an_hls_folder_plays(folder, tmp_path):
    made = clip(4, duration_s=8)
    make_clip(made, folder)
    make_hls(made, folder)
    item = SampleObject(bucket="b", key="hls/live/index.m3u8", content=Hls(clip=made))
    files = write_all(files_of(item, folder), tmp_path)
    assert "hls/live/index.m3u8" in files
    assert sum(name.endswith(".ts") for name in files) == 4
    with av.open(str(tmp_path / "hls/live/index.m3u8")) as opened:
        assert sum(1 for _ in opened.decode(video=0)) == 8 * 12


def test_a_cut_file_cannot_be_read(folder, tmp_path):
    made = clip(5, index_first=False)
    make_clip(made, folder)
    item = SampleObject(bucket="b", key="cut.mp4", content=Cut(clip=made))
    write_all(files_of(item, folder), tmp_path)
    with pytest.raises(av.InvalidDataError):
        av.open(str(tmp_path / "cut.mp4"))


def test_whoever_needs_a_few_files_gets_distinct_ones(tmp_path):
    first, second = clips(tmp_path, count=2)
    assert first.read_bytes() != second.read_bytes()


def write_all(files: Iterator[tuple[str, bytes, str]], folder: Path) -> list[str]:
    names = []
    for key, content, _ in files:
        (folder / key).parent.mkdir(parents=True, exist_ok=True)
        (folder / key).write_bytes(content)
        names.append(key)
    return names
