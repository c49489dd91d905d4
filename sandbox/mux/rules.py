"""Which parameters Mux takes where. Source: the official OpenAPI file, and mux.com/docs for prose rules."""

from collections.abc import Iterator
from typing import Any

from sandbox.mux.validation import Rule, flag, listed, number, one_of, shaped, text, web_address

POLICIES = ("public", "signed")
SUBTITLE_LANGUAGES = (
    "en es it pt de fr pl ru nl ca tr sv uk no fi sk el cs hr da ro bg auto".split()  # noqa: SIM905
)
EXACT_SIZES = ("2160p", "1440p", "1080p", "720p", "540p", "480p", "360p", "270p")
RENDITIONS = ("highest", "audio-only", *EXACT_SIZES)
MP4_SUPPORT = ("none", "standard", "capped-1080p", "audio-only", "audio-only,capped-1080p")

META = shaped({"title": text(512), "creator_id": text(128), "external_id": text(128)})
GENERATED_SUBTITLES = listed(
    shaped({"language_code": one_of(*SUBTITLE_LANGUAGES), "name": text(), "passthrough": text(255)})
)
STATIC_RENDITION = shaped(
    {"resolution": one_of(*RENDITIONS), "passthrough": text(255)}, required=("resolution",)
)
PLAYBACK_ID = shaped({"policy": one_of(*POLICIES), "drm_configuration_id": text()})
OVERLAY = shaped(
    {
        "vertical_align": one_of("top", "middle", "bottom"),
        "vertical_margin": text(),
        "horizontal_align": one_of("left", "center", "right"),
        "horizontal_margin": text(),
        "width": text(),
        "height": text(),
        "opacity": text(),
    }
)
INPUT = shaped(
    {
        "url": web_address,
        "overlay_settings": OVERLAY,
        "generated_subtitles": GENERATED_SUBTITLES,
        "start_time": number(0),
        "end_time": number(0),
        "type": one_of("video", "audio", "text"),
        "text_type": one_of("subtitles"),
        "language_code": text(),
        "name": text(),
        "closed_captions": flag,
        "passthrough": text(255),
    }
)


def _inputs(value: Any) -> Iterator[str]:
    """A list of inputs, or the old short form: the URL alone."""
    yield from web_address(value) if isinstance(value, str) else listed(INPUT, least=1)(value)


def _policies(value: Any) -> Iterator[str]:
    """A list of policies, or one policy as a string."""
    yield from listed(one_of(*POLICIES))([value] if isinstance(value, str) else value)


_ASSET_OPTIONS = shaped(
    {
        "input": _inputs,
        "inputs": _inputs,
        "playback_policy": _policies,
        "playback_policies": _policies,
        "advanced_playback_policies": listed(PLAYBACK_ID),
        "passthrough": text(255),
        "mp4_support": one_of(*MP4_SUPPORT),
        "normalize_audio": flag,
        "master_access": one_of("none", "temporary"),
        "test": flag,
        "max_resolution_tier": one_of("1080p", "1440p", "2160p"),
        "encoding_tier": one_of("smart", "baseline", "premium"),
        "video_quality": one_of("basic", "plus", "premium"),
        "static_renditions": listed(STATIC_RENDITION),
        "meta": META,
        "copy_overlays": flag,
        "directives": listed(shaped({"id": text()}, required=("id",))),
        "generate_shots": flag,
    }
)


def asset_options(value: Any) -> Iterator[str]:
    """What both a new asset and an upload's `new_asset_settings` may say."""
    yield from _ASSET_OPTIONS(value)
    if not isinstance(value, dict):
        return
    sizes = [str(item.get("resolution")) for item in _objects(value.get("static_renditions"))]
    if sizes and value.get("mp4_support", "none") != "none":
        yield "static_renditions cannot be combined with mp4_support"
    yield from rendition_conflicts(sizes)
    yield from _same_names(_objects(value.get("inputs") or value.get("input")))


def _same_names(inputs: list[dict[str, Any]]) -> Iterator[str]:
    """A name is taken once among tracks of one kind; without a name the language stands for it."""
    generated = _objects(inputs[0].get("generated_subtitles")) if inputs else []
    named = [
        ("text", one.get("name") or f"{one.get('language_code', 'en')} (generated)") for one in generated
    ]
    for given in inputs[1:]:
        if given.get("type") in ("text", "audio"):
            named.append((given["type"], given.get("name") or given.get("language_code") or "en"))
    for kind, name in sorted({one for one in named if named.count(one) > 1}):
        yield f"inputs must not have two {kind} tracks named {name}"


def rendition_conflicts(sizes: list[str]) -> Iterator[str]:
    """`highest` excludes exact sizes, and no size may come twice."""
    if "highest" in sizes and set(sizes) & set(EXACT_SIZES):
        yield "static_renditions cannot mix highest with specific resolutions"
    if len(sizes) != len(set(sizes)):
        yield "static_renditions must not repeat a resolution"


def new_asset(value: Any) -> Iterator[str]:
    """Body of `POST /video/v1/assets`: the first input must have a URL to pull from."""
    yield from asset_options(value)
    if isinstance(value, dict):
        given = value.get("inputs") or value.get("input")
        first = given[0] if isinstance(given, list) and given else given
        if not first or (isinstance(first, dict) and not first.get("url")):
            yield "inputs[0].url is required"


NEW_UPLOAD: Rule = shaped(
    {
        "timeout": number(60, 604_800, whole=True),
        "cors_origin": text(),
        "new_asset_settings": asset_options,
        "test": flag,
    },
    required=("cors_origin",),
)
ASSET_CHANGES: Rule = shaped({"passthrough": text(255), "meta": META, "thumbnail_time": number(0)})
NEW_TRACK: Rule = shaped(
    {
        "url": web_address,
        "type": one_of("text", "audio"),
        "text_type": one_of("subtitles"),
        "language_code": text(),
        "name": text(),
        "closed_captions": flag,
        "passthrough": text(255),
    },
    required=("url", "type", "language_code"),
)
TRACK_CHANGES: Rule = shaped(
    {"language_code": text(), "name": text(), "closed_captions": flag, "passthrough": text(255)}
)
SUBTITLES_WANTED: Rule = shaped(
    {"generated_subtitles": GENERATED_SUBTITLES}, required=("generated_subtitles",)
)
MP4_SUPPORT_WANTED: Rule = shaped({"mp4_support": one_of(*MP4_SUPPORT)}, required=("mp4_support",))
MASTER_ACCESS_WANTED: Rule = shaped(
    {"master_access": one_of("none", "temporary")}, required=("master_access",)
)
NEW_PLAYBACK_ID: Rule = shaped({"policy": one_of(*POLICIES)})


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
