"""What Streamlit is told of the OpenID Connect provider, before any page is loaded."""

from typing import Any

from core.settings import Settings


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
            "client_kwargs": {"scope": settings.oidc_scope},
        }
    }
