"""The lesson page's own words: a video's steps, what it holds, and why Mux made another file of it."""

from collections.abc import Mapping
from typing import Any

from core.asset import Asset, Policy
from core.lesson_story import LessonFilm, Step, What
from dashboard import formats

STEP: Mapping[What, str] = {
    What.SENT: "upload begun",
    What.UPLOADED: "uploaded",
    What.IN_S3: "in S3",
    What.AT_MUX: "at Mux",
    What.READY: "ready",
    What.FAILED: "failed",
    What.SWITCHED: "switched from S3",
    What.CAME: "plays from Mux",
    What.REPLACED: "another video took its place",
    What.BACK: "back to what it played before",
    What.EMPTY: "nothing left to play",
    What.AGAIN: "an earlier version again",
    What.PICKED: "a file in S3 instead",
    What.AWAY: "taken away",
    What.EVENED: "sound evened out",
    What.DELETED: "deleted at Mux",
}
POLICY: Mapping[Policy, str] = {Policy.PUBLIC: "public playback", Policy.SIGNED: "signed playback"}
CHANNELS = {1: "mono", 2: "stereo", 6: "5.1 sound"}

REASON: Mapping[str, str] = {
    "video_codec": "its picture is {}, not H.264",
    "audio_codec": "its sound is {}, not AAC",
    "video_gop_size": "its key frames are too far apart",
    "video_frame_rate": "its frame rate is {}",
    "video_resolution": "its picture is larger than the tier ({})",
    "video_bitrate": "it has more bits a second than are streamed",
    "pixel_aspect_ratio": "its pixels are not square ({})",
    "video_edit_list": "its picture is cut by an edit list",
    "audio_edit_list": "its sound is cut by an edit list",
    "unsupported_pixel_format": "its colours are kept as {}",
    "unexpected_media_file_parameters": "the file is built in an unusual way",
    "unexpected_video_parameters": "its picture is coded in an unusual way",
}


def story(steps: tuple[Step, ...]) -> str:
    """`upload begun 12 Nov, 14:01 by tess · uploaded 14:02 · ready 14:03`; the day only where it changes."""
    said, day = [], ""
    for step in steps:
        on, _, time = formats.moment(step.at, zone=formats.reader_zone()).rpartition(", ")
        moment = time if on == day else f"{on}, {time}"
        by = f" by {formats.literal(formats.actor(step.by))}" if step.by else ""
        why = f" ({formats.literal(step.why)})" if step.why else ""
        said.append(f"{STEP[step.what]} {moment}{by}{why}")
        day = on
    return " · ".join(said)


def facts(film: LessonFilm) -> list[str]:
    """What is known of the copy at Mux, else of the file in S3; what is not known is left out."""
    known = film.duration_s or (film.source.duration_s if film.source else None)
    length = [formats.clock(known)] if known else []
    return [*length, *(_of_asset(film.asset) if film.asset else []), *_of_source(film)]


def _of_asset(asset: Asset) -> list[str]:
    kept = [asset.resolution_tier, f"{asset.video_quality} quality" if asset.video_quality else None]
    policy = [POLICY[asset.policy]] if asset.policy else []
    policy += ["even sound"] if asset.normalized else []
    there = (track for track in asset.tracks if track.get("status") != "deleted")
    tracks = [said for track in there if (said := _track(track))]
    files = [f"MP4 {one.get('name', '')}" for one in asset.static_renditions if one.get("status") == "ready"]
    return [formats.literal(one) for one in (*kept, *policy, *tracks, *files) if one]


def _track(track: Mapping[str, Any]) -> str:
    if track.get("type") == "video":
        size = f"{track['max_width']} × {track['max_height']}" if track.get("max_width") else ""
        rate = f"{float(track['max_frame_rate']):g} frames/s" if track.get("max_frame_rate") else ""
        return ", ".join(one for one in (size, rate) if one)
    if track.get("type") == "audio":
        count = track.get("max_channels")
        return CHANNELS.get(count, f"{count} channels") if count else "sound"
    name = str(track.get("name") or track.get("language_code") or "")
    state = "" if track.get("status") in (None, "ready") else f" ({track['status']})"
    return f"{name} captions{state}".strip() if track.get("type") == "text" else ""


def _of_source(film: LessonFilm) -> list[str]:
    source = film.source
    if source is None or not source.size_bytes:
        return []
    size = formats.size(source.size_bytes)
    if film.asset:
        return [f"original {size}"]
    picture = [f"{source.width} × {source.height}"] if source.width and source.height else []
    return [*picture, size]


def conversion(reasons: Mapping[str, str]) -> str:
    """Why Mux could not take the file as it was; "" where it could."""
    said = [
        REASON.get(name, f"{name.replace('_', ' ')}: {{}}").format(value) for name, value in reasons.items()
    ]
    if not said:
        return ""
    return formats.literal(f"Mux had to make another file of it, which takes longer: {', '.join(said)}.")
