"""Signing in with an OpenID Connect provider."""

from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from core.access import Person, roles_from_claim
from core.settings import Settings

CLAIMS_LAST = timedelta(hours=12)
"""Streamlit keeps the claims of a sign-in for 30 days; roles may have been taken away long before."""


def secrets(settings: Settings) -> dict[str, Any] | None:
    """The provider's settings in the form that `st.login` reads; None without sign-in."""
    if settings.auth != "oidc":
        return None
    return {
        "auth": {
            "redirect_uri": settings.oidc_redirect_uri,
            "cookie_secret": str(settings.oidc_cookie_secret),
            "client_id": settings.oidc_client_id,
            "client_secret": str(settings.oidc_client_secret),
            "server_metadata_url": settings.oidc_server_metadata_url,
        }
    }


def signed_in(settings: Settings, *, now: datetime) -> Person | None:
    """Whoever the provider vouched for within the last twelve hours."""
    if not st.user.get("is_logged_in") or not _is_fresh(st.user.get("iat"), now):
        return None
    email = st.user.get("email") if st.user.get("email_verified", True) else None
    host_id = st.user.get(settings.host_user_claim) if settings.host_user_claim else None
    return Person(
        subject=str(st.user["sub"]),
        email=str(email or ""),
        roles=roles_from_claim(st.user.get(settings.oidc_roles_claim)),
        host_user_id=None if host_id is None else str(host_id),
    )


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
