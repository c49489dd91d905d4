"""Languages in which Mux writes captions."""

from collections.abc import Mapping

from core.errors import InvalidInput

AUTO = "auto"
LANGUAGE_NAMES: Mapping[str, str] = {
    "en": "English",
    "es": "Spanish",
    "it": "Italian",
    "pt": "Portuguese",
    "de": "German",
    "fr": "French",
    "pl": "Polish",
    "ru": "Russian",
    "nl": "Dutch",
    "ca": "Catalan",
    "tr": "Turkish",
    "sv": "Swedish",
    "uk": "Ukrainian",
    "no": "Norwegian",
    "fi": "Finnish",
    "sk": "Slovak",
    "el": "Greek",
    "cs": "Czech",
    "hr": "Croatian",
    "da": "Danish",
    "ro": "Romanian",
    "bg": "Bulgarian",
    AUTO: "the language spoken",
}
LANGUAGES = tuple(LANGUAGE_NAMES)
"""Mux writes captions in these; `auto` finds out which. Source: `AssetGeneratedSubtitleSettings`."""


def checked_language(code: str) -> str:
    """One that Mux writes captions in, in words. Raises `InvalidInput` for any other."""
    if code not in LANGUAGE_NAMES:
        raise InvalidInput(f"Mux does not write captions in “{code[:20]}”.", hint="Choose one of the list.")
    return LANGUAGE_NAMES[code]
