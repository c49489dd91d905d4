import base64

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from core.errors import ConfigError
from core.mux.signer import PlaybackSigner
from tests.fakes import EPOCH, FakeClock

RSA_KEY = rsa.generate_private_key(public_exponent=65_537, key_size=2048)


def pem_of(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def as_base64(pem: bytes) -> str:
    return base64.b64encode(pem).decode()


def signer(private_key: str) -> PlaybackSigner:
    return PlaybackSigner(key_id="key-1", private_key=private_key, clock=FakeClock())


@pytest.mark.parametrize(
    "private_key",
    [
        as_base64(pem_of(RSA_KEY)),
        base64.encodebytes(pem_of(RSA_KEY)).decode(),
        pem_of(RSA_KEY).decode(),
    ],
    ids=["one line", "wrapped lines", "bare PEM"],
)
def test_a_token_opens_one_playback_id_for_a_time(private_key: str) -> None:
    token = signer(private_key).token("play-1", "v", lifetime_s=3600)
    read = jwt.decode(
        token, RSA_KEY.public_key(), algorithms=["RS256"], audience="v", options={"verify_exp": False}
    )
    expires = int(EPOCH.timestamp()) + 3600
    assert read == {"sub": "play-1", "aud": "v", "exp": expires, "kid": "key-1"}


def test_an_unknown_audience_is_a_mistake() -> None:
    with pytest.raises(ValueError):
        signer(as_base64(pem_of(RSA_KEY))).token("play-1", "x", lifetime_s=60)


@pytest.mark.parametrize(
    "private_key",
    ["not base64!", as_base64(b"not a PEM"), as_base64(pem_of(ec.generate_private_key(ec.SECP256R1())))],
    ids=["no base64", "no PEM", "no RSA key"],
)
def test_a_wrong_key_names_the_setting_and_not_its_value(private_key: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        signer(private_key)
    assert "MUX_PRIVATE_KEY" in str(wrong.value)
    assert private_key not in wrong.value.sentence
