"""The choices of a migration on the review page."""

import streamlit as st

from core.asset import Quality
from core.batch import FailureBudget
from core.migration import Mode, Options, PolicyRule
from core.settings import Settings
from dashboard import choices, words
from dashboard.state import Key

KEPT = (
    Key.OPTION_NAME,
    Key.OPTION_MODE,
    Key.OPTION_POLICY,
    Key.OPTION_QUALITY,
    Key.OPTION_AUDIO,
    Key.OPTION_CAPTIONS,
    Key.OPTION_TEST,
    Key.OPTION_BUDGET_SHARE,
    Key.OPTION_BUDGET_LEAST,
)


def keep() -> None:
    """Call it on the list's page, so that a way back to it does not undo what was chosen on the review."""
    for key in KEPT:
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]


def choose(settings: Settings) -> tuple[Options, bool]:
    """Ask for everything that is frozen with the batch; what cannot work here is not offered.

    Returns it, and whether all of it was decided: who may play is nobody's to guess where signing is off.
    """
    left, right = st.columns(2)
    with left:
        quality = choices.quality(Key.OPTION_QUALITY, usual=Quality.PLUS)
        policy = choices.policy(settings, Key.OPTION_POLICY)
        mode = _mode(settings)
    with right:
        captions = _captions()
        budget = _budget()
        audio = st.toggle("Even out the loudness", key=Key.OPTION_AUDIO)
        test = st.toggle(
            "Test only",
            key=Key.OPTION_TEST,
            help="Mux makes copies of 10 seconds with a watermark and deletes them after 24 hours. "
            "No lesson is changed.",
        )
    chosen = Options(
        mode=mode,
        policy=policy or PolicyRule.PUBLIC,
        quality=quality,
        normalize_audio=audio,
        captions_language=captions or None,
        test=test,
        budget=budget,
    )
    return chosen, policy is not None


def _mode(settings: Settings) -> Mode:
    modes = list(Mode) if settings.pull_works else [Mode.PUSH]
    chosen = st.selectbox(
        "How the files travel", modes, format_func=words.MODE.__getitem__, key=Key.OPTION_MODE
    )
    if not settings.pull_works:
        st.caption("Mux cannot fetch from an S3 that the internet does not reach.")
    return chosen


def _captions() -> str:
    return st.selectbox(
        "Captions made from the sound",
        list(words.CAPTION_LANGUAGES),
        format_func=words.CAPTION_LANGUAGES.__getitem__,
        key=Key.OPTION_CAPTIONS,
    )


def _budget() -> FailureBudget:
    usual = FailureBudget()
    share, least = st.columns(2)
    percent = share.number_input(
        "Pause at failures (%)",
        min_value=0,
        max_value=100,
        value=round(usual.share * 100),
        key=Key.OPTION_BUDGET_SHARE,
    )
    count = least.number_input(
        "and at least (videos)", min_value=1, value=usual.least, key=Key.OPTION_BUDGET_LEAST
    )
    return FailureBudget(share=percent / 100, least=count)
