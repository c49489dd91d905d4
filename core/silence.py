"""How long a database server that says nothing any more may hold up whoever waits for it."""

from collections.abc import Mapping

CONNECT_S = 5
"""For a connection to come about."""

SILENCE_S = 10
"""For what was sent to be acknowledged, by the network at least: a server may think as long as it wants."""

TCP_LIMITS: Mapping[str, int] = {
    "connect_timeout": CONNECT_S,
    "tcp_user_timeout": SILENCE_S * 1000,
    "keepalives_idle": SILENCE_S // 2,
    "keepalives_interval": 1,
    "keepalives_count": SILENCE_S // 2,
}
"""As libpq takes them; they mean nothing to a Unix socket."""
