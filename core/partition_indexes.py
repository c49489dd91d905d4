"""An index on a partitioned table, which cannot be built concurrently as a whole.

It is declared on the table alone, built on each partition, and these are attached. While one is missing the
declared index is not valid; whatever is there already is gone on with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from core.found import FoundIndex, FoundPartition, FoundTable, Relation
from core.statement import Kind, Statement
from core.target import Index

NAME_BYTES = 63
"""PostgreSQL cuts longer names."""


def partition_indexes(index: Index, found: FoundTable) -> list[Statement]:
    """What is left to do, in order. A foreign partition takes no index and keeps that of the whole table from
    ever being valid: the others get theirs, which the same look-ups use, and nothing is attached."""
    names = _names(index, found)
    if found.foreign:
        alone = [part for part in found.local_leaves if not serves(index, part.indexes)]
        return [one for part in alone for one in _build(index, found.name, part, names)]
    top = [] if any(own.name == index.name for own in found.indexes) else [_declare(index, found.name)]
    lower = [_declare(index, found.name, one) for one in found.partitions if _lacks(index, one, names)]
    builds = [
        one for part in found.partitions if part.is_leaf for one in _build(index, found.name, part, names)
    ]
    loose = [part for part in reversed(found.partitions) if not _attached(part, names)]
    return top + lower + builds + [_attach(index, found.name, part, names) for part in loose]


def serves(index: Index, there: Sequence[FoundIndex]) -> FoundIndex | None:
    """The one among these, under whatever name, that does what this one is for."""
    width = len(index.columns)
    serving = (
        one
        for one in there
        if one.valid
        and one.columns[:width] == index.columns
        and (not index.unique or (one.unique and len(one.columns) == width))
    )
    return next(serving, None)


def own_name(index: str, partition: str) -> str:
    """`idx_videos_mux_asset_videos_2024`, cut to what PostgreSQL holds."""
    whole = f"{index}_{partition}"
    if len(whole.encode()) <= NAME_BYTES:
        return whole
    tail = sha256(partition.encode()).hexdigest()[:8]
    return f"{index[:40]}_{tail}"


Names = Mapping[Relation, str]
"""By table or partition that has partitions: what its index is called."""


def _names(index: Index, found: FoundTable) -> Names:
    """A partition that came later has got its index from PostgreSQL, under a name of PostgreSQL's."""
    roots = {part.parent for part in found.partitions} - {part.relation for part in found.partitions}
    names = dict.fromkeys(roots, index.name)
    for part in found.partitions:
        if not part.is_leaf:
            there = _attached(part, names)
            names[part.relation] = there.name if there else own_name(index.name, part.relation.name)
    return names


def _attached(part: FoundPartition, names: Names) -> FoundIndex | None:
    return next((one for one in part.indexes if one.parent == names[part.parent]), None)


def _own(index: Index, part: FoundPartition, names: Names) -> FoundIndex | None:
    """The partition's index for this one: attached under whatever name, or by our name."""
    name = own_name(index.name, part.relation.name)
    return _attached(part, names) or next((one for one in part.indexes if one.name == name), None)


def _lacks(index: Index, part: FoundPartition, names: Names) -> bool:
    return not part.is_leaf and _own(index, part, names) is None


def _declare(index: Index, table: str, part: FoundPartition | None = None) -> Statement:
    name = own_name(index.name, part.relation.name) if part else index.name
    return Statement(
        table=table,
        kind=Kind.CREATE_INDEX_ON_ONLY,
        name=name,
        indexes=(replace(index, name=name),),
        on=part.relation if part else None,
    )


def _build(index: Index, table: str, part: FoundPartition, names: Names) -> list[Statement]:
    there = _own(index, part, names)
    if there and there.valid:
        return []
    name = own_name(index.name, part.relation.name)
    kinds = [Kind.DROP_INDEX, Kind.CREATE_INDEX] if there else [Kind.CREATE_INDEX]
    own = (replace(index, name=name),)
    return [Statement(table=table, kind=k, name=name, indexes=own, on=part.relation) for k in kinds]


def _attach(index: Index, table: str, part: FoundPartition, names: Names) -> Statement:
    return Statement(
        table=table,
        kind=Kind.ATTACH_INDEX,
        name=own_name(index.name, part.relation.name),
        indexes=(index,),
        on=part.relation,
        into=Relation(part.parent.schema, names[part.parent]),
    )
