"""Short videos that a person can tell apart: own colour, own number and title, own melody."""

import colorsys
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple, dataclass
from hashlib import sha256
from pathlib import Path

import av
import numpy
from PIL import Image, ImageDraw, ImageFont

FRAMES_PER_S = 12
AUDIO_HZ = 16_000
NOTES_HZ = (262, 294, 330, 392, 440, 523, 587, 659)  # pentatonic: any two sound well together
CODECS = {"webm": ("libvpx-vp9", "libopus"), "mp3": (None, "mp3")}
FAST = {
    "h264": {"preset": "ultrafast", "crf": "30"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
    "aac": {"aac_coder": "fast"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """What decides every byte of it. `number` is drawn large and picks the melody."""

    title: str
    subtitle: str
    number: int
    hue: float  # 0–1
    duration_s: int
    width: int = 320
    height: int = 180
    container: str = "mp4"  # also mov, webm, mp3
    index_first: bool = True
    audio_languages: tuple[str, ...] = ("eng",)

    @property
    def name(self) -> str:
        """File name in the cache."""
        digest = sha256(f"{astuple(self)} {av.__version__}".encode()).hexdigest()
        return f"{digest[:20]}.{self.container}"


def make_clips(clips: list[Clip], folder: Path) -> None:
    """Encodes those that are not in `folder` yet, on all processors."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [clip for clip in clips if not (folder / clip.name).exists()]
    if not missing:
        return
    with ProcessPoolExecutor() as pool:
        list(pool.map(make_clip, missing, [folder] * len(missing), chunksize=8))


def make_clip(clip: Clip, folder: Path) -> None:
    unfinished = folder / f"{clip.name}.unfinished"
    encode(clip, unfinished)
    os.replace(unfinished, folder / clip.name)


def encode(clip: Clip, path: Path) -> None:
    options = {"movflags": "+faststart"} if clip.index_first and clip.container in ("mp4", "mov") else {}
    with av.open(str(path), "w", format=clip.container, options=options) as container:
        video_codec, audio_codec = CODECS.get(clip.container, ("h264", "aac"))
        video = add_video(container, clip, video_codec) if video_codec else None
        audios = [add_audio(container, audio_codec, language) for language in clip.audio_languages]
        if video:
            for picture in pictures(clip):
                container.mux(video.encode(picture))
            container.mux(video.encode())
        for offset, audio in enumerate(audios):
            for sound in sounds(clip, offset):
                container.mux(audio.encode(sound))
            container.mux(audio.encode())


def add_video(container: av.container.OutputContainer, clip: Clip, codec: str) -> av.VideoStream:
    stream = container.add_stream(codec, rate=FRAMES_PER_S, options=FAST[codec])
    stream.width, stream.height, stream.pix_fmt = clip.width, clip.height, "yuv420p"
    stream.codec_context.gop_size = FRAMES_PER_S
    stream.thread_count = 1  # one process per processor is faster
    return stream


def add_audio(container: av.container.OutputContainer, codec: str, language: str) -> av.AudioStream:
    stream = container.add_stream(codec, rate=AUDIO_HZ, layout="mono", options=FAST.get(codec, {}))
    stream.bit_rate = 24_000  # enough for a tone, and half the encoder's time
    stream.metadata["language"] = language
    return stream


def pictures(clip: Clip) -> Iterator[av.VideoFrame]:
    """A still with a bar that fills from left to right, and the second that it is."""
    still = draw_still(clip)
    clock_font = ImageFont.load_default(size=clip.height // 8)
    count = clip.duration_s * FRAMES_PER_S
    for index in range(count):
        image = still.copy()
        draw = ImageDraw.Draw(image)
        draw.rectangle((0, clip.height - 8, clip.width * (index + 1) // count, clip.height), fill="white")
        draw.text(
            (clip.width - 12, 8), f"{index // FRAMES_PER_S} s", fill="white", font=clock_font, anchor="ra"
        )
        yield av.VideoFrame.from_image(image)


def draw_still(clip: Clip) -> Image.Image:
    red, green, blue = (round(255 * part) for part in colorsys.hsv_to_rgb(clip.hue, 0.65, 0.45))
    image = Image.new("RGB", (clip.width, clip.height), (red, green, blue))
    draw = ImageDraw.Draw(image)
    middle = clip.width // 2
    large, small = (ImageFont.load_default(size=clip.height // part) for part in (3, 11))
    draw.text((middle, clip.height * 0.40), str(clip.number), fill="white", font=large, anchor="mm")
    draw.text((middle, clip.height * 0.68), clip.title, fill="white", font=small, anchor="mm")
    draw.text((middle, clip.height * 0.80), clip.subtitle, fill="#ffffffb0", font=small, anchor="mm")
    return image


def sounds(clip: Clip, offset: int) -> Iterator[av.AudioFrame]:
    """One note a second, the melody chosen by number; another language sounds a step higher."""
    for second in range(clip.duration_s):
        note_hz = NOTES_HZ[(clip.number * (second + 1) + second + offset) % len(NOTES_HZ)]
        times_s = numpy.arange(AUDIO_HZ) / AUDIO_HZ
        wave = numpy.sin(2 * numpy.pi * note_hz * times_s) * numpy.exp(-2 * times_s)
        frame = av.AudioFrame.from_ndarray(
            (wave * 12_000).astype(numpy.int16)[None], format="s16", layout="mono"
        )
        frame.sample_rate, frame.pts = AUDIO_HZ, second * AUDIO_HZ
        yield frame
