"""Signing in with an OpenID Connect provider."""

import logging
from datetime import datetime, timedelta

import streamlit as st

from core.access import Person, roles_from_claim
from core.errors import AppError
from core.settings import Settings
from dashboard import people

log = logging.getLogger("lectern.dashboard")

CLAIMS_LAST = timedelta(hours=12)
"""Streamlit keeps the claims of a sign-in for 30 days; roles may have been taken away long before."""


def signed_in(settings: Settings, *, now: datetime) -> Person | None:
    """Whoever the provider vouched for within the last twelve hours."""
    if not st.user.get("is_logged_in") or not _is_fresh(st.user.get("iat"), now):
        return None
    email = _verified_email()
    return Person(
        subject=str(st.user["sub"]),
        email=email,
        roles=roles_from_claim(st.user.get(settings.oidc_roles_claim)),
        host_user_id=_claimed_id(settings.host_user_claim) or _id_by(email),
    )


def _verified_email() -> str:
    """The address that the provider says it verified; "" for any other, which anybody could have typed."""
    email = st.user.get("email")
    return email if st.user.get("email_verified") is True and isinstance(email, str) else ""


def _claimed_id(claim: str) -> str | None:
    """The id that the provider itself gives, as text."""
    value = st.user.get(claim) if claim else None
    is_id = isinstance(value, str | int) and not isinstance(value, bool)
    return str(value) or None if is_id else None


def _id_by(email: str) -> str | None:
    """The school's one user with this address; while the database is away nobody, who owns nothing."""
    try:
        return people.id_of(email) if email else None
    except AppError as error:
        log.warning("the person's id in the school is not known: %s", error)
        return None


def _is_fresh(issued: object, now: datetime) -> bool:
    """`issued` is the claim `iat`: Unix seconds."""
    if not isinstance(issued, int | float):
        return False
    return now.timestamp() - issued < CLAIMS_LAST.total_seconds()


def door(*, expired: bool) -> None:
    """What somebody sees who is not signed in (any more)."""
    st.title("Lectern")
    if expired:
        st.write("Your sign-in is older than 12 hours. Sign in again to go on where you were.")
    else:
        st.write("Course videos: moved from S3 to Mux, and run there.")
    st.button("Sign in", type="primary", on_click=st.login)
