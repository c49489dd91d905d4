"""The ways in which one object's address is written in tables that grew over the years."""

from collections.abc import Callable
from urllib.parse import quote

REGION = "eu-central-1"
MEDIA = "school-media"
ARCHIVE = "school-archive"
ARCHIVE_PREFIX = "recordings/"
CUSTOM_DOMAIN = "media.school.example"
CLOUDFRONT_DOMAIN = "d2k7lectern9x.cloudfront.net"

BUCKETS = f"{MEDIA},{ARCHIVE}/{ARCHIVE_PREFIX.rstrip('/')}"
DOMAINS = f"{CUSTOM_DOMAIN}={MEDIA},{CLOUDFRONT_DOMAIN}={MEDIA}"

Spelling = Callable[[str, str], str]


def s3_scheme(bucket: str, key: str) -> str:
    return f"s3://{bucket}/{key}"


def virtual_hosted(bucket: str, key: str) -> str:
    return f"https://{bucket}.s3.{REGION}.amazonaws.com/{quote(key)}"


def virtual_hosted_without_region(bucket: str, key: str) -> str:
    return f"https://{bucket}.s3.amazonaws.com/{quote(key)}"


def path_style(bucket: str, key: str) -> str:
    return f"https://s3.{REGION}.amazonaws.com/{bucket}/{quote(key)}"


def path_style_with_dash(bucket: str, key: str) -> str:
    return f"https://s3-{REGION}.amazonaws.com/{bucket}/{quote(key)}"


def custom_domain(_: str, key: str) -> str:
    return f"https://{CUSTOM_DOMAIN}/{quote(key)}"


def cloudfront(_: str, key: str) -> str:
    return f"https://{CLOUDFRONT_DOMAIN}/{quote(key)}"


def encoded_throughout(bucket: str, key: str) -> str:
    """As JavaScript's encodeURIComponent writes a key: its slashes too."""
    return f"https://{bucket}.s3.{REGION}.amazonaws.com/{quote(key, safe='')}"


def with_query(bucket: str, key: str) -> str:
    return f"{virtual_hosted(bucket, key)}?v=3&response-content-type=video%2Fmp4"


def once_presigned(bucket: str, key: str) -> str:
    """Somebody stored the address they were given; it expired long ago."""
    return (
        f"{virtual_hosted(bucket, key)}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20240301T090000Z"
        "&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=0000"
    )


SPELLINGS: tuple[Spelling, ...] = (
    s3_scheme,
    virtual_hosted,
    virtual_hosted_without_region,
    path_style,
    path_style_with_dash,
    custom_domain,
    cloudfront,
    encoded_throughout,
    with_query,
    once_presigned,
)
