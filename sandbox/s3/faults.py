"""What goes wrong on demand: `PUT /_sandbox/faults` with a list of these."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from sandbox.s3.signature import Refusal

CODES = {
    403: ("AccessDenied", "Access Denied"),
    404: ("NoSuchKey", "The specified key does not exist."),
    500: ("InternalError", "We encountered an internal error. Please try again."),
    503: ("SlowDown", "Please reduce your request rate."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Applies to addresses `bucket/key` that match `path`, a pattern with `*` and `?`."""

    path: str
    status: int | None = None  # None: served, but late
    delay_s: float = 0.0
    methods: tuple[str, ...] = ()  # (): every method

    def matches(self, method: str, path: str) -> bool:
        return fnmatchcase(path, self.path) and (not self.methods or method in self.methods)

    @property
    def refusal(self) -> Refusal | None:
        if self.status is None:
            return None
        code, message = CODES.get(self.status, ("InternalError", "Told to fail by the sandbox."))
        return Refusal(status=self.status, code=code, message=message)


def first_match(faults: Iterable[Fault], method: str, path: str) -> Fault | None:
    return next((fault for fault in faults if fault.matches(method, path)), None)
