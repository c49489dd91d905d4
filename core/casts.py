"""How each variable of the environment becomes a setting."""

from core import forms, hook_form, letter_forms
from core.environment import Cast
from core.forms import Secret

CASTS: dict[str, Cast] = {
    "database_url": forms.read_database,
    "mux_webhook_secret": forms.read_secrets,
    "mux_playback_policy": forms.read_policy,
    **dict.fromkeys(("s3_buckets", "upload_bucket"), forms.read_buckets),
    "s3_domains": forms.read_domains,
    "aws_region": forms.read_region,
    "upload_max_bytes": forms.read_size,
    "auth": forms.read_auth,
    "oidc_server_metadata_url": forms.read_metadata_url,
    "oidc_scope": forms.read_scope,
    "failpoint": forms.read_failpoint,
    **dict.fromkeys(
        ("mux_base_url", "mux_stream_url", "mux_image_url", "s3_endpoint_url", "oidc_redirect_uri"),
        forms.read_url,
    ),
    "api_url": forms.read_url,
    "api_cors_origins": forms.read_origins,
    **dict.fromkeys(("webhook_address", "api_address"), forms.read_address),
    **dict.fromkeys(
        ("mux_post_per_s", "mux_other_per_s", "mux_data_per_s", "api_per_s", "api_key_per_s"), forms.read_rate
    ),
    **dict.fromkeys(
        ("presign_lifetime_s", "playback_beyond_s", "sweep_after_s", "lost_grace_s"), forms.read_seconds
    ),
    **dict.fromkeys(
        ("keep_events_d", "keep_history_d", "rendition_kept_days", "former_kept_days"), forms.read_days
    ),
    "school_timezone": forms.read_zone,
    "costs_for_teachers": forms.read_switch,
    "budget_webhook_url": hook_form.read_hook,
    "digest": letter_forms.read_digest,
    "digest_from": letter_forms.read_sender,
    "digest_smtp_port": letter_forms.read_port,
    "digest_smtp_tls": letter_forms.read_tls,
    **dict.fromkeys(
        (
            *("mux_token_secret", "mux_private_key", "api_key", "oidc_client_secret", "oidc_cookie_secret"),
            "digest_smtp_password",
        ),
        Secret,
    ),
}
"""How a variable becomes a value; what is not here is text."""
