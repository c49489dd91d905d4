"""Stills from an asset's file: thumbnails, animated previews and storyboards."""

from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Any

import av
from PIL import Image, ImageOps

FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
MEDIA_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif"}
TILE_WIDTH = 284
TILES_PER_ROW = 10


def frame_at(source: Path, at_s: float) -> Image.Image:
    """The picture on screen at `at_s`; the last one if the film is over by then."""
    with av.open(str(source)) as container:
        return _frame_at(container, at_s)


def thumbnail(source: Path, at_s: float, extension: str, look: dict[str, Any]) -> bytes:
    """One still, shaped by Mux's image parameters (`width height fit_mode rotate flip_v flip_h`)."""
    image = frame_at(source, at_s)
    width, height = look.get("width"), look.get("height")
    if width or height:
        image = _fitted(image, width, height, look.get("fit_mode", "preserve"))
    if rotate := look.get("rotate"):
        image = image.rotate(-rotate, expand=True)
    image = ImageOps.flip(image) if look.get("flip_v") else image
    image = ImageOps.mirror(image) if look.get("flip_h") else image
    return _encoded(image, extension)


def animated(source: Path, extension: str, start_s: float, end_s: float, width: int, fps: int) -> bytes:
    """A looping preview of at most 10 s, as GIF or WebP."""
    count = max(1, ceil((end_s - start_s) * fps))
    with av.open(str(source)) as container:
        frames = [_frame_at(container, start_s + n / fps) for n in range(count)]
    first, *rest = [frame.resize((width, _scaled(frame, width))) for frame in frames]
    out = BytesIO()
    first.save(out, extension.upper(), save_all=True, append_images=rest, duration=int(1000 / fps), loop=0)
    return out.getvalue()


def storyboard(source: Path, duration_s: float, extension: str) -> bytes:
    """One picture with all tiles, in rows of ten."""
    layout = tiles(source, duration_s)
    sheet = Image.new("RGB", (layout["width"], layout["height"]))
    with av.open(str(source)) as container:
        for tile in layout["tiles"]:
            still = _frame_at(container, tile["start"])
            sheet.paste(still.resize((layout["tile_width"], layout["tile_height"])), (tile["x"], tile["y"]))
    return _encoded(sheet, extension)


def tiles(source: Path, duration_s: float) -> dict[str, Any]:
    """Where each tile lies and when it starts: 50 tiles under 15 minutes, else 100."""
    with av.open(str(source)) as container:
        codec = container.streams.video[0].codec_context
        tile_height = max(2, round(TILE_WIDTH * codec.height / codec.width))
    count = 50 if duration_s < 15 * 60 else 100
    places = [_place(n, tile_height) | {"start": round(n * duration_s / count, 3)} for n in range(count)]
    return {
        "tile_width": TILE_WIDTH,
        "tile_height": tile_height,
        "duration": duration_s,
        "width": TILE_WIDTH * TILES_PER_ROW,
        "height": tile_height * ceil(count / TILES_PER_ROW),
        "tiles": places,
    }


def storyboard_vtt(layout: dict[str, Any], image_url: str) -> str:
    """WebVTT cues whose payload is the part of the image to show."""
    ends = [tile["start"] for tile in layout["tiles"][1:]] + [layout["duration"]]
    size = f"{layout['tile_width']},{layout['tile_height']}"
    cues = [
        f"{clock(tile['start'])} --> {clock(end)}\n{image_url}#xywh={tile['x']},{tile['y']},{size}\n"
        for tile, end in zip(layout["tiles"], ends, strict=True)
    ]
    return "WEBVTT\n\n" + "\n".join(cues)


def clock(at_s: float) -> str:
    """`HH:MM:SS.mmm`, as WebVTT writes times."""
    milliseconds = round(at_s * 1000)
    seconds, milliseconds = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{milliseconds:03}"


def _frame_at(container: Any, at_s: float) -> Image.Image:
    stream = container.streams.video[0]
    wanted_s = at_s + (container.start_time or 0) / av.time_base
    # To the key frame before, then forward: only whole groups of pictures can be decoded.
    container.seek(int(wanted_s * av.time_base), backward=True)
    last = None
    for last in container.decode(stream):
        if last.time is not None and last.time + 1e-3 >= wanted_s:
            break
    if last is None:
        raise ValueError("no picture can be decoded")
    image: Image.Image = last.to_image()
    return image


def _fitted(image: Image.Image, width: int | None, height: int | None, mode: str) -> Image.Image:
    size = (width or round(image.width * (height or 1) / image.height), height or _scaled(image, width or 1))
    if mode == "stretch":
        return image.resize(size)
    if mode in ("crop", "smartcrop"):
        return ImageOps.fit(image, size)
    return ImageOps.pad(image, size) if mode == "pad" else ImageOps.contain(image, size)


def _scaled(image: Image.Image, width: int) -> int:
    return max(1, round(width * image.height / image.width))


def _place(position: int, tile_height: int) -> dict[str, int]:
    row, column = divmod(position, TILES_PER_ROW)
    return {"x": column * TILE_WIDTH, "y": row * tile_height}


def _encoded(image: Image.Image, extension: str) -> bytes:
    out = BytesIO()
    image.save(out, FORMATS[extension])
    return out.getvalue()
