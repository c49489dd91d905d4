"""S3's CORS rules: which browser pages may load from a bucket, and by which methods."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CorsRule:
    """One rule of a bucket. An origin may hold one `*`, which stands for any text."""

    origins: tuple[str, ...]
    methods: tuple[str, ...]
    exposed: tuple[str, ...] = ()
    """Headers of an answer that a page may read."""


def allowed_methods(rules: Iterable[CorsRule], origin: str) -> frozenset[str]:
    """What a page at `origin` (`https://host[:port]`) may send."""
    fitting = (rule for rule in rules if any(fits(pattern, origin) for pattern in rule.origins))
    return frozenset(method for rule in fitting for method in rule.methods)


def may_upload(rules: Iterable[CorsRule], origin: str) -> bool:
    """Whether a page at `origin` may PUT parts and read the ETags that complete them."""
    fitting = (rule for rule in rules if any(fits(pattern, origin) for pattern in rule.origins))
    return any("PUT" in rule.methods and "etag" in map(str.lower, rule.exposed) for rule in fitting)


def fits(pattern: str, origin: str) -> bool:
    """Whether S3 takes the origin for one that the pattern allows; upper and lower case differ."""
    start, star, end = pattern.partition("*")
    if not star:
        return pattern == origin
    return len(origin) >= len(start) + len(end) and origin.startswith(start) and origin.endswith(end)
