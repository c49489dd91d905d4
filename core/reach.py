"""Whether the internet reaches a host, as far as its address or name tells."""

from ipaddress import ip_address

NAMES_OF_A_NETWORK = (".local", ".localhost", ".internal", ".lan", ".home.arpa")


def is_private(host: str) -> bool:
    """Whether only its own machine or network reaches it; '' is no host, so nobody's.

    >>> is_private("10.0.0.5"), is_private("minio"), is_private("objects.school.org")
    (True, True, False)
    """
    try:
        return not ip_address(host).is_global
    except ValueError:
        return bool(host) and ("." not in host or host.endswith(NAMES_OF_A_NETWORK))
