"""Shielding: one step that fails must not keep the others of a sweep from their turn."""

import logging
from collections.abc import Callable

from core.errors import AppError

log = logging.getLogger(__name__)


def shielded(what: str, step: Callable[[], object]) -> None:
    """Take the step; where it fails, say `what` and why in the log. The next sweep takes it up again."""
    try:
        step()
    except AppError as error:
        log.warning("%s: %s", what, error.sentence)
