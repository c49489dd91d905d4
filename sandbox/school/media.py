"""The bytes of the sample objects, made once and kept in a folder."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import av

from sandbox.school.clips import Clip, make_clips
from sandbox.school.rows import Cut, Hls, SampleObject, School

SEGMENT_S = 2
KEPT_OF_A_CUT = 0.6
CONTENT_TYPES = {".m3u8": "application/vnd.apple.mpegurl", ".ts": "video/mp2t"}


def make_media(school: School, folder: Path) -> None:
    """Everything that is not in `folder` yet; some 300 clips take about 6 s on two processors."""
    make_clips([clip for item in school.objects for clip in clips_of(item)], folder)
    for item in school.objects:
        if isinstance(item.content, Hls):
            make_hls(item.content.clip, folder)


def clips(folder: Path, *, count: int) -> list[Path]:
    """Some distinct clips of three seconds, for whoever needs a few real files."""
    wanted = [
        Clip(title="Sample", subtitle="", number=number, hue=number / count, duration_s=3)
        for number in range(count)
    ]
    make_clips(wanted, folder)
    return [folder / clip.name for clip in wanted]


def clips_of(item: SampleObject) -> list[Clip]:
    content = item.content
    if isinstance(content, Clip):
        return [content]
    return [content.clip] if isinstance(content, Cut | Hls) else []


def make_hls(clip: Clip, folder: Path) -> None:
    """Cuts an encoded clip into segments without encoding it again."""
    made = hls_folder(clip, folder)
    if made.exists():
        return
    unfinished = made.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    options = {"hls_time": str(SEGMENT_S), "hls_list_size": "0", "hls_playlist_type": "vod"}
    with (
        av.open(str(folder / clip.name)) as source,
        av.open(str(unfinished / "index.m3u8"), "w", format="hls", options=options) as playlist,
    ):
        copies = {stream.index: playlist.add_stream_from_template(stream) for stream in source.streams}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = copies[packet.stream.index]
                playlist.mux(packet)
    os.replace(unfinished, made)


def hls_folder(clip: Clip, folder: Path) -> Path:
    return folder / f"{clip.name}.hls"


def files_of(item: SampleObject, folder: Path) -> Iterator[tuple[str, bytes, str]]:
    """What is stored for one object: key, bytes and content type; several for an HLS folder."""
    match item.content:
        case bytes() as content:
            yield item.key, content, item.content_type
        case Clip() as clip:
            yield item.key, (folder / clip.name).read_bytes(), item.content_type
        case Cut(clip=clip):
            whole = (folder / clip.name).read_bytes()
            yield item.key, whole[: int(len(whole) * KEPT_OF_A_CUT)], item.content_type
        case Hls(clip=clip):
            prefix = item.key.rpartition("/")[0]
            for path in sorted(hls_folder(clip, folder).iterdir()):
                yield f"{prefix}/{path.name}", path.read_bytes(), CONTENT_TYPES[path.suffix]
