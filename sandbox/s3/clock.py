"""The server's clock, which may go wrong on demand: `PUT /_sandbox/clock` with the seconds it is ahead."""

from datetime import UTC, datetime, timedelta


class Clock:
    """The machine's, moved by `ahead_s` seconds (less than 0: behind)."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead_s)
