"""How a video is kept at Mux, and what that costs."""

import streamlit as st

from core.asset import Quality
from core.estimate import estimate
from core.settings import Settings
from core.upload import UploadOptions
from dashboard import choices, formats, words
from dashboard.costs import price_now
from dashboard.state import Key

HOUR_S = 3600.0
FREE = "Test copies cost nothing."


def choose(settings: Settings) -> UploadOptions | None:
    """Ask for the options; None while it is not decided who may play."""
    with st.expander("How videos are kept", expanded=not settings.can_sign):
        left, right = st.columns(2)
        with left:
            policy = choices.policy(settings, Key.UPLOAD_POLICY)
            quality = choices.quality(Key.UPLOAD_QUALITY, usual=Quality.BASIC)
        with right:
            captions = _captions()
            audio = st.toggle("Even out the loudness", key=Key.UPLOAD_AUDIO)
            test = st.toggle("Test only", key=Key.UPLOAD_TEST, help=TEST)
    st.caption(per_hour(quality, test=test))
    if policy is None:
        return None
    return UploadOptions(
        policy=policy, quality=quality, normalize_audio=audio, captions=captions or None, test=test
    )


TEST = "Mux keeps 10 seconds with a watermark and deletes them after 24 hours. The lesson is not changed."


def _captions() -> str:
    return st.selectbox(
        "Captions made from the sound",
        list(words.CAPTION_LANGUAGES),
        format_func=words.CAPTION_LANGUAGES.__getitem__,
        help="Or add a VTT or SRT file of your own below: it becomes a resource of the lesson."
        " One called chapters.vtt, or something.chapters.vtt, holds the chapters of its video.",
        key=Key.UPLOAD_CAPTIONS,
    )


def per_hour(quality: Quality, *, test: bool) -> str:
    """The cost in one line; for each video it is said beside it, once its length is known."""
    if test:
        return FREE
    return price_now.or_why_not(lambda: _price_of_an_hour(quality))


def _price_of_an_hour(quality: Quality) -> str:
    usd = estimate(duration_s=HOUR_S, size_bytes=0, quality=quality, cards=price_now.cards())
    once, monthly = formats.usd(usd.once_usd), formats.usd(usd.monthly_usd)
    return f"For each hour of video about {once} once and {monthly} a month ({quality}, {usd.tier})."
