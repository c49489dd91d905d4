"""What a person reads when something did not work."""

import functools
import logging
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from typing import ParamSpec, TypeVar

import streamlit as st

from core.errors import AppError, InvalidInput, NotAllowed, NotFound
from dashboard import access, formats, navigation
from dashboard.keys import Key
from dashboard.services import settings

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger("lectern.dashboard")


AGAIN_S = 5.0
READ_S = 15.0
"""So long a sentence stays in a fragment that draws itself anew every second or two."""


@contextmanager
def shown(*, again: bool = False) -> Iterator[None]:
    """Turn an error into a sentence on the page; the rest of the page stays.

    With `again`, a page whose database or service is away looks again by itself until it is back, and one
    whose address leads to nothing leads on.
    """
    try:
        yield
    except NotAllowed as error:
        _forbidden(error)
    except AppError as error:
        st.error(formats.literal(error.sentence), icon=":material/error:")
        if again and isinstance(error, NotFound | InvalidInput):
            _way_back()
        if again and error.retryable:
            st.caption(f"This page looks again by itself, every {AGAIN_S:.0f} s.")
            st.fragment(_look_again, run_every=AGAIN_S)(time.monotonic())
    except Exception as error:
        st.error(unexpected(error), icon=":material/error:")


def _forbidden(error: NotAllowed) -> None:
    """Who may, and back to Today; for whoever has no role, and may not see that either, whom to ask."""
    person = access.current_person()
    if person and not person.roles:
        st.warning(
            f"You have no role here, so there is nothing to see. {_to_get_one()}", icon=":material/lock:"
        )
        return
    st.warning(formats.literal(error.sentence), icon=":material/lock:")
    _way_back()


def _to_get_one() -> str:
    if settings().auth == "off":
        return "Choose somebody else under “Look around as”."
    return "Ask whoever runs Lectern for one, then sign out and in again."


def _way_back() -> None:
    """To the page that everybody with a role may open."""
    st.page_link(navigation.PAGES / navigation.HOME, label="Back to Today", icon=":material/home:")


def _look_again(drawn_s: float) -> None:
    """Nothing when it is drawn; at its next turn the whole page anew."""
    if time.monotonic() - drawn_s >= AGAIN_S / 2:
        st.rerun(scope="app")


def guarded(block: Callable[P, R]) -> Callable[P, R | None]:
    """The same block with its errors shown in its place: for fragments and dialogs. Above it stands why a
    click in it came to nothing."""

    @functools.wraps(block)
    def run(*args: P.args, **kwargs: P.kwargs) -> R | None:
        _refused_in(f"{run.__module__}.{run.__qualname__}")
        with shown():
            return block(*args, **kwargs)
        return None

    return run


def acting(act: Callable[P, object]) -> Callable[P, None]:
    """What a widget calls, its errors shown by the fragment, dialog or page that is drawn next: what a
    callback of a fragment draws itself takes the place of the page's beginning."""

    @functools.wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        st.session_state.pop(Key.REFUSED, None)
        try:
            act(*args, **kwargs)
        except AppError as error:
            st.session_state[Key.REFUSED] = _Refusal(error)
        except Exception as error:
            st.session_state[Key.REFUSED] = _Refusal(AppError(unexpected(error), hint=""))

    return run


def refused() -> None:
    """Why the last click came to nothing, where no fragment or dialog has said so: for a page drawn anew."""
    refusal: _Refusal | None = st.session_state.pop(Key.REFUSED, None)
    if refusal and not refusal.place:
        refusal.show()


def _refused_in(place: str) -> None:
    refusal: _Refusal | None = st.session_state.get(Key.REFUSED)
    if refusal and refusal.place in ("", place) and time.monotonic() < refusal.until_s:
        if not refusal.place:
            refusal.place, refusal.until_s = place, time.monotonic() + READ_S
        refusal.show()


@dataclass(slots=True)
class _Refusal:
    """Why a click came to nothing."""

    error: AppError
    place: str = ""
    """The block that says so, for a while also when it draws itself anew."""
    until_s: float = inf

    def show(self) -> None:
        with shown():
            raise self.error


def unexpected(error: Exception) -> str:
    """Log a bug under an id and say the id."""
    error_id = secrets.token_hex(4)
    log.error("unexpected error %s", error_id, exc_info=error)
    return (
        "Something went wrong that Lectern did not foresee. Your data is as it was before the click. "
        f"Try again; if it stays, tell whoever runs Lectern and quote {error_id}."
    )
