"""Who may ask: signature version 4, in headers or presigned, as S3 checks it.

moto takes any signature, so a badly quoted key or an expired address would work here and
fail on S3. Source: docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, unquote_to_bytes

ALGORITHM = "AWS4-HMAC-SHA256"
LONGEST_LIFE_S = 7 * 24 * 3600
ALLOWED_SKEW = timedelta(minutes=15)
AMZ_DATE = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRequest:
    """A request as it was sent: the path still encoded, header names in lower case."""

    method: str
    raw_path: str
    raw_query: str
    headers: Mapping[str, str]

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(self.raw_query, keep_blank_values=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    status: int
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a request says about its signature, wherever it says it."""

    access_key: str
    scope: str  # date/region/service/aws4_request
    signed_at: datetime
    signed_headers: list[str]
    signature: str
    payload: str
    expires_s: int | None  # None: signed in the headers, for now only


ANONYMOUS = Refusal(status=403, code="AccessDenied", message="Access Denied")
EXPIRED = Refusal(status=403, code="AccessDenied", message="Request has expired")
NOT_YET = Refusal(status=403, code="AccessDenied", message="Request is not valid yet")
SKEWED = Refusal(
    status=403,
    code="RequestTimeTooSkewed",
    message="The difference between the request time and the current time is too large.",
)
UNKNOWN_KEY = Refusal(
    status=403,
    code="InvalidAccessKeyId",
    message="The AWS Access Key Id you provided does not exist in our records.",
)
MISMATCH = Refusal(
    status=403,
    code="SignatureDoesNotMatch",
    message="The request signature we calculated does not match the signature you provided. "
    "Check your key and signing method.",
)
OLD_MECHANISM = Refusal(
    status=400,
    code="InvalidRequest",
    message="The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
)
TOO_LONG_A_LIFE = Refusal(
    status=400,
    code="AuthorizationQueryParametersError",
    message="X-Amz-Expires must be less than a week (in seconds); that is, "
    "the given X-Amz-Expires must be less than 604800",
)
MALFORMED = Refusal(
    status=400, code="AuthorizationHeaderMalformed", message="The authorization you provided is malformed."
)


def refusal(request: SignedRequest, secrets: Mapping[str, str], now: datetime) -> Refusal | None:
    """Why S3 would not serve this request; None when it would. `secrets` maps access keys to theirs."""
    query = dict(request.query)
    authorization = request.headers.get("authorization", "")
    if "X-Amz-Signature" not in query and not authorization:
        return OLD_MECHANISM if "AWSAccessKeyId" in query else ANONYMOUS
    if authorization and not authorization.startswith(ALGORITHM):
        return OLD_MECHANISM
    try:
        claim = claim_in_headers(request) if authorization else claim_in_query(query)
    except (KeyError, ValueError):
        return MALFORMED
    return refusal_of_claim(claim, request, secrets, now)


def refusal_of_claim(
    claim: Claim, request: SignedRequest, secrets: Mapping[str, str], now: datetime
) -> Refusal | None:
    if claim.access_key not in secrets:
        return UNKNOWN_KEY
    if claim.expires_s is None:
        if abs(now - claim.signed_at) > ALLOWED_SKEW:
            return SKEWED
    elif claim.expires_s > LONGEST_LIFE_S:
        return TOO_LONG_A_LIFE
    elif claim.signed_at - now > ALLOWED_SKEW:
        return NOT_YET
    elif now > claim.signed_at + timedelta(seconds=claim.expires_s):
        return EXPIRED
    expected = signature_of(claim, request, secrets[claim.access_key])
    return None if hmac.compare_digest(expected, claim.signature) else MISMATCH


def claim_in_query(query: Mapping[str, str]) -> Claim:
    access_key, scope = query["X-Amz-Credential"].split("/", 1)
    return Claim(
        access_key=access_key,
        scope=scope,
        signed_at=amz_time(query["X-Amz-Date"]),
        signed_headers=query["X-Amz-SignedHeaders"].split(";"),
        signature=query["X-Amz-Signature"],
        payload="UNSIGNED-PAYLOAD",
        expires_s=int(query["X-Amz-Expires"]),
    )


def claim_in_headers(request: SignedRequest) -> Claim:
    _, _, listed = request.headers["authorization"].partition(" ")
    parts = dict(part.strip().split("=", 1) for part in listed.split(","))
    access_key, scope = parts["Credential"].split("/", 1)
    return Claim(
        access_key=access_key,
        scope=scope,
        signed_at=amz_time(request.headers["x-amz-date"]),
        signed_headers=parts["SignedHeaders"].split(";"),
        signature=parts["Signature"],
        payload=request.headers["x-amz-content-sha256"],
        expires_s=None,
    )


def amz_time(text: str) -> datetime:
    return datetime.strptime(text, AMZ_DATE).replace(tzinfo=UTC)


def signature_of(claim: Claim, request: SignedRequest, secret: str) -> str:
    canonical = hashlib.sha256(canonical_request(claim, request).encode()).hexdigest()
    to_sign = "\n".join([ALGORITHM, claim.signed_at.strftime(AMZ_DATE), claim.scope, canonical])
    key = f"AWS4{secret}".encode()
    for part in claim.scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, to_sign.encode(), "sha256").hex()


def canonical_request(claim: Claim, request: SignedRequest) -> str:
    query = sorted((encoded(k), encoded(v)) for k, v in request.query if k != "X-Amz-Signature")
    headers = [f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in claim.signed_headers]
    return "\n".join(
        [
            request.method,
            quote(unquote_to_bytes(request.raw_path), safe="/-_.~"),
            "&".join(f"{name}={value}" for name, value in query),
            "".join(headers),
            ";".join(claim.signed_headers),
            claim.payload,
        ]
    )


def encoded(text: str) -> str:
    return quote(text, safe="-_.~")
