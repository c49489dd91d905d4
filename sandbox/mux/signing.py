"""The `Mux-Signature` header of a webhook."""

import hashlib
import hmac


def signature(secret: str, body: bytes, at_s: int) -> str:
    """`t=<unix seconds>,v1=<hex>` over `<t>.<body>`, HMAC-SHA256 with the secret as text.

    Source: mux.com/docs/core/verify-webhook-signatures.
    """
    mac = hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256)
    return f"t={at_s},v1={mac.hexdigest()}"
