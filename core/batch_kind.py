"""Kinds of batches: one engine for all of them."""

from enum import StrEnum


class BatchKind(StrEnum):
    """What a batch does to its items; the engine is the same for all."""

    MIGRATION = "migration"
    PUBLISH = "publish"
    UNPUBLISH = "unpublish"
    COURSE = "course"
    POLICY = "policy"
    CAPTIONS = "captions"
    DELETE = "delete"
    NORMALISE = "normalise"

    @property
    def is_bulk(self) -> bool:
        """Whether its items are lessons; a migration's are sources."""
        return self is not BatchKind.MIGRATION

    @property
    def makes_copies(self) -> bool:
        """Whether each item becomes a new asset at Mux."""
        return self in (BatchKind.MIGRATION, BatchKind.NORMALISE)

    @property
    def has_way_back(self) -> bool:
        """Whether what was done can be put back as it was."""
        return self not in (BatchKind.POLICY, BatchKind.DELETE)
