"""Where botocore's exceptions end: translated once, without URLs or credentials."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions as boto
from urllib3.exceptions import HTTPError

from core.errors import AppError, NotFound, Refused, StaleState, Unavailable
from core.unanswered import why

NETWORK = (
    boto.HTTPClientError,
    boto.ConnectionError,
    boto.ResponseStreamingError,
    boto.IncompleteReadError,
    boto.ReadTimeoutError,
    HTTPError,
)
TRY_AGAIN = frozenset({"SlowDown", "RequestTimeout", "Throttling", "ThrottlingException", "InternalError"})
NOT_THERE = frozenset({"404", "NoSuchKey", "NoSuchBucket", "NoSuchVersion", "NotFound"})
CHANGED = frozenset({"412", "PreconditionFailed"})

ACCOUNT_WIDE = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidToken",
        "RequestExpired",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "TokenRefreshRequired",
    }
)
"""Said of the credentials or the clock, not of the object: whatever is asked next would get the same."""

PERMISSIONS = "Allow s3:GetObject and s3:ListBucket to the credentials in use."
CREDENTIALS = "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
EXPIRED = "The temporary credentials have expired; set new ones."
CLOCK = "This machine's clock is wrong; switch time synchronisation on."
REGION = "Set AWS_REGION to the bucket's region."
HINTS: dict[str, str] = {
    "403": PERMISSIONS,
    "AccessDenied": PERMISSIONS,
    "InvalidAccessKeyId": CREDENTIALS,
    "SignatureDoesNotMatch": CREDENTIALS,
    "ExpiredToken": EXPIRED,
    "ExpiredTokenException": EXPIRED,
    "InvalidToken": EXPIRED,
    "TokenRefreshRequired": EXPIRED,
    "RequestExpired": CLOCK,
    "RequestTimeTooSkewed": CLOCK,
    "InvalidObjectState": "The object is archived; restore it in S3 first.",
    "301": REGION,
    "PermanentRedirect": REGION,
    "AuthorizationHeaderMalformed": REGION,
}


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Raise from the one error tree what botocore raises inside; `what` completes "S3 has no …"."""
    try:
        yield
    except boto.ClientError as error:
        raise of_answer(what, error) from None
    except NETWORK as error:
        raise Unavailable(f"S3 does not answer about {what} ({why(error)}).") from None
    except boto.BotoCoreError as error:  # no credentials, half of them, or none that could be refreshed
        raise Refused(
            f"S3 cannot be asked about {what} ({why(error)}).", hint=CREDENTIALS, account_wide=True
        ) from None


def of_answer(what: str, error: boto.ClientError) -> AppError:
    """The error that S3's code means."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in NOT_THERE:
        return NotFound(f"S3 has no {what}.")
    if code in CHANGED:
        return StaleState(f"The {what} changed while it was being read.", hint="Scan again, then retry.")
    if status >= 500 or code in TRY_AGAIN:
        return Unavailable(f"S3 cannot answer about {what} ({code or status}).")
    if code in ACCOUNT_WIDE:
        sentence = f"S3 refuses the credentials in use ({code})."
        return Refused(sentence, hint=HINTS.get(code, CREDENTIALS), status=status, account_wide=True)
    return Refused(
        f"S3 refuses access to {what} ({code or status}).", hint=HINTS.get(code, PERMISSIONS), status=status
    )
