"""What goes wrong on purpose. Set by `--fault name=value` or at `/sandbox/faults` while running.

API calls
    error_rate              share answered with a 5xx in Mux's error shape, nothing done
    html_502_rate           share answered with a proxy's HTML page, nothing done
    slow_s                  seconds each call waits before it is looked at
    drop_after_create_rate  share of asset creations whose connection closes instead of answering;
                            the asset is there all the same
    error_after_create_rate share of asset creations answered with a 5xx; the asset is there all the same
    late_create_s           with the two above: the asset appears only this many seconds later
    drop_after_upload_create_rate
                            share of upload creations whose connection closes instead of answering
    retry_after             true: 429 answers carry `Retry-After`
Upload targets
    put_forbidden_rate      share of PUTs answered 403, as by a session whose signature does not hold
    put_error_rate          share of PUTs answered 503
    put_drop_rate           share of PUTs whose connection closes when half of the body has come
    drop_after_last_put_rate
                            share of uploads whose last bytes are not answered; the asset is made
    put_bytes_per_s         no PUT comes in faster than this; 0: as fast as it can
    upload_timeout_s        new uploads run out of time after so many seconds, whatever they asked for;
                            0: as they asked
Assets
    errored_rate            share of assets that end `errored` whatever their input
    ingest_s                seconds an asset stays `preparing` at least
Webhooks
    lost_rate               share never sent
    doubled_rate            share sent twice
    shuffled                true: each waits a random part of `shuffle_window_s`, so they overtake one another
    shuffle_window_s        (2)
    late_s                  seconds every event waits before its first attempt

Rates are shares from 0 to 1. Faults set at run time end with the process.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """All off by default; the module's docstring says what each does."""

    error_rate: float = 0.0
    html_502_rate: float = 0.0
    slow_s: float = 0.0
    drop_after_create_rate: float = 0.0
    error_after_create_rate: float = 0.0
    late_create_s: float = 0.0
    drop_after_upload_create_rate: float = 0.0
    retry_after: bool = False
    put_forbidden_rate: float = 0.0
    put_error_rate: float = 0.0
    put_drop_rate: float = 0.0
    drop_after_last_put_rate: float = 0.0
    put_bytes_per_s: float = 0.0
    upload_timeout_s: float = 0.0
    errored_rate: float = 0.0
    ingest_s: float = 0.0
    lost_rate: float = 0.0
    doubled_rate: float = 0.0
    shuffled: bool = False
    shuffle_window_s: float = 2.0
    late_s: float = 0.0

    def with_changes(self, changes: Mapping[str, Any]) -> "Faults":
        """A copy with some faults set; ValueError names what it does not know or cannot take."""
        kinds = {field.name: field.type for field in fields(self)}
        if unknown := sorted(set(changes) - set(kinds)):
            raise ValueError(f"unknown fault: {', '.join(unknown)}; known are {', '.join(kinds)}")
        values: dict[str, Any] = {name: _value(name, kinds[name], given) for name, given in changes.items()}
        return replace(self, **values)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def _value(name: str, kind: Any, given: Any) -> float | bool:
    # Flags bring text, JSON brings numbers and booleans; both mean the same.
    if kind is bool:
        return _switch(name, given)
    try:
        number = float(given)
    except (TypeError, ValueError):
        raise ValueError(f"{name} takes a number") from None
    top = 1.0 if name.endswith("_rate") else float("inf")
    if not 0 <= number <= top:
        raise ValueError(f"{name} must be between 0 and {top:g}")
    return number


def _switch(name: str, given: Any) -> bool:
    text = str(given).lower()
    if text not in ("true", "false", "1", "0"):
        raise ValueError(f"{name} takes true or false")
    return text in ("true", "1")
