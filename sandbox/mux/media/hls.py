"""HLS from an asset's file: segments cut at key frames, the media playlist FFmpeg writes for them,
and the multivariant playlist that a player opens first.
"""

import re
import shutil
from pathlib import Path
from typing import Any

import av

from sandbox.mux.media.copying import remux

SEGMENT_S = 4
PLAYLIST = "rendition.m3u8"
# Without a URI: the sound that comes with the picture.
_MAIN_SOUND = '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Default",DEFAULT=YES,AUTOSELECT=YES'


def make(
    source: Path, folder: Path, stop_s: float | None, kinds: tuple[str, ...] = ("video", "audio")
) -> Path:
    """Remuxes the whole file once into `folder`, which appears only when it is complete."""
    if folder.exists():
        return folder
    # Renamed when done, so that a killed remux is never taken for a whole one.
    unfinished = folder.with_name(folder.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    options = {
        "hls_time": str(SEGMENT_S),
        "hls_list_size": "0",
        "hls_playlist_type": "vod",
        "hls_flags": "independent_segments",
        "hls_segment_filename": str(unfinished / "%d.ts"),
    }
    remux(source, unfinished / PLAYLIST, format_name="hls", options=options, stop_s=stop_s, kinds=kinds)
    unfinished.replace(folder)
    return folder


def with_query(playlist: str, query: str) -> str:
    """The playlist with `?query` on every URI, for players that carry no token along by themselves."""
    if not query:
        return playlist
    lines = playlist.splitlines()
    return "\n".join(f"{line}?{query}" if line and line[0] != "#" else line for line in lines) + "\n"


def clipped(playlist: str, start_s: float, end_s: float) -> str:
    """The media playlist with the segments alone that have something of this part: Mux clips by segments."""
    kept, at_s, pending = [], 0.0, []
    for line in playlist.splitlines():
        if line.startswith("#EXTINF:"):
            pending = [line]
        elif line and line[0] != "#":
            length_s = float(pending[0][len("#EXTINF:") :].rstrip(","))
            if at_s < end_s and at_s + length_s > start_s:
                kept += [*pending, line]
            at_s, pending = at_s + length_s, []
        else:
            (pending if pending else kept).append(line)
    return "\n".join(kept) + "\n"


def multivariant(
    source: Path, facts: dict[str, Any], playback_id: str, query: str, extras: list[dict[str, Any]]
) -> str:
    """The playlist at `/{PLAYBACK_ID}.m3u8`: one rendition, and the tracks added to the asset."""
    suffix = f"?{query}" if query else ""
    lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-INDEPENDENT-SEGMENTS"]
    sounds = [track for track in extras if track["type"] == "audio"]
    texts = [track for track in extras if track["type"] == "text"]
    lines += [_MAIN_SOUND] if sounds else []
    lines += [
        _media(track, "AUDIO", f"{playback_id}/audio/{track['id']}/{PLAYLIST}{suffix}") for track in sounds
    ]
    lines += [_media(track, "SUBTITLES", f"{playback_id}/text/{track['id']}.m3u8{suffix}") for track in texts]
    groups = ['AUDIO="audio"'] * bool(sounds) + ['SUBTITLES="subtitles"'] * bool(texts)
    lines.append("#EXT-X-STREAM-INF:" + ",".join(_attributes(source, facts) + groups))
    lines.append(f"{playback_id}/{PLAYLIST}{suffix}")
    return "\n".join(lines) + "\n"


def subtitles_playlist(track_id: str, duration_s: float, query: str) -> str:
    """A media playlist with the whole WebVTT file as its one segment."""
    suffix = f"?{query}" if query else ""
    return (
        f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:{int(duration_s) + 1}\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        f"#EXTINF:{duration_s:.6f},\n{track_id}.vtt{suffix}\n#EXT-X-ENDLIST\n"
    )


def _attributes(source: Path, facts: dict[str, Any]) -> list[str]:
    # TS adds headers to every packet; players want a ceiling, not an average.
    attributes = [f"BANDWIDTH={int(facts['bits_per_s'] * 1.3) + 1}"]
    picture = next((track for track in facts["tracks"] if track["type"] == "video"), None)
    if picture:
        attributes.append(f"RESOLUTION={picture['width']}x{picture['height']}")
        if picture["frame_rate"] > 0:
            attributes.append(f"FRAME-RATE={picture['frame_rate']:.3f}")
    if codecs := _codecs(source):
        attributes.append(f'CODECS="{codecs}"')
    return attributes


def _media(track: dict[str, Any], kind: str, uri: str) -> str:
    attributes = {
        "TYPE": kind,
        "GROUP-ID": f'"{kind.lower()}"',
        "NAME": _quoted(track["name"]),
        "LANGUAGE": _quoted(track["language_code"]),
        "DEFAULT": "NO",
        "AUTOSELECT": "YES",
        "URI": f'"{uri}"',
    }
    return "#EXT-X-MEDIA:" + ",".join(f"{name}={value}" for name, value in attributes.items())


def _quoted(text: str) -> str:
    """HLS knows no escapes: a quotation mark or a line's end inside would end the attribute, or the list."""
    inside = re.sub(r'["\r\n]', "'", text)
    return f'"{inside}"'


def _codecs(source: Path) -> str:
    """RFC 6381 names, or nothing where the file does not say: a wrong name would stop a player."""
    names = []
    with av.open(str(source)) as container:
        for stream in container.streams:
            extra = stream.codec_context.extradata or b""
            if stream.codec_context.name == "h264":
                # No codec list at all lets the player find out; a partial one would hide the picture.
                if not (profile := _avc_profile(extra)):
                    return ""
                names.append(f"avc1.{profile}")
            elif stream.codec_context.name == "aac":
                names.append("mp4a.40.2")
    return ",".join(names)


def _avc_profile(extra: bytes) -> str:
    """Profile, constraints and level from an avcC box, or from the first Annex B parameter set."""
    if extra[:1] == b"\x01" and len(extra) > 4:
        return extra[1:4].hex()
    start = extra.find(b"\x00\x00\x01\x67")
    return extra[start + 4 : start + 7].hex() if start >= 0 else ""
