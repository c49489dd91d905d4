"""Playback tokens, made locally."""

import base64
import binascii

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from core.errors import ConfigError
from core.playback import Audience, Look, claims
from core.ports import Clock

HINT = "Set it to the base64 text that Mux showed when the signing key was made."


class PlaybackSigner:
    """RS256 tokens under one signing key, which is parsed once."""

    def __init__(self, *, key_id: str, private_key: str, clock: Clock) -> None:
        """`private_key` is the base64 of a PEM, as Mux hands it out; the bare PEM will do.

        Raises:
            ConfigError: it is neither.
        """
        self._key_id = key_id
        self._key = _parse(private_key)
        self._clock = clock

    def token(self, playback_id: str, audience: str, *, lifetime_s: float, look: Look = ()) -> str:
        """An RS256 token that plays `playback_id` for `lifetime_s`; `audience` is an `Audience`."""
        payload = claims(
            playback_id,
            Audience(audience),
            key_id=self._key_id,
            now_s=self._clock().timestamp(),
            lifetime_s=lifetime_s,
            look=look,
        )
        return jwt.encode(payload, self._key, algorithm="RS256")


def _parse(private_key: str) -> RSAPrivateKey:
    text = private_key.strip().encode()
    try:
        pem = (
            text
            if text.startswith(b"-----BEGIN")
            else base64.b64decode(b"".join(text.split()), validate=True)
        )
        key = load_pem_private_key(pem, password=None)
    except (binascii.Error, ValueError, TypeError):
        # Neither the text nor the parser's words about it belong into a log.
        raise ConfigError("MUX_PRIVATE_KEY is not a private key.", hint=HINT) from None
    if not isinstance(key, RSAPrivateKey):
        raise ConfigError("MUX_PRIVATE_KEY is not an RSA key.", hint=HINT)
    return key
