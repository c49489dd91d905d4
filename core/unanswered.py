"""Why a call brought no answer, in words: libraries say it by the names of their exceptions alone."""

from collections.abc import Iterator

WORDS = {
    "NameResolutionError": "its name is not known",
    "NewConnectionError": "it cannot be reached",
    "EndpointConnectionError": "it cannot be reached",
    "ProxyConnectionError": "the proxy cannot be reached",
    "ProxyError": "the proxy cannot be reached",
    "ConnectTimeoutError": "no connection in time",
    "ReadTimeoutError": "no answer in time",
    "SSLError": "no safe connection",
    "NoCredentialsError": "there are no credentials",
    "PartialCredentialsError": "half of the credentials is missing",
    "CredentialRetrievalError": "the credentials could not be fetched",
}
OTHERWISE = "the connection broke off"


def why(error: BaseException) -> str:
    """The cause of an exception of urllib3's or botocore's, without the addresses that it quotes."""
    names = (kind.__name__ for one in _causes(error) for kind in type(one).__mro__)
    return next((WORDS[name] for name in names if name in WORDS), OTHERWISE)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and what it gives as its reason: urllib3 wraps the last of several tries."""
    yield error
    reason = getattr(error, "reason", None)
    if isinstance(reason, BaseException):
        yield from _causes(reason)
