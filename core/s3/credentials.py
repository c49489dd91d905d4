"""How long what we sign may last."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

LONGEST_S, SHORTEST_S = 7 * 86_400.0, 60.0
"""S3 refuses longer presigned URLs; shorter ones would end before Mux has begun."""


def at_most(lifetime_s: float, client: "S3Client") -> float:
    """The lifetime, shortened to the credentials' own where that is known, to a tenth of what is left."""
    credentials = client._request_signer._credentials  # type: ignore[attr-defined]
    ends_within = getattr(credentials, "refresh_needed", lambda _: False)
    lifetime_s = min(lifetime_s, LONGEST_S)
    while lifetime_s > SHORTEST_S and ends_within(lifetime_s):
        lifetime_s = max(SHORTEST_S, lifetime_s * 0.9)
    return lifetime_s
